import { createEmergency, type Emergency } from '../../../../core/emergency';
import { createEvents } from '../../../../core/events';
import { MINUTE, SECOND, type TripId } from '../../../../core/model';
import { listIssues } from '../../../../core/orders/issues/issues.queries';
import { createSafety, listOpenTrips, trip, type NewTrip, type Trip } from '../../../../core/safety';
import { describeDatabases } from '../../../support/databases';
import { openTrading, type Trading, type TradingProcess } from '../../../support/trading';

const PERSON: NewTrip = {
	scope: 'global', state: 'FLATTENING', cause: 'person', reason: 'Enough.', rearm: 'hand', actor: 'operator',
};

const emergencyOf = ({ kernel, orders, exchanges }: TradingProcess): Emergency =>
	createEmergency({ kernel, orders, exchanges });

async function stop({ kernel }: TradingProcess, wish: Partial<NewTrip> = {}): Promise<Trip> {
	return kernel.transaction(async (trx) => trip(trx, kernel, { ...PERSON, ...wish }));
}

async function tradesOf({ kernel }: TradingProcess) {
	const rows: { symbol: string; state: string; exit_reason: string; plan_kept: number | null }[] =
		await kernel.conn('trades').orderBy('symbol');
	return rows.map(({ symbol, state, exit_reason, plan_kept }) => ({ symbol, state, exit_reason, plan_kept }));
}

async function stateOf(process: TradingProcess, id: TripId): Promise<string | undefined> {
	return (await listOpenTrips(process.kernel.conn)).find((open) => open.id === id)?.state;
}

/** Three positions and a resting entry. */
async function invest(trading: Trading): Promise<void> {
	await trading.enter({ symbol: 'BTC/USDT', quantity: '0.01' });
	await trading.enter({ symbol: 'ETH/USDT', quantity: '0.1', stop: 2_900, targets: [[3_300, 1]] });
	await trading.enter({
		symbol: 'SOL/USDT', quantity: '1', type: 'limit', price: 140, stop: 130, targets: [[170, 1]],
	});
}

describeDatabases('flattening', (open) => {
	it('takes back entries, closes positions, asks the venue, and locks', async () => {
		const trading = await openTrading(await open());
		await invest(trading);
		const made = await stop(trading);
		const emergency = emergencyOf(trading);
		expect(await emergency.flattenStep()).toEqual({ accounts: 1, locked: 1 });
		expect(await tradesOf(trading)).toEqual([
			{ symbol: 'BTC/USDT', state: 'CLOSED', exit_reason: 'kill_switch', plan_kept: null },
			{ symbol: 'ETH/USDT', state: 'CLOSED', exit_reason: 'kill_switch', plan_kept: null },
			{ symbol: 'SOL/USDT', state: 'CANCELLED', exit_reason: null, plan_kept: null },
		]);
		expect(await stateOf(trading, made.id)).toBe('LOCKED');
		expect(await trading.venue.inner.openOrders(trading.accountId)).toEqual([]);
		expect((await trading.venue.inner.balances(trading.accountId))['BTC'] ?? '0').toBe('0');
		const status = await emergency.describe(made.id);
		expect(status?.flattening).toMatchObject({ state: 'FLAT', toldAt: null, accounts: [{ state: 'FLAT', leftovers: [] }] });
		const events = await createEvents(trading.kernel).list({ types: ['trading_state.flat'], limit: 9 });
		expect(events).toMatchObject([{ payload: { trip_id: made.id, accounts: 1 } }]);
		// Nothing more happens to what is over.
		expect(await emergency.flattenStep()).toEqual({ accounts: 0, locked: 0 });
	});

	it('nothing open: locked with the first look', async () => {
		const trading = await openTrading(await open());
		const made = await stop(trading);
		expect(await emergencyOf(trading).flattenStep()).toEqual({ accounts: 0, locked: 1 });
		expect(await stateOf(trading, made.id)).toBe('LOCKED');
	});

	it('REDUCING takes entries back and leaves positions; PAUSED touches nothing', async () => {
		const trading = await openTrading(await open());
		await invest(trading);
		const paused = await stop(trading, { state: 'PAUSED' });
		const emergency = emergencyOf(trading);
		await emergency.flattenStep();
		expect((await tradesOf(trading)).map(({ state }) => state)).toEqual(['OPEN', 'OPEN', 'OPENING']);
		const reducing = await stop(trading, { state: 'REDUCING' });
		await emergency.flattenStep();
		expect((await tradesOf(trading)).map(({ state }) => state)).toEqual(['OPEN', 'OPEN', 'CANCELLED']);
		expect(await stateOf(trading, paused.id)).toBe('PAUSED');
		expect(await stateOf(trading, reducing.id)).toBe('REDUCING');
		expect((await emergency.status(null)).trips.map(({ flattening }) => flattening)).toEqual([null, null]);
	});

	it.each<[string, (trading: Trading, other: { accountId: `acc_${string}`; memberId: `mbr_${string}` }) => Partial<NewTrip>, string[]]>([
		['member', ({ memberId }) => ({ scope: 'member', scopeId: memberId }), ['CLOSED', 'CLOSED', 'OPEN']],
		['account', (_, { accountId }) => ({ scope: 'account', scopeId: accountId }), ['OPEN', 'OPEN', 'CLOSED']],
		['symbol', () => ({ scope: 'symbol', symbol: 'BTC/USDT' }), ['CLOSED', 'OPEN', 'CLOSED']],
		['account_symbol', ({ accountId }) => ({ scope: 'account_symbol', scopeId: accountId, symbol: 'ETH/USDT' }), ['OPEN', 'CLOSED', 'OPEN']],
		['tier', () => ({ scope: 'tier', scopeId: 'FANG' }), ['OPEN', 'OPEN', 'CLOSED']],
	])('the scope %s closes its own and nothing else', async (_, wish, states) => {
		const trading = await openTrading(await open());
		const other = await trading.addMember('other', 'FANG');
		await trading.enter({ symbol: 'BTC/USDT' });
		await trading.enter({ symbol: 'ETH/USDT', quantity: '0.1', stop: 2_900, targets: [[3_300, 1]] });
		await trading.enter({ ...other, symbol: 'BTC/USDT' });
		const made = await stop(trading, wish(trading, other));
		await emergencyOf(trading).flattenStep();
		const rows: { state: string; symbol: string; account_id: string }[] = await trading.kernel.conn('trades');
		const at = (id: string, name: string) =>
			rows.find(({ account_id, symbol }) => account_id === id && symbol === name)?.state;
		const own = trading.accountId;
		expect([at(own, 'BTC/USDT'), at(own, 'ETH/USDT'), at(other.accountId, 'BTC/USDT')]).toEqual(states);
		expect(await stateOf(trading, made.id)).toBe('LOCKED');
	});

	it('a venue that does not answer: INCOMPLETE, one alert, and flat soon after it is back', async () => {
		const trading = await openTrading(await open());
		await invest(trading);
		const made = await stop(trading);
		const emergency = emergencyOf(trading);
		trading.venue.down = true;
		for (let second = 0; second < 40; second++) {
			await emergency.flattenStep();
			trading.database.clock.advance(SECOND);
		}
		const status = await emergency.describe(made.id);
		expect(status?.trip.state).toBe('FLATTENING');
		expect(status?.flattening?.state).toBe('INCOMPLETE');
		const left = status?.flattening?.accounts[0]?.leftovers ?? [];
		expect(left.map(({ kind, symbol }) => `${kind} ${symbol}`).sort()).toEqual([
			'order SOL/USDT', 'position BTC/USDT', 'position ETH/USDT',
		]);
		const told = await createEvents(trading.kernel).list({ types: ['trading_state.incomplete', 'issue.raised'], limit: 99 });
		const emergencies = told.filter((event) => event.type !== 'issue.raised' || event.payload.code !== 'SLIPPAGE');
		expect(emergencies).toMatchObject([{ type: 'trading_state.incomplete', payload: { accounts: 1, left_count: 3 } }]);
		expect(await listIssues(trading.kernel.conn)).toMatchObject([{ kind: 'FLATTEN_INCOMPLETE', severity: 'critical', announcedAt: null }]);
		expect(await trading.kernel.conn('orders').where({ leg: 'close' })).toEqual([]);
		trading.venue.down = false;
		const back = trading.database.clock.now();
		while ((await stateOf(trading, made.id)) !== 'LOCKED') {
			trading.database.clock.advance(SECOND);
			await emergency.flattenStep();
			expect(trading.database.clock.now() - back).toBeLessThanOrEqual(10 * SECOND);
		}
		expect(await listIssues(trading.kernel.conn)).toEqual([]);
		expect((await tradesOf(trading)).map(({ state }) => state)).toEqual(['CLOSED', 'CLOSED', 'CANCELLED']);
	});

	it('a flattening that is not over is not re-armed by time', async () => {
		const trading = await openTrading(await open());
		await invest(trading);
		const at = trading.database.clock.now() + MINUTE;
		await stop(trading, { cause: 'tilt', rearm: 'next_day', rearmAt: at, actor: 'engine', scope: 'member', scopeId: trading.memberId });
		trading.database.clock.advance(2 * MINUTE);
		expect(await createSafety(trading.kernel).rearmDue()).toEqual([]);
		await emergencyOf(trading).flattenStep();
		expect(await createSafety(trading.kernel).rearmDue()).toMatchObject([{ cause: 'tilt', state: 'LOCKED' }]);
	});
});
