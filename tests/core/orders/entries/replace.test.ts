import { add, decimal, isRefused, markAs, SECOND, type Decimal, type Refused } from '../../../../core/model';
import { entryFacts, findTrade, type Order, type OrderIntent, type ReplaceWish } from '../../../../core/orders';
import { liveReservations, reserve } from '../../../../core/orders/entries/reservations.repository';
import type { Market } from '../../../../core/exchange';
import { describeDatabases } from '../../../support/databases';
import { openTrading, type Trading, type TradingProcess } from '../../../support/trading';

const approve = markAs<'RiskApproved'>();
const LIMIT = { type: 'limit', price: 59_000, quantity: '0.01', stop: 57_000 } as const;

async function marketOf({ exchanges }: TradingProcess): Promise<Market> {
	const market = await exchanges.for('paper').resolve('BTC/USDT');
	if (market === null) throw new Error('no market');
	return market;
}

function unrefused<T>(value: T | Refused): T {
	if (isRefused(value)) throw new Error(value.code);
	return value;
}

/** A replacement that adds no risk, carried out as far as it goes. */
async function safer(trading: TradingProcess, order: Order, wish: ReplaceWish) {
	const wanted = { orderId: order.id, wish, actor: 'member:x' };
	const next = await trading.orders.requestSaferReplace(wanted, await marketOf(trading));
	return isRefused(next) ? next : trading.orders.carryOutReplace(next);
}

/** One that adds risk, as the gate would approve it. */
async function approved(trading: Trading, order: Order, wish: ReplaceWish): Promise<Order> {
	const intent = approve<OrderIntent>({
		...trading.intent({ type: 'limit', stop: 57_000 }),
		quantity: wish.quantity ?? order.quantity, price: wish.price ?? order.price, risk: decimal(40), cash: decimal(1500),
	});
	const market = await marketOf(trading);
	const next = await trading.kernel.transaction(async (trx) => {
		const reservation = await reserve(trx, trading.kernel, {
			accountId: trading.accountId, memberId: trading.memberId, signalId: order.signalId ?? 'sig_', verdictId: 'vrd_1',
			symbol: 'BTC/USDT', side: 'buy', risk: decimal(40), cash: decimal(1500),
		});
		const approval = { intent, reservationId: reservation.id };
		return trading.orders.requestReplace(trx, { orderId: order.id, wish, actor: 'member:x' }, market, approval);
	});
	return trading.orders.carryOutReplace(unrefused(next));
}

/** An entry with what the gate held back for it. */
async function reservedEntry(trading: Trading, risk: string, cash: string): Promise<Order> {
	const { kernel, orders, accountId, memberId } = trading;
	const { order } = await kernel.transaction(async (trx) => {
		const intent = trading.intent({ ...LIMIT, risk, cash });
		const held = await reserve(trx, kernel, {
			accountId, memberId, signalId: intent.signalId ?? 'sig_', verdictId: 'vrd_0', symbol: 'BTC/USDT', side: 'buy',
			risk: decimal(risk), cash: decimal(cash),
		});
		return orders.createEntry(trx, intent, { reservationId: held.id, actor: 'node:test' });
	});
	return orders.dispatch(order.id);
}

/** What the next judgement finds held back: risk and cash. */
async function heldNow({ kernel, accountId, database }: Trading): Promise<string[][]> {
	const held = await liveReservations(kernel.conn, accountId, database.clock.now());
	return held.map(({ heldRisk, heldCash }) => [heldRisk, heldCash]);
}

const q = (value: string): Decimal => decimal(value);
const entriesOf = async (trading: Trading): Promise<Order[]> =>
	(await trading.orders.list({ accountId: trading.accountId })).filter(({ leg }) => leg === 'entry').reverse();
const working = async ({ accountId }: Trading, { exchanges }: TradingProcess) => {
	const open = await exchanges.for('paper').openOrders(accountId);
	return open.map(({ quantity, price }) => [quantity, price]);
};
const reserved = async (trading: Trading): Promise<string[]> =>
	(await trading.kernel.conn('reservations').orderBy('created_at')).map(({ state, risk }) => `${state} ${risk}`);

describeDatabases('replacing', (open) => {
	test('a cheaper order takes the place of the first, under an id of its own', async () => {
		const trading = await openTrading(await open());
		const order = await trading.enter(LIMIT);
		trading.database.clock.advance(SECOND);
		const next = unrefused(await safer(trading, order, { price: q('58000'), quantity: q('0.008') }));
		expect(next).toMatchObject({ state: 'OPEN', price: '58000', quantity: '0.008', replaces: order.id, waitsFor: null, tradeId: order.tradeId });
		expect(next.clientOrderId).not.toBe(order.clientOrderId);
		expect(await trading.orders.get(order.id)).toMatchObject({ state: 'CANCELLED', code: 'ORDER_REPLACED', replacedBy: next.id });
		expect(await working(trading, trading)).toEqual([['0.008', '58000']]);
		expect(await findTrade(trading.kernel.conn, order.tradeId ?? 'trd_')).toMatchObject({ state: 'OPENING', plannedQuantity: '0.008' });
		trading.quotes.set('BTC/USDT', 57_900);
		await trading.orders.watch();
		expect(await findTrade(trading.kernel.conn, order.tradeId ?? 'trd_')).toMatchObject({ state: 'OPEN', enteredQuantity: '0.008' });
	});

	test('a repeat of the same wish shows the same replacement', async () => {
		const trading = await openTrading(await open());
		const order = await trading.enter(LIMIT);
		const wish = { price: q('58000') };
		const next = unrefused(await safer(trading, order, wish));
		expect(await trading.orders.replacementOf(order.id, wish)).toMatchObject({ id: next.id });
		expect(await trading.orders.replacementOf(order.id, { price: q('58001') })).toBeNull();
		expect(await safer(trading, order, { price: q('58001') })).toMatchObject({ code: 'ORDER_NOT_REPLACEABLE' });
	});

	test('replacements of replacements: one trade, one working order, and a cancel ends it all', async () => {
		const trading = await openTrading(await open());
		let order = await trading.enter(LIMIT);
		const first = order;
		for (const price of ['58900', '58800', '58700']) {
			trading.database.clock.advance(SECOND);
			order = unrefused(await safer(trading, order, { price: q(price) }));
		}
		expect((await entriesOf(trading)).map(({ state }) => state)).toEqual(['CANCELLED', 'CANCELLED', 'CANCELLED', 'OPEN']);
		expect(new Set((await entriesOf(trading)).map(({ clientOrderId }) => clientOrderId)).size).toBe(4);
		await trading.orders.cancel(order.id, 'x');
		expect(await findTrade(trading.kernel.conn, first.tradeId ?? 'trd_')).toMatchObject({ state: 'CANCELLED' });
		expect(await working(trading, trading)).toEqual([]);
	});

	test('more needs an approval, and holds its capacity in place of the first', async () => {
		const trading = await openTrading(await open());
		const order = await trading.enter(LIMIT);
		expect(
			await trading.orders.requestSaferReplace(
				{ orderId: order.id, wish: { quantity: q('0.02') }, actor: 'x' }, await marketOf(trading),
			).catch((error: { code: string }) => error.code),
		).toBe('REPLACEMENT_NOT_APPROVED');
		expect(await trading.orders.get(order.id)).toMatchObject({ state: 'OPEN', pending: 'none', replacedBy: null });
		trading.database.clock.advance(SECOND);
		const next = await approved(trading, order, { quantity: q('0.02') });
		expect(next).toMatchObject({ state: 'OPEN', quantity: '0.02' });
		expect(await reserved(trading)).toEqual(['BOUND 40']);
		expect(await findTrade(trading.kernel.conn, order.tradeId ?? 'trd_')).toMatchObject({ plannedQuantity: '0.02', initialRisk: '40' });
	});

	test('while both may come to fill, what is held is the larger of both; then the second’s alone', async () => {
		const trading = await openTrading(await open());
		const order = await reservedEntry(trading, '60', '1200');
		expect(await heldNow(trading)).toEqual([['60', '1200']]);
		trading.database.clock.advance(SECOND);
		trading.venue.plan('cancel', 'timeout-before');
		trading.venue.plan('lookup', 'timeout-before');
		// Less of it and dearer: 40 of risk and 1500 of cash, as the gate says.
		const next = await approved(trading, order, { quantity: q('0.005'), price: q('59500') });
		expect(next).toMatchObject({ state: 'CREATED', waitsFor: order.id });
		expect(await heldNow(trading)).toEqual([['60', '1500']]);
		expect(await findTrade(trading.kernel.conn, order.tradeId ?? 'trd_')).toMatchObject({ plannedQuantity: '0.01', initialRisk: '60' });
		await trading.orders.continueReplaces();
		expect(await trading.orders.get(next.id)).toMatchObject({ state: 'OPEN', quantity: '0.005' });
		expect(await heldNow(trading)).toEqual([['40', '1500']]);
		expect(await reserved(trading)).toEqual(['RELEASED 60', 'BOUND 40']);
		expect(await findTrade(trading.kernel.conn, order.tradeId ?? 'trd_')).toMatchObject({ plannedQuantity: '0.005', initialRisk: '40' });
	});

	test('a first order that works on after all keeps what was held for it, no more', async () => {
		const trading = await openTrading(await open());
		const order = await reservedEntry(trading, '60', '1200');
		trading.database.clock.advance(SECOND);
		trading.venue.cancel = async () => ({ kind: 'rejected', code: 'ORDER_NOT_OPEN', message: 'Not now.' });
		const next = await approved(trading, order, { quantity: q('0.02') });
		expect(next).toMatchObject({ state: 'CANCELLED', code: 'REPLACE_OVERTAKEN' });
		expect(await trading.orders.get(order.id)).toMatchObject({ state: 'OPEN', pending: 'none' });
		expect(await heldNow(trading)).toEqual([['60', '1200']]);
		expect(await reserved(trading)).toEqual(['BOUND 60', 'RELEASED 40']);
		expect(await findTrade(trading.kernel.conn, order.tradeId ?? 'trd_')).toMatchObject({ plannedQuantity: '0.01', initialRisk: '60' });
	});

	test('what fills before the first is gone is taken off the second', async () => {
		const trading = await openTrading(await open());
		const order = await trading.enter(LIMIT);
		const { cancel } = trading.venue;
		const part = {
			venueTradeId: 'part-1', venueOrderId: order.venueOrderId ?? '', clientOrderId: order.clientOrderId,
			symbol: order.symbol, side: order.side, quantity: '0.004', price: '59000', fee: '0.236', feeCurrency: 'USDT', at: 5,
		};
		trading.venue.cancel = async (...args) => {
			const answer = await cancel.apply(trading.venue, args);
			return answer.kind !== 'cancelled'
				? answer
				: ({ ...answer, order: { ...answer.order, filledQuantity: '0.004' }, fills: [part] } as never);
		};
		trading.database.clock.advance(SECOND);
		const next = unrefused(await safer(trading, order, { price: q('58000') }));
		expect(next).toMatchObject({ state: 'OPEN', quantity: '0.006', price: '58000' });
		const trade = await findTrade(trading.kernel.conn, order.tradeId ?? 'trd_');
		expect(trade).toMatchObject({ state: 'OPEN', enteredQuantity: '0.004', plannedQuantity: '0.01' });
	});

	test('a first order that fills whole leaves nothing to replace', async () => {
		const trading = await openTrading(await open());
		const order = await trading.enter(LIMIT);
		trading.quotes.set('BTC/USDT', 58_990);
		const next = unrefused(await safer(trading, order, { price: q('58000') }));
		expect(next).toMatchObject({ state: 'CANCELLED', code: 'REPLACE_OVERTAKEN', submittingAt: null });
		expect(await trading.orders.get(order.id)).toMatchObject({ state: 'FILLED' });
		expect(await findTrade(trading.kernel.conn, order.tradeId ?? 'trd_')).toMatchObject({ state: 'OPEN', enteredQuantity: '0.01' });
		expect(trading.venue.submits()).toHaveLength(1);
	});

	test('one that fills while more is wanted leaves the rest to the second', async () => {
		const trading = await openTrading(await open());
		const order = await trading.enter(LIMIT);
		trading.quotes.set('BTC/USDT', 58_990);
		trading.database.clock.advance(SECOND);
		const next = await approved(trading, order, { quantity: q('0.015') });
		expect(next).toMatchObject({ quantity: '0.005', state: 'FILLED' });
		const trade = await findTrade(trading.kernel.conn, order.tradeId ?? 'trd_');
		expect(trade).toMatchObject({ enteredQuantity: '0.015', plannedQuantity: '0.015' });
	});

	test.each(['timeout-before', 'timeout-after'] as const)('while nobody knows whether the first is gone (%s), the second waits', async (fault) => {
		const trading = await openTrading(await open());
		const order = await trading.enter(LIMIT);
		trading.venue.plan('cancel', fault);
		trading.venue.plan('lookup', 'timeout-before');
		const next = unrefused(await safer(trading, order, { price: q('58000') }));
		expect(next).toMatchObject({ state: 'CREATED', waitsFor: order.id });
		expect(trading.venue.submits()).toHaveLength(1);
		expect(await trading.orders.dispatchDue()).toBe(0);
		expect(await trading.orders.dispatch(next.id)).toMatchObject({ state: 'CREATED' });
		trading.database.clock.advance(SECOND);
		for (let look = 0; look < 3; look++) await trading.orders.continueReplaces();
		expect(await trading.orders.get(next.id)).toMatchObject({ state: 'OPEN' });
		expect(await working(trading, trading)).toEqual([['0.01', '58000']]);
		expect(trading.venue.submits()).toHaveLength(2);
	});

	test.each([
		['cancel', 'crash-before'], ['cancel', 'crash-after'], ['submit', 'crash-before'], ['submit', 'crash-after'],
	] as const)('a process that dies (%s, %s) leaves it to the next, twice', async (call, fault) => {
		const trading = await openTrading(await open());
		const order = await trading.enter(LIMIT);
		trading.database.clock.advance(SECOND);
		trading.venue.plan(call, fault);
		void safer(trading, order, { price: q('58000') });
		await trading.venue.crashed;
		for (let start = 0; start < 2; start++) {
			const again = trading.restart();
			for (let second = 0; second < 70; second += 2) {
				trading.database.clock.advance(2 * SECOND);
				await again.orders.continueReplaces();
				await again.orders.resolveUnknown();
				await again.orders.watch();
			}
		}
		const [first, second] = await entriesOf(trading);
		expect(first).toMatchObject({ state: 'CANCELLED', replacedBy: second?.id });
		// A request that never arrived is certainly not there; the trade then has no entry any more.
		const lost = call === 'submit' && fault === 'crash-before';
		expect(second).toMatchObject({ state: lost ? 'FAILED' : 'OPEN', price: '58000' });
		expect(await working(trading, trading.restart())).toEqual(lost ? [] : [['0.01', '58000']]);
		expect(await findTrade(trading.kernel.conn, order.tradeId ?? 'trd_')).toMatchObject({ state: lost ? 'CANCELLED' : 'OPENING' });
	});

	test.each(['first', 'second'] as const)('a cancel of the %s ends both while the second waits', async (which) => {
		const trading = await openTrading(await open());
		const order = await trading.enter(LIMIT);
		trading.venue.plan('cancel', 'timeout-before');
		const next = unrefused(await safer(trading, order, { price: q('58000') }));
		await trading.orders.cancel(which === 'first' ? order.id : next.id, 'x');
		await trading.orders.continueReplaces();
		await trading.orders.watch();
		expect((await entriesOf(trading)).map(({ state }) => state)).toEqual(['CANCELLED', 'CANCELLED']);
		expect(await findTrade(trading.kernel.conn, order.tradeId ?? 'trd_')).toMatchObject({ state: 'CANCELLED' });
		expect(trading.venue.submits()).toHaveLength(1);
	});

	test('a close of the trade ends both', async () => {
		const trading = await openTrading(await open());
		const order = await trading.enter(LIMIT);
		trading.venue.plan('cancel', 'timeout-before');
		const next = unrefused(await safer(trading, order, { price: q('58000') }));
		const { accountId } = trading;
		await trading.orders.closePosition({ accountId, symbol: 'BTC/USDT', reason: 'manual', actor: 'x' });
		await trading.orders.continueReplaces();
		await trading.orders.watch();
		expect(await trading.orders.get(next.id)).toMatchObject({ state: 'CANCELLED', submittingAt: null });
		expect(await findTrade(trading.kernel.conn, order.tradeId ?? 'trd_')).toMatchObject({ state: 'CANCELLED' });
	});

	test('many processes that carry it on send it once', async () => {
		const trading = await openTrading(await open());
		const order = await trading.enter(LIMIT);
		trading.database.clock.advance(SECOND);
		trading.venue.plan('cancel', 'timeout-before');
		const next = unrefused(await safer(trading, order, { price: q('58000') }));
		const others = [trading.restart(), trading.restart(), trading];
		await Promise.all(others.map(async ({ orders }) => orders.continueReplaces()));
		await Promise.all(others.map(async ({ orders }) => orders.continueReplaces()));
		expect(await trading.orders.get(next.id)).toMatchObject({ state: 'OPEN' });
		const submits = others.flatMap(({ venue }) => venue.submits());
		expect(submits.filter((id) => id === next.clientOrderId)).toHaveLength(1);
	});

	test('a replace counts in order-to-trade, its order not again', async () => {
		const trading = await openTrading(await open());
		const order = await trading.enter(LIMIT);
		trading.database.clock.advance(SECOND);
		await safer(trading, order, { price: q('58000') });
		const facts = await entryFacts(trading.kernel.conn, {
			memberId: trading.memberId, memberDay: order.memberDay, accountId: trading.accountId, symbol: 'ETH/USDT', side: 'buy',
			source: 'other', givenQuantity: null, since: 0, exceptSignalId: null,
		});
		expect(facts).toMatchObject({ openingOrders: 1, memberOpeningOrders: 1, replacesAndCancels: 1 });
	});

	test('cash and reservations add up after all of it', async () => {
		const trading = await openTrading(await open());
		const order = await trading.enter(LIMIT);
		trading.database.clock.advance(SECOND);
		await approved(trading, order, { quantity: q('0.02') });
		trading.quotes.set('BTC/USDT', 58_900);
		await trading.orders.watch();
		expect(await reserved(trading)).toEqual(['RELEASED 40']);
		const { accountId } = trading;
		await trading.orders.closePosition({ accountId, symbol: 'BTC/USDT', reason: 'manual', actor: 'x' });
		const account = await trading.kernel.conn('accounts').where({ id: accountId }).first();
		expect(account.cash).toBe(add(10_000, account.realised_net));
		const balances = await trading.exchanges.for('paper').balances(accountId);
		expect(balances['USDT']).toBe(account.cash);
	});
});
