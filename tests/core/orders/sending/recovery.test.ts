import { createEvents } from '../../../../core/events';
import { findAccount } from '../../../../core/members';
import { add, SECOND, type OrderId } from '../../../../core/model';
import { createOrders, findTrade, listIssues, liveReservations, openTradeOf, type Order } from '../../../../core/orders';
import { exitsOfTrade } from '../../../../core/orders/trades.repository';
import { describeDatabases } from '../../../support/databases';
import type { Fault } from '../../../support/faulty-exchange';
import { openTrading, type Trading, type TradingProcess } from '../../../support/trading';

const stateOf = async (process: TradingProcess, id: OrderId): Promise<Order['state']> =>
	(await process.orders.get(id))?.state ?? 'UNKNOWN';

/** Time passes; the engine's jobs of `process` run every second, or every `step` seconds. */
async function live(trading: Trading, process: TradingProcess, seconds: number, step = 1): Promise<void> {
	for (let second = 0; second < seconds; second += step) {
		trading.database.clock.advance(step * SECOND);
		await process.orders.dispatchDue();
		await process.orders.resolveUnknown();
		await process.orders.watch();
	}
}

/** Cash at us and at the venue agree, and the account is worth what it should be when flat. */
async function booksAgree(trading: Trading): Promise<void> {
	const account = await findAccount(trading.kernel.conn, trading.accountId);
	const balances = await trading.exchanges.for('paper').balances(trading.accountId);
	expect(account?.cash).toBe(balances['USDT']);
	const held = (await trading.orders.positions(trading.accountId)).map(({ quantity }) => quantity);
	const btc = balances['BTC'] ?? '0';
	expect(held).toEqual(btc === '0' ? [] : [btc]);
	if (btc === '0') expect(account?.cash).toBe(add(10_000, account?.realisedNet ?? 0));
}

describeDatabases('crashes and lost answers', (open) => {
	test.each<[Fault, boolean]>([
		['timeout-before', false],
		['timeout-after', true],
	])('entry, %s: UNKNOWN, looked up, never sent again', async (fault, arrived) => {
		const trading = await openTrading(await open());
		trading.venue.plan('submit', fault);
		const order = await trading.enter();
		expect(order).toMatchObject({ state: 'UNKNOWN' });
		expect(await listIssues(trading.kernel.conn)).toMatchObject([
			{ kind: 'ORDER_UNRESOLVED', orderId: order.id, severity: 'high' },
		]);
		expect(await openTradeOf(trading.kernel.conn, trading.accountId, 'BTC/USDT')).not.toBeNull();
		await live(trading, trading, 1);
		expect(await stateOf(trading, order.id)).toBe('UNKNOWN');
		await live(trading, trading, 62, 2);
		expect(trading.venue.submits()).toHaveLength(arrived ? 1 : 0);
		const found = await trading.orders.get(order.id);
		if (arrived) expect(found).toMatchObject({ state: 'FILLED', filledQuantity: '0.01' });
		else expect(found).toMatchObject({ state: 'FAILED', code: 'VENUE_NOT_FOUND', lookups: 5 });
		const trade = await findTrade(trading.kernel.conn, order.tradeId ?? 'trd_');
		expect(trade?.state).toBe(arrived ? 'OPEN' : 'CANCELLED');
		expect(await listIssues(trading.kernel.conn)).toEqual([]);
		await booksAgree(trading);
	});

	test('the five lookups are at 2, 6, 14, 30 and 62 s after sending', async () => {
		const trading = await openTrading(await open());
		trading.venue.plan('submit', 'timeout-before');
		const order = await trading.enter();
		const at: number[] = [];
		for (let second = 1; second <= 70; second++) {
			const before = trading.venue.arrived.length;
			await live(trading, trading, 1);
			if (trading.venue.arrived.length > before) at.push(second);
		}
		expect(at).toEqual([2, 6, 14, 30, 62]);
		expect(await stateOf(trading, order.id)).toBe('FAILED');
	});

	test('a lookup that fails itself does not count; a venue without lookup stays UNKNOWN', async () => {
		const trading = await openTrading(await open());
		trading.venue.plan('submit', 'timeout-before');
		trading.venue.plan('lookup', 'timeout-before', 'timeout-before');
		const order = await trading.enter();
		await live(trading, trading, 4);
		expect(await trading.orders.get(order.id)).toMatchObject({ state: 'UNKNOWN', lookups: 1 });

		const blind = await openTrading(await open());
		const process = blind.restart({ clientIdLookup: false });
		process.venue.plan('submit', 'timeout-before');
		const lost = await blind.enter({}, process);
		await live(blind, process, 120, 4);
		expect(await blind.orders.get(lost.id)).toMatchObject({ state: 'UNKNOWN', lookups: 5 });
		const issues = await createEvents(blind.kernel).list({ types: ['issue.raised'], limit: 10 });
		expect(issues).toMatchObject(
			['high', 'critical'].map((severity) => ({
				subjectId: lost.id, payload: { code: 'ORDER_UNRESOLVED', severity },
			})),
		);
	});

	test.each<[string, Fault | null]>([
		['after the order was written', null],
		['between SUBMITTING and the venue', 'crash-before'],
		['between the venue and the booking', 'crash-after'],
	])('killed %s: the next process ends it, with one order at most', async (_when, fault) => {
		const trading = await openTrading(await open());
		const order = await trading.create();
		if (fault !== null) {
			trading.venue.plan('submit', fault);
			void trading.orders.dispatch(order.id);
			await trading.venue.crashed;
			expect(await stateOf(trading, order.id)).toBe('SUBMITTING');
		}
		const next = trading.restart();
		await live(trading, next, 70, 2);
		const sent = [...trading.venue.submits(), ...next.venue.submits()];
		expect(sent).toHaveLength(fault === 'crash-before' ? 0 : 1);
		expect(await stateOf(next, order.id)).toBe(fault === 'crash-before' ? 'FAILED' : 'FILLED');
		expect(await liveReservations(next.kernel.conn, trading.accountId, trading.database.clock.now())).toEqual([]);
		await booksAgree(trading);
	});

	test.each<[string, Fault, number]>([
		['between SUBMITTING and the venue', 'crash-before', 1],
		['between the venue and the booking', 'crash-after', 1],
		['by a lost answer, not arrived', 'timeout-before', 1],
		['by a lost answer, arrived', 'timeout-after', 1],
	])('a stop struck %s still closes the trade, once', async (_when, fault, sells) => {
		const trading = await openTrading(await open());
		const entry = await trading.enter();
		trading.quotes.set('BTC/USDT', 58_900);
		trading.venue.plan('submit', fault);
		const looked = trading.orders.watch();
		await (fault.startsWith('crash') ? trading.venue.crashed : looked);
		const next = trading.restart();
		await live(trading, next, 70, 2);
		const trade = await findTrade(next.kernel.conn, entry.tradeId ?? 'trd_');
		expect(trade).toMatchObject({ state: 'CLOSED', exitReason: 'stop', exitedQuantity: '0.01', planKept: true });
		const sold = [...trading.venue.submits(), ...next.venue.submits()].filter((id) => id !== entry.clientOrderId);
		expect(sold).toHaveLength(sells);
		await booksAgree(trading);
	});

	test('a stop that the venue rejects is tried again, under another client order id', async () => {
		const trading = await openTrading(await open());
		const entry = await trading.enter();
		trading.quotes.set('BTC/USDT', 58_900);
		// The price is gone between our look and the venue's.
		trading.venue.onSubmit = async () => {
			trading.quotes.clear('BTC/USDT');
			trading.venue.onSubmit = null;
		};
		await trading.orders.watch();
		const [exit] = await exitsOfTrade(trading.kernel.conn, entry.tradeId ?? 'trd_');
		expect(exit).toMatchObject({ kind: 'stop', state: 'ACTIVE', attempts: 1 });
		trading.quotes.set('BTC/USDT', 58_800);
		await live(trading, trading, 2);
		expect(await findTrade(trading.kernel.conn, entry.tradeId ?? 'trd_')).toMatchObject({ state: 'CLOSED' });
		const stops = (await trading.orders.list()).filter((order) => order.leg === 'stop');
		expect(stops.map((order) => order.state).sort()).toEqual(['FILLED', 'REJECTED']);
		expect(new Set(stops.map((order) => order.clientOrderId)).size).toBe(2);
		await booksAgree(trading);
	});

	test('a send not begun within 2 s is given up; at exactly 2 s it still goes', async () => {
		for (const [late, state] of [[2_000, 'FILLED'], [2_001, 'FAILED']] as const) {
			const trading = await openTrading(await open());
			const order = await trading.create();
			const { kernel } = trading;
			const transaction = kernel.transaction.bind(kernel);
			// The machine stalls right after the commit that made the order SUBMITTING.
			const stalled = {
				...kernel,
				transaction: async <T>(work: Parameters<typeof transaction<T>>[0]): Promise<T> => {
					const result = await transaction(work);
					const now = await trading.orders.get(order.id);
					if (now?.state === 'SUBMITTING') trading.database.clock.advance(late);
					return result;
				},
			};
			const sent = await createOrders(stalled, trading.exchanges).dispatch(order.id);
			expect(sent).toMatchObject({ state, code: state === 'FAILED' ? 'SEND_TOO_LATE' : null });
			expect(trading.venue.submits()).toHaveLength(state === 'FAILED' ? 0 : 1);
		}
	});

	test('an answer that comes after the order was given up as lost is booked', async () => {
		const trading = await openTrading(await open());
		const order = await trading.create();
		trading.venue.onSubmit = async () => {
			trading.venue.onSubmit = null;
			// The request takes 70 s to arrive; the engine has looked five times by then.
			await live(trading, trading.restart(), 70, 2);
			expect(await stateOf(trading, order.id)).toBe('FAILED');
		};
		expect(await trading.orders.dispatch(order.id)).toMatchObject({ state: 'FILLED' });
		const trade = await openTradeOf(trading.kernel.conn, trading.accountId, 'BTC/USDT');
		expect(trade).toMatchObject({ state: 'OPEN', enteredQuantity: '0.01', stopLoss: '59000' });
		trading.quotes.set('BTC/USDT', 58_000);
		await live(trading, trading, 1);
		await booksAgree(trading);
		expect((await trading.orders.positions()).length).toBe(0);
	});

	test('a target that many looks see at once sells its share once', async () => {
		const trading = await openTrading(await open());
		await trading.enter({ targets: [[62_000, '0.3'], [66_000, '0.7']] });
		const other = trading.restart();
		trading.quotes.set('BTC/USDT', 62_500);
		await Promise.all([trading, other, trading, other].map(({ orders }) => orders.watch()));
		expect(await trading.orders.positions()).toMatchObject([{ quantity: '0.007' }]);
		await booksAgree(trading);
	});

	test('two engines over one database send every exit once', async () => {
		const trading = await openTrading(await open());
		await trading.enter({ targets: [[62_000, '0.5'], [63_000, '0.5']] });
		await trading.enter({ symbol: 'ETH/USDT', quantity: '0.1', stop: 2_900, targets: [[3_100, 1]] });
		const other = trading.restart();
		trading.quotes.set('BTC/USDT', 64_000);
		trading.quotes.set('ETH/USDT', 2_800);
		await Promise.all([trading, other, trading, other].map(({ orders }) => orders.watch()));
		const sent = [...trading.venue.submits(), ...other.venue.submits()];
		expect(sent).toHaveLength(5);
		expect(new Set(sent).size).toBe(5);
		await booksAgree(trading);
	});
});
