import { createEmergency, type Emergency } from '../../../../core/emergency';
import { decimal, SECOND } from '../../../../core/model';
import { listOpenTrips, trip, type NewTrip, type Trip } from '../../../../core/safety';
import { describeDatabases } from '../../../support/databases';
import { openTrading, type Trading, type TradingProcess } from '../../../support/trading';

const emergencyOf = ({ kernel, orders, exchanges }: TradingProcess): Emergency =>
	createEmergency({ kernel, orders, exchanges });

async function stop({ kernel }: TradingProcess, wish: Partial<NewTrip> = {}): Promise<Trip> {
	return kernel.transaction(async (trx) => trip(trx, kernel, {
		scope: 'global', state: 'FLATTENING', cause: 'person', reason: 'x', rearm: 'hand', actor: 'operator', ...wish,
	}));
}

const stateOf = async (process: TradingProcess, { id }: Trip): Promise<string | undefined> =>
	(await listOpenTrips(process.kernel.conn)).find((open) => open.id === id)?.state;

/** Seconds of the job until the stop is LOCKED. */
async function until(trading: Trading, emergency: Emergency, made: Trip, most = 100): Promise<number> {
	for (let second = 0; second < most; second++) {
		if ((await stateOf(trading, made)) === 'LOCKED') return second;
		trading.database.clock.advance(SECOND);
		await trading.orders.resolveUnknown();
		await trading.orders.watch();
		await emergency.flattenStep();
	}
	throw new Error('It did not become flat.');
}

const count = async ({ kernel }: TradingProcess, table: string, where: object): Promise<number> => (await kernel.conn(table).where(where)).length;

describeDatabases('flattening when things go wrong', (open) => {
	it('a closing order that the venue rejects is sent again, later and later', async () => {
		const trading = await openTrading(await open());
		await trading.enter({ quantity: '0.01' });
		const made = await stop(trading);
		const emergency = emergencyOf(trading);
		trading.venue.plan('submit', 'reject', 'reject', 'reject');
		await emergency.flattenStep();
		const first = (await emergency.describe(made.id))?.flattening?.accounts[0];
		expect(first).toMatchObject({ state: 'RUNNING', failures: 1, error: expect.stringContaining('BTC/USDT') });
		// Within its pause nothing is sent.
		await emergency.flattenStep();
		expect(trading.venue.refused).toHaveLength(1);
		const seconds = await until(trading, emergency, made);
		expect(trading.venue.refused).toHaveLength(3);
		expect(seconds).toBeGreaterThanOrEqual(3);
		expect(await count(trading, 'orders', { leg: 'close', state: 'FILLED' })).toBe(1);
	});

	it('a closing order of unknown outcome is looked up, never sent twice', async () => {
		const trading = await openTrading(await open());
		await trading.enter({ quantity: '0.01' });
		const made = await stop(trading);
		const emergency = emergencyOf(trading);
		trading.venue.plan('submit', 'timeout-after');
		await emergency.flattenStep();
		expect(await stateOf(trading, made)).toBe('FLATTENING');
		await until(trading, emergency, made);
		expect(await count(trading, 'orders', { leg: 'close' })).toBe(1);
		expect(await count(trading, 'paper_orders', { side: 'sell' })).toBe(1);
	});

	it('an entry of unknown outcome keeps the stop open, and is closed when it turns out to have filled', async () => {
		const trading = await openTrading(await open());
		trading.venue.plan('submit', 'timeout-after');
		await trading.enter({ quantity: '0.01' });
		const made = await stop(trading);
		const emergency = emergencyOf(trading);
		await emergency.flattenStep();
		expect(await emergency.describe(made.id)).toMatchObject({
			trip: { state: 'FLATTENING' }, flattening: { accounts: [{ leftovers: [{ kind: 'order', symbol: 'BTC/USDT' }] }] },
		});
		await until(trading, emergency, made);
		expect(await count(trading, 'trades', { state: 'CLOSED', exit_reason: 'kill_switch' })).toBe(1);
	});

	it('what turns up under a lock is closed too', async () => {
		const trading = await openTrading(await open());
		const made = await stop(trading);
		const emergency = emergencyOf(trading);
		await emergency.flattenStep();
		expect(await stateOf(trading, made)).toBe('LOCKED');
		// As a late fill would: an entry that everybody had given up.
		await trading.kernel.conn('trips').update({ cleared_at: 1 });
		await trading.enter({ quantity: '0.01' });
		await trading.kernel.conn('trips').update({ cleared_at: null });
		expect(await emergency.flattenStep()).toMatchObject({ accounts: 1, locked: 0 });
		expect(await count(trading, 'trades', { state: 'CLOSED' })).toBe(1);
	});

	it('a venue that hangs keeps only its own account waiting', async () => {
		const trading = await openTrading(await open());
		const other = await trading.addMember('other');
		await trading.enter({ quantity: '0.01' });
		await trading.enter({ quantity: '0.01', ...other });
		const made = await stop(trading);
		let release = (): void => {};
		const hanging = new Promise<never[]>((resolve) => (release = () => resolve([])));
		const asked = trading.venue.openOrders.bind(trading.venue);
		trading.venue.openOrders = async (accountId, symbols) => (accountId === other.accountId ? hanging : asked(accountId, symbols));
		const emergency = emergencyOf(trading);
		await emergency.flattenStep();
		const trades: { account_id: string; state: string }[] = await trading.kernel.conn('trades');
		expect(trades.find(({ account_id }) => account_id === trading.accountId)?.state).toBe('CLOSED');
		expect(trades.find(({ account_id }) => account_id === other.accountId)?.state).toBe('OPEN');
		expect(await emergency.flattenStep()).toMatchObject({ accounts: 0 });
		trading.database.clock.advance(11 * SECOND);
		await emergency.flattenStep();
		expect((await emergency.describe(made.id))?.flattening).toMatchObject({ state: 'INCOMPLETE' });
		trading.venue.openOrders = asked;
		release();
		await until(trading, emergency, made);
	}, 30_000);

	it('large positions are closed in slices, one after the other', async () => {
		const trading = await openTrading(await open(), { balance: 500_000 });
		await trading.enter({ quantity: '3', cash: '200000' });
		const made = await stop(trading);
		await emergencyOf(trading).flattenStep();
		const closes: { quantity: string; state: string }[] = await trading.kernel.conn('orders').where({ leg: 'close' }).orderBy('created_at');
		expect(closes.length).toBe(8);
		expect(closes.every(({ quantity, state }) => state === 'FILLED' && Number(quantity) <= 0.4167)).toBe(true);
		expect(await stateOf(trading, made)).toBe('LOCKED');
		expect(await count(trading, 'trades', { state: 'CLOSED', exit_reason: 'kill_switch' })).toBe(1);
	});

	it('two stops at once: each is noted for itself, what both mean is closed once', async () => {
		const trading = await openTrading(await open());
		await trading.enter({ quantity: '0.01' });
		await trading.enter({ symbol: 'ETH/USDT', quantity: '0.1', stop: 2_900, targets: [[3_300, 1]] });
		const narrow = await stop(trading, { scope: 'symbol', symbol: 'BTC/USDT' });
		const wide = await stop(trading, { scope: 'account', scopeId: trading.accountId, actor: 'operator:two' });
		const emergency = emergencyOf(trading);
		expect(await emergency.flattenStep()).toEqual({ accounts: 1, locked: 2 });
		expect(await stateOf(trading, narrow)).toBe('LOCKED');
		expect(await stateOf(trading, wide)).toBe('LOCKED');
		expect(await count(trading, 'orders', { leg: 'close' })).toBe(2);
	});

	it('two processes at the same time close everything once', async () => {
		const trading = await openTrading(await open());
		await trading.enter({ quantity: '0.01' });
		await trading.enter({ symbol: 'ETH/USDT', quantity: '0.1', stop: 2_900, targets: [[3_300, 1]] });
		const made = await stop(trading);
		const [one, two] = [emergencyOf(trading), emergencyOf(trading.restart())];
		await Promise.all([one.flattenStep(), two.flattenStep()]);
		await until(trading, one, made);
		expect(await count(trading, 'paper_orders', { side: 'sell', state: 'FILLED' })).toBe(2);
		expect(await count(trading, 'events', { type: 'trading_state.flat' })).toBe(1);
	});
});

describeDatabases('verifying at the venue', (open) => {
	it('closed by our books alone is not flat: without the venue\'s word the stop stays open', async () => {
		const trading = await openTrading(await open());
		const asked = trading.venue.openOrders.bind(trading.venue);
		const emergency = emergencyOf(trading);
		/** Answers so many questions, then this. */
		const answering = (questions: number, then: () => Promise<never>): void => {
			let left = questions;
			trading.venue.openOrders = async (accountId, symbols) => (left-- > 0 ? asked(accountId, symbols) : then());
		};
		await trading.enter({ quantity: '0.01' });
		const first = await stop(trading);
		answering(1, async () => Promise.reject(new Error('gone')));
		await emergency.flattenStep();
		expect(await count(trading, 'trades', { state: 'CLOSED' })).toBe(1);
		expect(await emergency.describe(first.id)).toMatchObject({
			trip: { state: 'FLATTENING' },
			flattening: { accounts: [{ error: 'gone', leftovers: [{ kind: 'venue', symbol: null, detail: 'gone' }] }] },
		});
		trading.venue.openOrders = asked;
		await until(trading, emergency, first);
		// What was flat under an earlier stop says nothing under a later one.
		await trading.kernel.conn('trips').update({ cleared_at: 1 });
		await trading.enter({ quantity: '0.01' });
		const second = await stop(trading, { actor: 'operator:two' });
		const other = await trading.addMember('other');
		await trading.kernel.conn('trips').where({ id: second.id }).update({ cleared_at: 1 });
		await trading.enter({ ...other, quantity: '0.01' });
		await trading.kernel.conn('trips').where({ id: second.id }).update({ cleared_at: null });
		let release = (): void => {};
		let calls = 0;
		const hanging = new Promise<never[]>((resolve) => (release = () => resolve([])));
		trading.venue.openOrders = async (accountId, symbols) => {
			if (accountId !== trading.accountId) return asked(accountId, symbols);
			calls += 1;
			return calls > 1 ? hanging : asked(accountId, symbols);
		};
		await emergency.flattenStep();
		expect(await count(trading, 'trades', { state: 'CLOSED' })).toBe(3);
		expect(await stateOf(trading, second)).toBe('FLATTENING');
		trading.venue.openOrders = asked;
		release();
		await until(trading, emergency, second);
	}, 30_000);

	it('an order of ours that rests there for nothing is cancelled there', async () => {
		const trading = await openTrading(await open());
		const order = await trading.enter({ symbol: 'SOL/USDT', quantity: '1', type: 'limit', price: 140, stop: 130, targets: [[170, 1]] });
		// Our books say that it is gone; the venue says that it is not.
		const { conn } = trading.kernel;
		await conn('orders').where({ id: order.id }).update({ state: 'CANCELLED', closed_at: trading.database.clock.now() + 1 });
		await conn('trades').update({ state: 'CANCELLED', closed_at: trading.database.clock.now() + 1 });
		await trading.enter({ quantity: '0.01' });
		const made = await stop(trading);
		const emergency = emergencyOf(trading);
		await emergency.flattenStep();
		expect((await emergency.describe(made.id))?.flattening?.accounts[0]?.leftovers).toMatchObject([{ kind: 'order', symbol: 'SOL/USDT' }]);
		expect(await trading.venue.inner.openOrders(trading.accountId)).toEqual([]);
		await until(trading, emergency, made);
	});

	it('a holding that no trade explains is left over; one known to be somebody else\'s is not, and is not touched', async () => {
		const trading = await openTrading(await open());
		await trading.enter({ quantity: '0.01' });
		const { accountId, kernel, database } = trading;
		const now = database.clock.now();
		await kernel.conn('external_holdings').insert({ account_id: accountId, name: 'BTC', quantity: '2', average_price: null, first_seen: now, updated_at: now });
		const give = async (total: string) => kernel.conn('paper_balances').where({ account_id: accountId, asset: 'BTC' }).update({ total });
		const balance = (await trading.venue.inner.balances(accountId))['BTC'] ?? '0';
		await give(decimal(String(Number(balance) + 2.5)));
		const made = await stop(trading);
		const emergency = emergencyOf(trading);
		await emergency.flattenStep();
		expect((await emergency.describe(made.id))?.flattening?.accounts[0]?.leftovers).toMatchObject([{ kind: 'position', symbol: 'BTC/USDT', quantity: '0.5' }]);
		await give('2');
		await until(trading, emergency, made);
		expect((await trading.venue.inner.balances(accountId))['BTC']).toBe('2');
	});

	it('a stop of one symbol asks for that symbol only', async () => {
		const trading = await openTrading(await open());
		await trading.enter({ quantity: '0.01' });
		await trading.enter({ symbol: 'SOL/USDT', quantity: '1', type: 'limit', price: 140, stop: 130, targets: [[170, 1]] });
		const made = await stop(trading, { scope: 'account_symbol', scopeId: trading.accountId, symbol: 'BTC/USDT' });
		await emergencyOf(trading).flattenStep();
		expect(await stateOf(trading, made)).toBe('LOCKED');
		expect(await trading.venue.inner.openOrders(trading.accountId)).toHaveLength(1);
	});
});
