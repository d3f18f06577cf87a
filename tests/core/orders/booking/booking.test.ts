import fc from 'fast-check';
import { createEvents } from '../../../../core/events';
import type { VenueFill, VenueOrderState, VenueReport } from '../../../../core/exchange';
import { findAccount } from '../../../../core/members';
import { add, decimal, gte, isZero, lte, mul, sub, type Decimal } from '../../../../core/model';
import { findTrade, openTradeOf, openTrades, type Order } from '../../../../core/orders';
import { applyReport } from '../../../../core/orders/booking/apply';
import { remaining } from '../../../../core/orders/booking/order-update';
import { describeDatabases } from '../../../support/databases';
import { runs } from '../../../support/runs';
import { openTrading, type Trading } from '../../../support/trading';

/** A fill of `lots` thousandths at a price with digits that do not divide well. */
const fillOf = (order: Order, index: number, lots: number): VenueFill => ({
	venueTradeId: `${order.clientOrderId}-${index}`,
	venueOrderId: `v-${order.clientOrderId}`,
	clientOrderId: order.clientOrderId,
	symbol: order.symbol,
	side: order.side,
	quantity: decimal(`${lots}e-5`),
	price: decimal(`59${100 + index}.37`),
	fee: decimal(`0.00${index + 1}3333333`),
	feeCurrency: 'USDT',
	at: 1_000 + index,
});

const reportOf = (order: Order, state: VenueOrderState, fills: readonly VenueFill[]): VenueReport => ({
	order: {
		clientOrderId: order.clientOrderId,
		venueOrderId: `v-${order.clientOrderId}`,
		symbol: order.symbol,
		side: order.side,
		type: order.type,
		quantity: order.quantity,
		price: order.price,
		triggerPrice: null,
		reduceOnly: false,
		timeInForce: 'GTC',
		postOnly: false,
		state,
		filledQuantity: add(...fills.map((fill) => fill.quantity)),
		message: null,
		createdAt: order.createdAt,
	},
	fills,
});

const apply = async ({ kernel }: Trading, order: Order, report: VenueReport): Promise<Order> =>
	kernel.transaction(async (trx) => applyReport(trx, kernel, order, report));

const closeAll = async (trading: Trading): Promise<void> => {
	const close = { accountId: trading.accountId, symbol: 'BTC/USDT', reason: 'manual', actor: 'operator' } as const;
	await trading.orders.closePosition(close);
};

/** A resting entry of 0.0001 × parts.length BTC, known at the venue, with its executions in hand. */
async function resting(trading: Trading, lots: number): Promise<Order> {
	return trading.enter({ type: 'limit', price: 59_500, quantity: decimal(`${lots}e-5`) });
}

describeDatabases('booking what the venue reports', (open, dialect) => {
	test('fills arrive one by one: partly filled, then filled, averages for display', async () => {
		const trading = await openTrading(await open());
		const order = await resting(trading, 300);
		const fills = [fillOf(order, 0, 100), fillOf(order, 1, 200)];
		const partial = await apply(trading, order, reportOf(order, 'PARTIALLY_FILLED', fills.slice(0, 1)));
		expect(partial).toMatchObject({ state: 'PARTIALLY_FILLED', filledQuantity: '0.001', averagePrice: '59100.37' });
		const whole = await apply(trading, order, reportOf(order, 'FILLED', fills));
		expect(whole).toMatchObject({ state: 'FILLED', filledQuantity: '0.003', fees: '0.00366668' });
		const trade = await findTrade(trading.kernel.conn, order.tradeId ?? 'trd_');
		// 59.10037 + 118.20274, each rounded once
		expect(trade).toMatchObject({ entryValue: '177.30311', enteredQuantity: '0.003' });
	});

	test('the same report any number of times, and at once, is booked once', async () => {
		const trading = await openTrading(await open());
		const order = await resting(trading, 300);
		const report = reportOf(order, 'FILLED', [fillOf(order, 0, 100), fillOf(order, 1, 200)]);
		await Promise.all([1, 2, 3, 4].map(() => apply(trading, order, report)));
		await apply(trading, order, report);
		const details = await trading.orders.get(order.id);
		expect(details).toMatchObject({ state: 'FILLED', filledQuantity: '0.003' });
		expect(details?.fills).toHaveLength(2);
		const types = (await createEvents(trading.kernel).list({ limit: 100 })).map((event) => event.type);
		expect(types.filter((type) => type === 'trade.opened')).toHaveLength(1);
		expect(types.filter((type) => type === 'order.filled')).toHaveLength(1);
	});

	test('cancelled with a part filled: what filled is a trade, the rest is given up', async () => {
		const trading = await openTrading(await open());
		const order = await resting(trading, 300);
		const fills = [fillOf(order, 0, 100)];
		expect(await apply(trading, order, reportOf(order, 'CANCELLED', fills))).toMatchObject({
			state: 'CANCELLED', filledQuantity: '0.001',
		});
		expect(await openTradeOf(trading.kernel.conn, trading.accountId, 'BTC/USDT')).toMatchObject({ state: 'OPEN', enteredQuantity: '0.001' });
	});

	test('a fill after the cancel is honoured, its stop is watched, and somebody is told', async () => {
		const trading = await openTrading(await open());
		const order = await resting(trading, 100);
		await apply(trading, order, reportOf(order, 'CANCELLED', []));
		expect(await findTrade(trading.kernel.conn, order.tradeId ?? 'trd_')).toMatchObject({ state: 'CANCELLED' });
		const late = await apply(trading, order, reportOf(order, 'CANCELLED', [fillOf(order, 0, 100)]));
		expect(late).toMatchObject({ state: 'FILLED' });
		const trade = await openTradeOf(trading.kernel.conn, trading.accountId, 'BTC/USDT');
		expect(trade).toMatchObject({ id: late.tradeId, state: 'OPEN', enteredQuantity: '0.001', stopLoss: '59000' });
		const issues = (await createEvents(trading.kernel).list({ types: ['issue.raised'], limit: 10 }));
		expect(issues).toMatchObject([{ payload: { code: 'LATE_FILL', severity: 'critical' } }]);
	});

	test('a late fill joins the trade that has the symbol now', async () => {
		const trading = await openTrading(await open());
		const order = await resting(trading, 100);
		await apply(trading, order, reportOf(order, 'CANCELLED', []));
		const second = await trading.enter({ quantity: '0.001' });
		await apply(trading, order, reportOf(order, 'CANCELLED', [fillOf(order, 0, 100)]));
		const trades = await openTrades(trading.kernel.conn, trading.accountId);
		expect(trades).toMatchObject([{ id: second.tradeId, enteredQuantity: '0.002' }]);
		expect(await trading.orders.positions()).toMatchObject([{ quantity: '0.002' }]);
	});

	test('more than was ordered is an error and books nothing', async () => {
		const trading = await openTrading(await open());
		const order = await resting(trading, 100);
		const report = reportOf(order, 'FILLED', [fillOf(order, 0, 100), fillOf(order, 1, 1)]);
		await expect(apply(trading, order, report)).rejects.toMatchObject({ code: 'ORDER_OVERFILLED' });
		expect(await trading.orders.get(order.id)).toMatchObject({ state: 'OPEN', filledQuantity: '0', fills: [] });
		expect(await findAccount(trading.kernel.conn, trading.accountId)).toMatchObject({ cash: '10000' });
	});

	test('a report that contradicts our books is raised once, and does not stop the others', async () => {
		const trading = await openTrading(await open());
		const order = await resting(trading, 100);
		const other = await trading.enter({ symbol: 'ETH/USDT', quantity: '0.1', type: 'limit', price: 2_990, stop: 2_900 });
		const broken = reportOf(order, 'FILLED', [fillOf(order, 0, 100), fillOf(order, 1, 1)]);
		const honest = trading.venue.reports.bind(trading.venue);
		trading.venue.reports = async (refs) => [
			broken,
			...(await honest(refs)).filter((report) => report.order.clientOrderId !== order.clientOrderId),
		];
		trading.quotes.set('ETH/USDT', 2_980);
		for (let look = 0; look < 3; look++) await trading.orders.watch();
		expect(await trading.orders.get(order.id)).toMatchObject({ state: 'OPEN', code: 'ORDER_OVERFILLED' });
		expect(await trading.orders.get(other.id)).toMatchObject({ state: 'FILLED' });
		const issues = await createEvents(trading.kernel).list({ types: ['issue.raised'], limit: 10 });
		expect(issues).toMatchObject([{ subjectId: order.id, payload: { code: 'ORDER_OVERFILLED', severity: 'critical' } }]);
	});

	test('a stop while the entry still fills: the rest of it is cancelled, all that came is sold', async () => {
		const trading = await openTrading(await open());
		// The venue here is the paper one; it fills at one blow, so part of a fill is reported by hand.
		const order = await trading.enter({ type: 'limit', price: 59_500, quantity: '0.01' });
		await apply(trading, order, reportOf(order, 'PARTIALLY_FILLED', [fillOf(order, 0, 400)]));
		trading.quotes.set('BTC/USDT', 61_000);
		const close = { accountId: trading.accountId, symbol: 'BTC/USDT', reason: 'manual', actor: 'operator' } as const;
		const closing = await trading.orders.closePosition(close);
		// The paper venue never sold us those 0.004, so it refuses; what matters is what was asked.
		expect(closing).toMatchObject({ leg: 'close', quantity: '0.004' });
		expect(await trading.orders.get(order.id)).toMatchObject({ state: 'CANCELLED', filledQuantity: '0.004' });
	});

	const story = fc
		.record({
			parts: fc.array(fc.integer({ min: 20, max: 400 }), { minLength: 1, maxLength: 4 }),
			/** How many of the parts fill before the order ends. */
			filled: fc.integer({ min: 0, max: 4 }),
			end: fc.constantFrom('CANCELLED' as const, 'EXPIRED' as const),
		})
		.chain(({ parts, filled, end }) => {
			const done = Math.min(filled, parts.length);
			// Every message of the story: acceptance, each fill alone, the end without its fills.
			const messages = fc.shuffledSubarray(
				[...Array(done).keys(), ...Array(done).keys(), -1, -1, -2, -2],
				{ minLength: 0 },
			);
			return fc.record({ parts: fc.constant(parts), done: fc.constant(done), end: fc.constant(end), messages });
		});

	test('late, repeated and reordered messages: never negative, nothing lost, nothing twice', async () => {
		const database = await open();
		const trading = await openTrading(database, { balance: 1_000_000 });
		await fc.assert(
			fc.asyncProperty(story, async ({ parts, done, end, messages }) => {
				const lots = parts.reduce((sum, part) => sum + part, 0);
				const order = await resting(trading, lots);
				const fills = parts.slice(0, done).map((part, index) => fillOf(order, index, part));
				const last = done === parts.length ? 'FILLED' : end;
				const before = await findAccount(trading.kernel.conn, trading.accountId);
				for (const message of messages) {
					const one = fills[message];
					const report =
						one === undefined
							? reportOf(order, message === -1 ? 'OPEN' : last, [])
							: reportOf(order, 'PARTIALLY_FILLED', [one]);
					const now = await apply(trading, order, report);
					expect(gte(remaining(now), 0) && lte(now.filledQuantity, now.quantity)).toBe(true);
				}
				const settled = await apply(trading, order, reportOf(order, last, fills));
				expect(settled.state).toBe(last);
				expect(settled.filledQuantity).toBe(add(...fills.map((fill) => fill.quantity)));
				expect((await trading.orders.get(order.id))?.fills).toHaveLength(done);
				const paid = fills.reduce<Decimal>((sum, fill) => {
					const value = decimal(mul(fill.quantity, fill.price));
					return add(sum, value, decimal((Math.ceil(Number(mul(fill.fee, 1e8))) / 1e8).toFixed(8)));
				}, decimal(0));
				const after = await findAccount(trading.kernel.conn, trading.accountId);
				expect(after?.cash).toBe(sub(before?.cash ?? 0, paid));
				// Put the symbol free for the next story, as if somebody had sold by hand.
				const trade = await openTradeOf(trading.kernel.conn, trading.accountId, 'BTC/USDT');
				expect(trade === null).toBe(isZero(settled.filledQuantity));
				if (trade !== null) {
					await trading.kernel.conn('trades').where({ id: trade.id }).update({ state: 'CLOSED' });
					await trading.kernel.conn('positions').delete();
				}
			}),
			{ numRuns: dialect === 'sqlite' ? runs(60) : runs(12, 0.2) },
		);
		await closeAll(trading);
	});
});
