import { findAccount } from '../../../../core/members';
import { add, decimal, SECOND, type DecimalInput } from '../../../../core/model';
import { openTradeOf, type Trade } from '../../../../core/orders';
import { listIssues } from '../../../../core/orders/issues/issues.queries';
import { exitsOfTrade, saveExit } from '../../../../core/orders/trades.repository';
import { describeDatabases } from '../../../support/databases';
import { openTrading, type Trading, type TradingProcess } from '../../../support/trading';

const RESTING = { restingStop: true };

/** The stops that rest at the venue, as `quantity @ trigger`. */
async function stopsAt(trading: Trading): Promise<string[]> {
	const orders = await trading.exchanges.for('paper').openOrders(trading.accountId);
	return orders
		.filter((order) => order.triggerPrice !== null && order.reduceOnly)
		.map((order) => `${order.quantity} @ ${order.triggerPrice}`);
}

async function live(trading: Trading, seconds = 1, process: TradingProcess = trading): Promise<void> {
	for (let second = 0; second < seconds; second++) {
		trading.database.clock.advance(SECOND);
		await process.orders.dispatchDue();
		await process.orders.resolveUnknown();
		await process.orders.watch();
	}
}

async function openTrade(trading: Trading): Promise<Trade> {
	const trade = await openTradeOf(trading.kernel.conn, trading.accountId, 'BTC/USDT');
	if (trade === null) throw new Error('no open trade');
	return trade;
}

const lastTrade = async (trading: Trading): Promise<Record<string, unknown>> =>
	trading.kernel.conn('trades').orderBy('created_at', 'desc').first();

async function stopTo(trading: Trading, price: DecimalInput): Promise<void> {
	const trade = await openTrade(trading);
	const stop = (await exitsOfTrade(trading.kernel.conn, trade.id)).find(({ kind }) => kind === 'stop');
	if (stop === undefined) throw new Error('no stop');
	await trading.kernel.transaction(async (trx) => saveExit(trx, { ...stop, price: decimal(price) }));
}

async function booksAgree(trading: Trading): Promise<void> {
	const account = await findAccount(trading.kernel.conn, trading.accountId);
	const balances = await trading.exchanges.for('paper').balances(trading.accountId);
	expect(account?.cash).toBe(balances['USDT']);
	if ((balances['BTC'] ?? '0') === '0') {
		expect(account?.cash).toBe(add(10_000, account?.realisedNet ?? 0));
	}
}

/** Every order in the order of sending. */
async function legs(trading: Trading): Promise<string[]> {
	const rows: { leg: string; type: string; state: string }[] = await trading.kernel.conn('orders as o')
		.join('order_history as h', 'h.order_id', 'o.id')
		.where('h.event', 'Submit')
		.orderBy('h.seq')
		.select('o.leg', 'o.type', 'o.state');
	return rows.map(({ leg, type, state }) => `${leg} ${type} ${state}`);
}

const TWO = [[62_000, '0.5'], [63_000, '0.5']] as const;

describeDatabases('a stop that rests at the venue', (open) => {
	test('is there as soon as the entry has filled, and later looks change nothing', async () => {
		const trading = await openTrading(await open(), { capabilities: RESTING });
		await trading.enter({ targets: TWO });
		expect(await stopsAt(trading)).toEqual(['0.01 @ 59000']);
		expect(await legs(trading)).toEqual(['entry market FILLED', 'stop stop OPEN']);
		const exits = await exitsOfTrade(trading.kernel.conn, (await openTrade(trading)).id);
		expect(exits.map(({ emulated }) => emulated)).toEqual([false, true, true]);
		const before = trading.venue.submits().length;
		await live(trading, 5);
		expect(await trading.orders.auditStops()).toEqual({ guarded: 1, missing: 0, skipped: 0 });
		expect(trading.venue.submits()).toHaveLength(before);
		expect(trading.venue.arrived.filter(({ call }) => call === 'cancel')).toEqual([]);
	});

	test('is filled by the venue itself; the engine sends nothing', async () => {
		const trading = await openTrading(await open(), { capabilities: RESTING });
		await trading.enter();
		trading.quotes.set('BTC/USDT', 58_900);
		await live(trading);
		expect(await lastTrade(trading)).toMatchObject({ state: 'CLOSED', exit_reason: 'stop', plan_kept: 1, stop_honoured: 1 });
		expect(await legs(trading)).toEqual(['entry market FILLED', 'stop stop FILLED']);
		await booksAgree(trading);
	});

	test('gives way to a target and comes back for the rest', async () => {
		const trading = await openTrading(await open(), { capabilities: RESTING });
		await trading.enter({ targets: TWO });
		trading.quotes.set('BTC/USDT', 62_000);
		await live(trading);
		expect(await stopsAt(trading)).toEqual(['0.005 @ 59000']);
		expect(await legs(trading)).toEqual([
			'entry market FILLED', 'stop stop CANCELLED', 'target1 market FILLED', 'stop stop OPEN',
		]);
		trading.quotes.set('BTC/USDT', 63_000);
		await live(trading);
		expect(await stopsAt(trading)).toEqual([]);
		expect(await lastTrade(trading)).toMatchObject({ state: 'CLOSED', exit_reason: 'target' });
		await booksAgree(trading);
	});

	test('gives way to a close', async () => {
		const trading = await openTrading(await open(), { capabilities: RESTING });
		await trading.enter();
		const order = await trading.orders.closePosition({
			accountId: trading.accountId, symbol: 'BTC/USDT', reason: 'manual', actor: 'operator',
		});
		expect(order).toMatchObject({ leg: 'close', state: 'FILLED' });
		expect(await lastTrade(trading)).toMatchObject({ state: 'CLOSED', exit_reason: 'manual' });
		expect(await stopsAt(trading)).toEqual([]);
		await booksAgree(trading);
	});

	test('is back when the close fails, and gives way again when it is tried again', async () => {
		const trading = await openTrading(await open(), { capabilities: RESTING });
		await trading.enter();
		trading.venue.plan('submit', 'reject', 'reject');
		const order = await trading.orders.closePosition({
			accountId: trading.accountId, symbol: 'BTC/USDT', reason: 'manual', actor: 'operator',
		});
		// The close, and the stop that was to come back, are both refused.
		expect(order).toMatchObject({ leg: 'close', state: 'REJECTED' });
		expect(await stopsAt(trading)).toEqual([]);
		trading.venue.plan('submit', 'reject');
		await live(trading, 1);
		expect(await stopsAt(trading)).toEqual(['0.01 @ 59000']);
		const cancels = trading.venue.arrived.filter(({ call }) => call === 'cancel').length;
		await live(trading, 1);
		// The close waits for its turn: the stop is not taken away for nothing.
		expect(trading.venue.arrived.filter(({ call }) => call === 'cancel')).toHaveLength(cancels);
		await live(trading, 3);
		expect(await lastTrade(trading)).toMatchObject({ state: 'CLOSED', exit_reason: 'manual' });
		expect(await stopsAt(trading)).toEqual([]);
		await booksAgree(trading);
	});

	test('follows its price up, no sooner than some seconds after the last time', async () => {
		const trading = await openTrading(await open(), { capabilities: RESTING });
		await trading.enter();
		await stopTo(trading, '59500.001');
		await live(trading, 4);
		expect(await stopsAt(trading)).toEqual(['0.01 @ 59000']);
		await live(trading, 1);
		// On the venue's tick, rounded to the tighter side.
		expect(await stopsAt(trading)).toEqual(['0.01 @ 59500.01']);
		await live(trading, 10);
		expect(await legs(trading)).toEqual(['entry market FILLED', 'stop stop CANCELLED', 'stop stop OPEN']);
		// People hear of the first one only: what follows it is housekeeping.
		const events: { type: string; payload: string }[] = await trading.kernel.conn('events').where('type', 'like', 'order.%');
		const told = events.filter(({ payload }) => String(payload).includes('"leg":"stop"') || JSON.stringify(payload).includes('"leg":"stop"'));
		expect(told.map(({ type }) => type)).toEqual(['order.submitted']);
	});

	test('that the venue refuses is watched by the engine and sent again with patience', async () => {
		const trading = await openTrading(await open(), { capabilities: RESTING });
		trading.venue.onSubmit = async () => {};
		await trading.create();
		const refuse = (times: number): void => {
			for (let time = 0; time < times; time++) trading.venue.plan('submit', 'reject');
		};
		// The entry itself is let through.
		trading.venue.onSubmit = async () => {
			if (trading.venue.submits().length === 1 && trading.venue.refused.length === 0) refuse(2);
		};
		await live(trading, 1);
		expect(await stopsAt(trading)).toEqual([]);
		expect(trading.venue.refused).toHaveLength(1);
		const [issue] = await listIssues(trading.kernel.conn, { accountId: trading.accountId });
		expect(issue).toMatchObject({ kind: 'EXIT_FAILED', severity: 'critical' });
		await live(trading, 1);
		expect(trading.venue.refused).toHaveLength(2);
		await live(trading, 1);
		expect(await stopsAt(trading)).toEqual([]);
		await live(trading, 1);
		expect(await stopsAt(trading)).toEqual(['0.01 @ 59000']);
		// Some venues have stops at market for some symbols only.
		expect((await legs(trading)).at(-1)).toBe('stop stop_limit OPEN');
		expect(await listIssues(trading.kernel.conn, { accountId: trading.accountId })).toEqual([]);
	});

	test('has a limit far behind it where the venue has no stops at market', async () => {
		const trading = await openTrading(await open(), {
			capabilities: { ...RESTING, orderTypes: ['market', 'limit', 'stop_limit'] },
		});
		await trading.enter();
		const stop = (await trading.orders.list()).find(({ leg }) => leg === 'stop');
		expect(stop).toMatchObject({ type: 'stop_limit', triggerPrice: '59000', price: '58410', state: 'OPEN' });
		trading.quotes.set('BTC/USDT', 58_950);
		await live(trading);
		expect(await lastTrade(trading)).toMatchObject({ state: 'CLOSED', exit_reason: 'stop' });
		await booksAgree(trading);
	});

	test('with a limit that the market has left behind, the engine closes after its grace', async () => {
		const trading = await openTrading(await open(), {
			capabilities: { ...RESTING, orderTypes: ['market', 'limit', 'stop_limit'] },
		});
		await trading.enter();
		trading.quotes.set('BTC/USDT', 58_000);
		await live(trading, 1);
		expect((await trading.orders.list()).find(({ leg }) => leg === 'stop')?.state).toBe('TRIGGERED');
		await live(trading, 4);
		expect(await lastTrade(trading)).toMatchObject({ state: 'CLOSED', exit_reason: 'stop' });
		expect((await legs(trading)).slice(-2)).toEqual(['stop stop_limit CANCELLED', 'stop market FILLED']);
		await booksAgree(trading);
	});

	test('without a stop at the venue the engine closes at once, with one that does not move after its grace', async () => {
		const trading = await openTrading(await open(), { capabilities: RESTING });
		await trading.enter();
		// The stop at the venue is further away than what should protect the trade.
		await stopTo(trading, 59_990);
		trading.quotes.set('BTC/USDT', 59_980);
		await live(trading, 1);
		expect((await openTrade(trading)).state).toBe('OPEN');
		await live(trading, 3);
		expect(await lastTrade(trading)).toMatchObject({ state: 'CLOSED', exit_reason: 'stop' });
		expect((await legs(trading)).at(-1)).toBe('stop market FILLED');
		await booksAgree(trading);

		trading.quotes.set('BTC/USDT', 60_000);
		trading.venue.onSubmit = async () => {
			if (trading.venue.refused.length === 0) trading.venue.plan('submit');
		};
		await trading.enter({ symbol: 'ETH/USDT', stop: 2_950, quantity: '0.1', targets: [[3_100, 1]] });
		const eth = await openTradeOf(trading.kernel.conn, trading.accountId, 'ETH/USDT');
		const resting = (await trading.orders.list()).find(({ leg, symbol }) => leg === 'stop' && symbol === 'ETH/USDT');
		// Somebody takes it away at the venue, and the price falls before the next look.
		await trading.exchanges.for('paper').cancel(trading.accountId, resting?.clientOrderId ?? '', 'ETH/USDT');
		trading.quotes.set('ETH/USDT', 2_900);
		await live(trading, 1);
		expect((await trading.kernel.conn('trades').where({ id: eth?.id }).first()).state).toBe('CLOSED');
	});

	test('that somebody took away is told of and placed again', async () => {
		const trading = await openTrading(await open(), { capabilities: RESTING });
		await trading.enter();
		const stop = (await trading.orders.list()).find(({ leg }) => leg === 'stop');
		await trading.exchanges.for('paper').cancel(trading.accountId, stop?.clientOrderId ?? '', 'BTC/USDT');
		await live(trading, 1);
		expect(await stopsAt(trading)).toEqual(['0.01 @ 59000']);
		const [issue] = await listIssues(trading.kernel.conn, { accountId: trading.accountId, state: 'all' });
		expect(issue).toMatchObject({ kind: 'MISSING_STOP', resolution: 'the stop rests at the venue' });
	});

	test('that the venue has forgotten is found by the audit; a venue that does not answer is skipped', async () => {
		const trading = await openTrading(await open(), { capabilities: RESTING });
		await trading.enter();
		trading.venue.plan('openOrders', 'timeout-before');
		expect(await trading.orders.auditStops()).toEqual({ guarded: 0, missing: 0, skipped: 1 });
		expect(await listIssues(trading.kernel.conn, { accountId: trading.accountId, state: 'all' })).toEqual([]);
		const [stop] = (await trading.orders.list()).filter(({ leg }) => leg === 'stop');
		await trading.kernel.conn('paper_orders').where({ client_order_id: stop?.clientOrderId ?? '' }).delete();
		expect(await trading.orders.auditStops()).toEqual({ guarded: 1, missing: 1, skipped: 0 });
		expect(await stopsAt(trading)).toEqual(['0.01 @ 59000']);
		expect((await trading.orders.get(stop!.id))?.state).toBe('CANCELLED');
		expect(await trading.orders.auditStops()).toEqual({ guarded: 1, missing: 0, skipped: 0 });
	});

	test.each(['timeout-before', 'timeout-after'] as const)('of unknown outcome (%s) is never sent twice', async (fault) => {
		const trading = await openTrading(await open(), { capabilities: RESTING });
		await trading.create();
		trading.venue.onSubmit = async () => {
			trading.venue.onSubmit = null;
			trading.venue.onSubmit = async () => {
				trading.venue.onSubmit = null;
				trading.venue.plan('submit', fault);
			};
		};
		await live(trading, 1);
		expect(await legs(trading)).toEqual(['entry market FILLED', 'stop stop UNKNOWN']);
		await live(trading, fault === 'timeout-after' ? 2 : 61);
		expect((await stopsAt(trading)).length).toBe(fault === 'timeout-after' ? 1 : 0);
		await live(trading, 4);
		expect(await stopsAt(trading)).toEqual(['0.01 @ 59000']);
		await live(trading, 70);
		expect(await stopsAt(trading)).toEqual(['0.01 @ 59000']);
	});

	test.each(['timeout-before', 'timeout-after'] as const)('of unknown outcome (%s) does not keep the engine from closing', async (fault) => {
		const trading = await openTrading(await open(), { capabilities: RESTING });
		await trading.create();
		trading.venue.onSubmit = async () => {
			trading.venue.onSubmit = async () => {
				trading.venue.onSubmit = null;
				trading.venue.plan('submit', fault);
			};
		};
		await live(trading, 1);
		await trading.orders.closePosition({
			accountId: trading.accountId, symbol: 'BTC/USDT', reason: 'manual', actor: 'operator',
		});
		await live(trading, 6);
		expect(await lastTrade(trading)).toMatchObject({ state: 'CLOSED', exit_reason: 'manual' });
		await live(trading, 70);
		expect(await stopsAt(trading)).toEqual([]);
		await booksAgree(trading);
	});

	test('that the venue shows only seconds after it took it: a close never sells beside it', async () => {
		const trading = await openTrading(await open(), { capabilities: RESTING });
		await trading.create();
		trading.venue.onSubmit = async () => {
			trading.venue.onSubmit = async () => {
				trading.venue.onSubmit = null;
				trading.venue.plan('submit', 'timeout-after');
			};
		};
		await live(trading, 1);
		const stop = (await trading.orders.list()).find(({ leg }) => leg === 'stop');
		expect(stop).toMatchObject({ state: 'UNKNOWN' });
		const shown = trading.database.clock.now() + 5 * SECOND;
		const { lookup } = trading.venue;
		trading.venue.lookup = async (...args) =>
			trading.database.clock.now() < shown ? null : lookup.apply(trading.venue, args);
		const beside: string[] = [];
		trading.venue.onSubmit = async () => {
			beside.push(...(await stopsAt(trading)));
		};
		await trading.orders.closePosition({
			accountId: trading.accountId, symbol: 'BTC/USDT', reason: 'manual', actor: 'operator',
		});
		await live(trading, 4);
		expect(await legs(trading)).toEqual(['entry market FILLED', 'stop stop UNKNOWN']);
		await live(trading, 2);
		expect(await lastTrade(trading)).toMatchObject({ state: 'CLOSED', exit_reason: 'manual' });
		expect(beside).toEqual([]);
		expect(await stopsAt(trading)).toEqual([]);
		await booksAgree(trading);
	});
});
