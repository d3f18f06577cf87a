import { decimal, newId, SECOND, type ReservationId } from '../../../core/model';
import {
	entryFacts, entryPrice, liveReservation, liveReservations, openQuantity, openTrades,
	releaseReservation, reserve, tradesOfSignal, unbookedFees, type EntryQuery,
} from '../../../core/orders';
import { describeDatabases } from '../../support/databases';
import { openTrading, type Trading } from '../../support/trading';

const hold = async (trading: Trading, symbol: string, risk: string, cash: string): Promise<ReservationId> =>
	trading.kernel.transaction(async (trx) => {
		const { kernel, accountId, memberId } = trading;
		const signalId = newId('sig', kernel.clock, kernel.rng);
		const made = await reserve(trx, kernel, {
			accountId, memberId, signalId, verdictId: 'vrd_1', symbol, side: 'buy',
			risk: decimal(risk), cash: decimal(cash),
		});
		return made.id;
	});

const query = (trading: Trading): EntryQuery => ({
	memberId: trading.memberId,
	memberDay: '2026-11-20',
	accountId: trading.accountId,
	source: 'ema-cross',
	side: 'buy',
	symbol: 'BTC/USDT',
	givenQuantity: null,
	since: trading.database.clock.now() - 60 * SECOND,
	exceptSignalId: null,
});

describeDatabases('what risk asks of orders', (open) => {
	test('a reservation holds for 30 s, or until it is released', async () => {
		const trading = await openTrading(await open());
		const { kernel, accountId, database } = trading;
		const first = await hold(trading, 'BTC/USDT', '12.5', '700');
		database.clock.advance(1);
		const second = await hold(trading, 'ETH/USDT', '7.5', '300');
		const now = (): number => database.clock.now();
		expect(await liveReservations(kernel.conn, accountId, now())).toMatchObject([
			{ id: first, heldRisk: '12.5', heldCash: '700' },
			{ id: second, heldRisk: '7.5', heldCash: '300' },
		]);
		await kernel.transaction(async (trx) => releaseReservation(trx, kernel, first));
		expect(await liveReservation(kernel.conn, first, now())).toBeNull();
		database.clock.advance(30 * SECOND - 1);
		expect(await liveReservation(kernel.conn, second, now())).toMatchObject({ state: 'LIVE' });
		database.clock.advance(1);
		expect(await liveReservation(kernel.conn, second, now())).toBeNull();
		expect(await liveReservations(kernel.conn, accountId, now())).toEqual([]);
		expect(await trading.orders.expireReservations()).toBe(1);
		expect(await trading.orders.expireReservations()).toBe(0);
	});

	test('a bound reservation holds whole while the outcome is unknown, and nothing once it filled', async () => {
		const trading = await openTrading(await open());
		const { kernel, accountId } = trading;
		const reservationId = await hold(trading, 'BTC/USDT', '12', '600');
		const { order } = await kernel.transaction(async (trx) =>
			trading.orders.createEntry(trx, trading.intent(), { reservationId, actor: 'x' }),
		);
		trading.venue.plan('submit', 'timeout-after');
		expect(await trading.orders.dispatch(order.id)).toMatchObject({ state: 'UNKNOWN' });
		const later = trading.database.clock.now() + 60 * SECOND;
		expect(await liveReservations(kernel.conn, accountId, later)).toMatchObject([
			{ state: 'BOUND', heldRisk: '12', heldCash: '600', tradeId: order.tradeId },
		]);
		// Nobody takes it away from a trade.
		await kernel.transaction(async (trx) => releaseReservation(trx, kernel, reservationId));
		expect(await liveReservations(kernel.conn, accountId, later)).toHaveLength(1);
		trading.database.clock.advance(2 * SECOND);
		await trading.orders.resolveUnknown();
		expect(await liveReservations(kernel.conn, accountId, later)).toEqual([]);
	});

	test('a part that filled is open risk; only the rest is held', async () => {
		const trading = await openTrading(await open());
		const { kernel, accountId } = trading;
		const reservationId = await hold(trading, 'BTC/USDT', '12', '600');
		const { order } = await kernel.transaction(async (trx) =>
			trading.orders.createEntry(trx, trading.intent(), { reservationId, actor: 'x' }),
		);
		await kernel.conn('trades').where({ id: order.tradeId }).update({ entered_quantity: '0.0075' });
		expect(await liveReservations(kernel.conn, accountId, 0)).toMatchObject([{ heldRisk: '3', heldCash: '150' }]);
	});

	test('open trades tell quantity, average entry and fees not booked yet', async () => {
		const trading = await openTrading(await open());
		const order = await trading.enter({ targets: [[62_000, '0.5'], [66_000, '0.5']] });
		trading.quotes.set('BTC/USDT', 62_500);
		await trading.orders.watch();
		const [trade, ...others] = await openTrades(trading.kernel.conn, trading.accountId);
		if (trade === undefined) throw new Error('no trade');
		expect(others).toEqual([]);
		expect([openQuantity(trade), entryPrice(trade), unbookedFees(trade)]).toEqual(['0.005', '60018', '0.30009']);
		expect((await tradesOfSignal(trading.kernel.conn, order.signalId ?? 'sig_')).map(({ id }) => id)).toEqual([trade.id]);
	});

	test('counts the day’s opening orders, cancels and fills in the member’s zone', async () => {
		const trading = await openTrading(await open(), { zone: 'Asia/Tokyo' });
		const { kernel, accountId, memberId } = trading;
		// 10:00 UTC is 19:00 in Tokyo, on the same date; from 15:00 UTC on it is the next one there.
		await trading.enter();
		const resting = await trading.enter({ symbol: 'ETH/USDT', quantity: '0.1', type: 'limit', price: 2_900, stop: 2_800 });
		await trading.orders.cancel(resting.id, 'operator');
		await trading.create({ symbol: 'SOL/USDT', quantity: '1', stop: 140 });
		const denied = await trading.create();
		expect(denied.state).toBe('DENIED');
		const counts = (memberDay: string) =>
			entryFacts(kernel.conn, { ...query(trading), memberId, memberDay, accountId, symbol: 'LTC/USDT' });
		expect(await counts('2026-11-20')).toEqual({
			memberOpeningOrders: 3, openingOrders: 3, replacesAndCancels: 1, openingFills: 1,
			duplicateAt: null, hasUnknown: false, lastOrderAt: expect.any(Number),
		});
		expect(await counts('2026-11-21')).toMatchObject({ memberOpeningOrders: 0 });
		trading.database.clock.set(Date.UTC(2026, 10, 20, 15));
		trading.quotes.set('BTC/USDT', 50_000);
		await trading.orders.watch();
		await trading.enter({ stop: 49_000 });
		expect(await counts('2026-11-21')).toMatchObject({
			memberOpeningOrders: 1, openingOrders: 1, replacesAndCancels: 0, openingFills: 1,
		});
	});

	test('an order of the same source, side, symbol and given quantity is a duplicate for a while', async () => {
		const trading = await openTrading(await open());
		const order = await trading.enter();
		const now = trading.database.clock.now();
		const duplicateAt = async (change: object): Promise<number | null> =>
			(await entryFacts(trading.kernel.conn, { ...query(trading), ...change })).duplicateAt;
		expect(await duplicateAt({})).toBe(order.createdAt);
		for (const change of [
			{ source: 'other' }, { side: 'sell' }, { symbol: 'ETH/USDT' }, { givenQuantity: decimal('0.01') },
			{ since: now + 1 }, { exceptSignalId: order.signalId },
		]) {
			expect(await duplicateAt(change)).toBeNull();
		}
	});

	test('lists by account, member, signal and state, newest first', async () => {
		const trading = await openTrading(await open());
		const other = await trading.addMember('other');
		const first = await trading.enter();
		trading.database.clock.advance(SECOND);
		const second = await trading.enter({ ...other, type: 'limit', price: 59_000 });
		const { orders } = trading;
		const ids = async (filter: Parameters<typeof orders.list>[0]) => (await orders.list(filter)).map(({ id }) => id);
		expect(await ids({})).toEqual([second.id, first.id]);
		expect(await ids({ limit: 1 })).toEqual([second.id]);
		expect(await ids({ accountId: other.accountId })).toEqual([second.id]);
		expect(await ids({ memberId: trading.memberId })).toEqual([first.id]);
		expect(await ids({ state: 'OPEN' })).toEqual([second.id]);
		expect(await ids({ signalId: first.signalId ?? 'sig_' })).toEqual([first.id]);
		expect(await orders.get('ord_none')).toBeNull();
	});
});
