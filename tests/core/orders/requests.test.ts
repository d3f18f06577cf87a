import { createEvents } from '../../../core/events';
import { findAccount } from '../../../core/members';
import { add, HOUR, isRefused, newId, SECOND } from '../../../core/model';
import { findTrade, openTradeOf, type Order } from '../../../core/orders';
import { clearTrip, trip, type NewTrip } from '../../../core/safety';
import { describeDatabases } from '../../support/databases';
import { openTrading, type Trading } from '../../support/trading';

const stop = async (trading: Trading, change: Partial<NewTrip> = {}) =>
	trading.kernel.transaction(async (trx) =>
		trip(trx, trading.kernel, {
			scope: 'global', state: 'PAUSED', cause: 'person', reason: 'test', rearm: 'hand', actor: 'operator',
			...change,
		}),
	);

const order = (result: Order | { kind: 'refused' }): Order => {
	if (!('state' in result)) throw new Error(JSON.stringify(result));
	return result;
};

describeDatabases('stops, pace, cancels and closes', (open) => {
	test.each(['PAUSED', 'REDUCING', 'FLATTENING', 'LOCKED'] as const)(
		'%s: an entry that was not sent yet is denied; exits pass',
		async (state) => {
			const trading = await openTrading(await open());
			await trading.enter();
			const waiting = await trading.create({ symbol: 'ETH/USDT', quantity: '0.1' });
			await stop(trading, { state });
			trading.database.clock.set(waiting.sendAfter);
			const denied = await trading.orders.dispatch(waiting.id);
			expect(denied).toMatchObject({ state: 'DENIED', code: 'STOP_LATCH' });
			expect(await openTradeOf(trading.kernel.conn, trading.accountId, 'ETH/USDT')).toBeNull();
			trading.quotes.set('BTC/USDT', 58_000);
			expect(await trading.orders.watch()).toMatchObject({ exits: 1 });
			expect(trading.venue.submits()).toHaveLength(2);
		},
	);

	test.each<[string, (trading: Trading) => Partial<NewTrip>, boolean]>([
		['this member', ({ memberId }) => ({ scope: 'member', scopeId: memberId }), true],
		['this account', ({ accountId }) => ({ scope: 'account', scopeId: accountId }), true],
		['this tier', () => ({ scope: 'tier', scopeId: 'OPERATOR' }), true],
		['this symbol', () => ({ scope: 'symbol', symbol: 'BTC/USDT' }), true],
		['another symbol', () => ({ scope: 'symbol', symbol: 'ETH/USDT' }), false],
		['another tier', () => ({ scope: 'tier', scopeId: 'FANG' }), false],
	])('a stop of %s', async (_what, scope, stops) => {
		const trading = await openTrading(await open());
		await stop(trading, scope(trading));
		expect(await trading.enter()).toMatchObject({ state: stops ? 'DENIED' : 'FILLED' });
	});

	test('an order on its way waits for a stop that is just being made, and is denied', async () => {
		const trading = await openTrading(await open());
		const waiting = await trading.create();
		let commit = (): void => {};
		const held = new Promise<void>((resolve) => (commit = resolve));
		let tripped = (): void => {};
		const underWay = new Promise<void>((resolve) => (tripped = resolve));
		const stopping = trading.kernel.transaction(async (trx) => {
			await trip(trx, trading.kernel, {
				scope: 'global', state: 'PAUSED', cause: 'person', reason: 'test', rearm: 'hand', actor: 'operator',
			});
			tripped();
			await held;
		});
		await underWay;
		const sending = trading.orders.dispatch(waiting.id);
		await new Promise((resolve) => setTimeout(resolve, 150));
		expect(trading.venue.submits()).toEqual([]);
		commit();
		await stopping;
		expect(await sending).toMatchObject({ state: 'DENIED', code: 'STOP_LATCH' });
	});

	test('stops and sends at the same moment: each order is denied or was sent, never both', async () => {
		const trading = await openTrading(await open());
		for (let round = 0; round < 4; round++) {
			const waiting = await trading.create({ quantity: '0.001' });
			trading.database.clock.set(waiting.sendAfter);
			const before = trading.venue.submits().length;
			const [sent, tripped] = await Promise.all([
				trading.orders.dispatch(waiting.id),
				stop(trading),
			]);
			expect(trading.venue.submits().length - before).toBe(sent.state === 'DENIED' ? 0 : 1);
			trading.database.clock.advance(HOUR);
			await trading.kernel.transaction(async (trx) =>
				clearTrip(trx, trading.kernel, tripped.id, { actor: 'operator', reason: 'test' }),
			);
			if (sent.state === 'DENIED') continue;
			const { accountId } = trading;
			await trading.orders.closePosition({ accountId, symbol: 'BTC/USDT', reason: 'manual', actor: 'operator' });
		}
	});

	test('entries of an account go out one a second; who would wait over 5 s is denied', async () => {
		const trading = await openTrading(await open());
		const start = trading.database.clock.now();
		const symbols = ['BTC', 'ETH', 'SOL', 'BNB', 'LTC', 'DOT', 'XRP', 'ADA'];
		for (const base of symbols) trading.quotes.set(`${base}/USDT`, 100);
		const entries: Order[] = [];
		for (const base of symbols) entries.push(await trading.create({ symbol: `${base}/USDT`, quantity: '1', stop: 90, targets: [[120, 1]] }));
		expect(entries.map((entry) => [entry.state, (entry.sendAfter - start) / SECOND])).toEqual([
			['CREATED', 0], ['CREATED', 1], ['CREATED', 2], ['CREATED', 3], ['CREATED', 4], ['CREATED', 5],
			['DENIED', 0], ['DENIED', 0],
		]);
		expect(entries.at(-1)).toMatchObject({ code: 'ENTRY_RATE', tradeId: null });
		expect((await trading.orders.dispatch(entries[1]?.id ?? 'ord_')).state).toBe('CREATED');
		for (let second = 0; second < 6; second++) {
			await trading.orders.dispatchDue();
			expect(trading.venue.submits()).toHaveLength(second + 1);
			trading.database.clock.advance(SECOND);
		}
	});

	test('an entry that nobody sent for 5 s after its time is denied; an exit never', async () => {
		const trading = await openTrading(await open());
		const late = await trading.create();
		trading.database.clock.advance(5 * SECOND + 1);
		expect(await trading.orders.dispatch(late.id)).toMatchObject({ state: 'DENIED', code: 'SEND_TOO_LATE' });
	});

	test('cancelling a resting entry ends its trade; a second cancel is refused', async () => {
		const trading = await openTrading(await open());
		const resting = await trading.enter({ type: 'limit', price: 59_000 });
		expect(await trading.orders.cancel(resting.id, 'operator')).toMatchObject({ state: 'CANCELLED', pending: 'none' });
		expect(await findTrade(trading.kernel.conn, resting.tradeId ?? 'trd_')).toMatchObject({ state: 'CANCELLED' });
		expect(await trading.orders.cancel(resting.id, 'operator')).toMatchObject({ kind: 'refused', code: 'ORDER_NOT_CANCELLABLE' });
		const none = newId('ord', trading.kernel.clock, trading.kernel.rng);
		expect(await trading.orders.cancel(none, 'operator')).toMatchObject({ kind: 'refused', code: 'ORDER_NOT_FOUND' });
		expect(await trading.enter()).toMatchObject({ state: 'FILLED' });
	});

	test('cancelling what was never sent needs no venue', async () => {
		const trading = await openTrading(await open());
		const waiting = await trading.create();
		expect(await trading.orders.cancel(waiting.id, 'operator')).toMatchObject({ state: 'CANCELLED' });
		expect(await trading.orders.dispatch(waiting.id)).toMatchObject({ state: 'CANCELLED' });
		expect(trading.venue.arrived).toEqual([]);
	});

	test('a cancel that crosses with the fill is honoured as filled', async () => {
		const trading = await openTrading(await open());
		const resting = await trading.enter({ type: 'limit', price: 59_000 });
		trading.quotes.set('BTC/USDT', 58_900);
		expect(await trading.orders.cancel(resting.id, 'operator')).toMatchObject({ state: 'FILLED', pending: 'none' });
		expect(await openTradeOf(trading.kernel.conn, trading.accountId, 'BTC/USDT')).toMatchObject({ state: 'OPEN' });
	});

	test.each(['timeout-before', 'timeout-after'] as const)('a cancel without an answer (%s) is asked again', async (fault) => {
		const trading = await openTrading(await open());
		const resting = await trading.enter({ type: 'limit', price: 59_000 });
		trading.venue.plan('cancel', fault);
		expect(await trading.orders.cancel(resting.id, 'operator')).toMatchObject({ state: 'OPEN', pending: 'cancel' });
		// Whoever asked may still be waiting for the answer.
		trading.database.clock.advance(2 * SECOND - 1);
		await trading.orders.watch();
		const early = fault === 'timeout-before' ? { state: 'OPEN', pending: 'cancel' } : { state: 'CANCELLED' };
		expect(await trading.orders.get(resting.id)).toMatchObject(early);
		trading.database.clock.advance(1);
		await trading.orders.watch();
		expect(await trading.orders.get(resting.id)).toMatchObject({ state: 'CANCELLED' });
	});

	test('an order of unknown outcome is cancelled when it turns up', async () => {
		const trading = await openTrading(await open());
		trading.venue.plan('submit', 'timeout-after');
		const lost = await trading.enter({ type: 'limit', price: 59_000 });
		expect(await trading.orders.cancel(lost.id, 'operator')).toMatchObject({ state: 'UNKNOWN', pending: 'cancel' });
		trading.database.clock.advance(2 * SECOND);
		await trading.orders.resolveUnknown();
		expect(await trading.orders.get(lost.id)).toMatchObject({ state: 'CANCELLED' });
	});

	test('cancelEntries takes the unfilled entries of a symbol and side, not its exits', async () => {
		const trading = await openTrading(await open());
		const resting = await trading.enter({ type: 'limit', price: 59_000 });
		const { accountId } = trading;
		const wanted = { accountId, symbol: 'BTC/USDT', actor: 'operator' };
		expect(await trading.orders.cancelEntries({ ...wanted, side: 'sell' })).toEqual([]);
		const cancelled = await trading.orders.cancelEntries({ ...wanted, side: 'buy' });
		expect(cancelled).toMatchObject([{ id: resting.id, state: 'CANCELLED' }]);
		expect(await trading.orders.cancelEntries(wanted)).toEqual([]);
	});

	test.each<[string, Record<string, unknown>, string, boolean | null]>([
		['by hand', { reason: 'manual' }, 'manual', false],
		['by its source', { reason: 'signal', source: 'ema-cross' }, 'source_close', true],
		['by another source', { reason: 'signal', source: 'other' }, 'other_close', false],
		['by the engine', { reason: 'engine' }, 'engine', null],
		['by the kill switch', { reason: 'kill_switch' }, 'kill_switch', null],
	])('closing %s', async (_who, cause, reason, kept) => {
		const trading = await openTrading(await open());
		const entry = await trading.enter();
		const signalId = newId('sig', trading.kernel.clock, trading.kernel.rng);
		const closing = order(
			await trading.orders.closePosition({
				accountId: trading.accountId, symbol: 'BTC/USDT', actor: 'operator', signalId, ...cause,
			} as Parameters<Trading['orders']['closePosition']>[0]),
		);
		expect(closing).toMatchObject({ state: 'FILLED', leg: 'close', reduceOnly: true, signalId, reason });
		const trade = await findTrade(trading.kernel.conn, entry.tradeId ?? 'trd_');
		expect(trade).toMatchObject({ state: 'CLOSED', exitReason: reason, planKept: kept });
		// Sold at once at a small loss, before the stop: honoured where it counts at all.
		expect(trade?.stopHonoured).toBe(kept === null ? null : true);
		const again = await trading.orders.closePosition({ accountId: trading.accountId, symbol: 'BTC/USDT', reason: 'manual', actor: 'operator' });
		expect(again).toMatchObject({ kind: 'refused', code: 'NO_OPEN_POSITION' });
	});

	test('many closes at once sell the position once', async () => {
		const trading = await openTrading(await open());
		await trading.enter();
		const close = { accountId: trading.accountId, symbol: 'BTC/USDT', reason: 'manual', actor: 'operator' } as const;
		const other = trading.restart();
		const results = await Promise.all(
			[trading, other, trading, other].map(({ orders }) => orders.closePosition(close)),
		);
		const sold = results.filter((result) => !isRefused(result) && 'state' in result);
		expect(new Set(sold.map((result) => ('id' in result ? result.id : ''))).size).toBe(1);
		for (const result of results.filter(isRefused)) {
			expect(['CLOSING', 'NO_OPEN_POSITION']).toContain(result.code);
		}
		expect((await findAccount(trading.kernel.conn, trading.accountId))?.cash).toBe(
			add(10_000, (await findAccount(trading.kernel.conn, trading.accountId))?.realisedNet ?? 0),
		);
	});

	test('a close that the venue refuses is tried again by the watch until it is done', async () => {
		const trading = await openTrading(await open());
		const entry = await trading.enter();
		trading.quotes.clear('BTC/USDT');
		const close = { accountId: trading.accountId, symbol: 'BTC/USDT', reason: 'manual', actor: 'member:x' } as const;
		expect(await trading.orders.closePosition(close)).toMatchObject({ state: 'REJECTED', code: 'NO_LIQUIDITY' });
		expect(await openTradeOf(trading.kernel.conn, trading.accountId, 'BTC/USDT')).toMatchObject({ closeReason: 'manual' });
		// Not every second: 1, 2, 4 … s after each refusal.
		for (const [seconds, orders] of [[0, 2], [1, 3], [1, 3], [1, 4], [3, 4], [1, 5]] as const) {
			trading.database.clock.advance(seconds * SECOND);
			await trading.orders.watch();
			expect(await trading.orders.list()).toHaveLength(orders);
		}
		trading.quotes.set('BTC/USDT', 60_500);
		trading.database.clock.advance(8 * SECOND);
		await trading.orders.watch();
		expect(await findTrade(trading.kernel.conn, entry.tradeId ?? 'trd_')).toMatchObject({ state: 'CLOSED', exitReason: 'manual' });
	});

	test('a position that lost 5 % of the equity is closed by the engine', async () => {
		const trading = await openTrading(await open());
		const entry = await trading.enter({ quantity: '0.1', stop: 40_000 });
		trading.quotes.set('BTC/USDT', 55_100);
		expect(await trading.orders.watch()).toMatchObject({ exits: 0 });
		trading.quotes.set('BTC/USDT', 55_000);
		expect(await trading.orders.watch()).toMatchObject({ exits: 1 });
		expect(await findTrade(trading.kernel.conn, entry.tradeId ?? 'trd_')).toMatchObject({
			state: 'CLOSED', exitReason: 'engine', planKept: null, stopHonoured: null,
		});
	});

	test('a loss that ends a position is told once, and a price that comes back does not undo it', async () => {
		const trading = await openTrading(await open());
		const entry = await trading.enter({ quantity: '0.1', stop: 40_000 });
		trading.quotes.set('BTC/USDT', 55_000);
		trading.venue.plan('submit', 'reject');
		await trading.orders.watch();
		expect(await openTradeOf(trading.kernel.conn, trading.accountId, 'BTC/USDT')).toMatchObject({ closeReason: 'engine' });
		trading.quotes.set('BTC/USDT', 60_000);
		for (let second = 0; second < 3; second++) {
			trading.database.clock.advance(SECOND);
			await trading.orders.watch();
		}
		expect(await findTrade(trading.kernel.conn, entry.tradeId ?? 'trd_')).toMatchObject({ state: 'CLOSED', exitReason: 'engine' });
		const told = await createEvents(trading.kernel).list({ types: ['risk.position_loss'], limit: 10 });
		expect(told).toMatchObject([
			{ accountId: trading.accountId, payload: { trade_id: entry.tradeId, symbol: 'BTC/USDT', loss: '501.8', limit: '500', equity: '10000' } },
		]);
	});

	test('a fill far from the price that was judged is told', async () => {
		const trading = await openTrading(await open());
		const issues = async () => createEvents(trading.kernel).list({ types: ['issue.raised'], limit: 10 });
		trading.quotes.set('BTC/USDT', 60_200);
		await trading.enter({ quantity: '0.001' });
		expect(await issues()).toEqual([]);
		await trading.orders.closePosition({ accountId: trading.accountId, symbol: 'BTC/USDT', reason: 'manual', actor: 'operator' });
		trading.quotes.set('BTC/USDT', 60_400);
		await trading.enter({ quantity: '0.001' });
		expect(await issues()).toMatchObject([{ payload: { code: 'SLIPPAGE', severity: 'high' } }]);
	});

	test('closing a trade that has not filled cancels its entry', async () => {
		const trading = await openTrading(await open());
		const resting = await trading.enter({ type: 'limit', price: 59_000 });
		const close = { accountId: trading.accountId, symbol: 'BTC/USDT', reason: 'manual', actor: 'operator' } as const;
		expect(await trading.orders.closePosition(close)).toMatchObject({ id: resting.id, state: 'CANCELLED' });
		expect(await trading.orders.closePosition(close)).toMatchObject({ code: 'NO_OPEN_POSITION' });
	});

	test('closing while the entry’s outcome is unknown closes it when it turns up', async () => {
		const trading = await openTrading(await open());
		trading.venue.plan('submit', 'timeout-after');
		const lost = await trading.enter();
		const close = { accountId: trading.accountId, symbol: 'BTC/USDT', reason: 'manual', actor: 'operator' } as const;
		expect(await trading.orders.closePosition(close)).toMatchObject({ id: lost.id, state: 'UNKNOWN' });
		trading.database.clock.advance(2 * SECOND);
		await trading.orders.resolveUnknown();
		await trading.orders.watch();
		expect(await findTrade(trading.kernel.conn, lost.tradeId ?? 'trd_')).toMatchObject({ state: 'CLOSED', exitReason: 'manual' });
	});
});
