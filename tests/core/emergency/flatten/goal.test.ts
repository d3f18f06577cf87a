/** 100 positions and resting entries over 25 accounts: how soon nothing works, and how soon all is flat. */
import { createEmergency, type Emergency } from '../../../../core/emergency';
import { closeClients } from '../../../../core/exchange/ccxt/registry';
import { listOpenTrips } from '../../../../core/safety';
import { openVenueWorld, tick } from '../../../support/binance/world';
import { openTestDatabase, type TestDatabase } from '../../../support/databases';
import { openTrading, type EntryWish } from '../../../support/trading';
import { everything, unrefused } from '../stage';

const ACCOUNTS = 25;
/** A little of four symbols, and an entry that rests in the fifth. */
const WISHES: readonly EntryWish[] = [
	{ symbol: 'BTC/USDT', quantity: '0.001', stop: 55_000, targets: [[70_000, 1]] },
	{ symbol: 'ETH/USDT', quantity: '0.01', stop: 2_700, targets: [[3_600, 1]] },
	{ symbol: 'SOL/USDT', quantity: '1', stop: 130, targets: [[190, 1]] },
	{ symbol: 'BNB/USDT', quantity: '0.1', stop: 500, targets: [[800, 1]] },
	{ symbol: 'XRP/USDT', quantity: '100', type: 'limit', price: '0.4', stop: '0.3', targets: [['0.6', 1]] },
];
/** Wall time that a busy machine is granted; the goal itself, 5 s and 10 s, is measured by the bench. */
const GENEROUS_MS = 60_000;

jest.setTimeout(240_000);

async function flattenAll(emergency: Emergency): Promise<`trp_${string}`> {
	const stopped = unrefused(await emergency.trip(everything({ state: 'FLATTENING', phrase: 'FLATTEN NOW' })));
	if (stopped.kind !== 'stopped') throw new Error('It asked.');
	return stopped.trip.id;
}

let database: TestDatabase;
beforeEach(async () => {
	database = await openTestDatabase('sqlite');
});
afterEach(async () => database.close());

const count = async (table: string, where: object) => {
	const rows: unknown[] = await database.pool.conn(table).where(where);
	return rows.length;
};

async function expectFlat(positions: number, entries: number): Promise<void> {
	expect(await count('trades', { state: 'CLOSED', exit_reason: 'kill_switch' })).toBe(positions);
	expect(await count('trades', { state: 'CANCELLED' })).toBe(entries);
	// Of every position one closing order, none twice.
	const closes: { trade_id: string; filled_quantity: string; quantity: string }[] =
		await database.pool.conn('orders').where({ leg: 'close', state: 'FILLED' });
	expect(new Set(closes.map(({ trade_id }) => trade_id)).size).toBe(closes.length);
	expect(closes).toHaveLength(positions);
}

it('on the paper venue', async () => {
	const trading = await openTrading(database);
	for (const [symbol, price] of [['BNB/USDT', 600], ['XRP/USDT', 0.5]] as const) trading.quotes.set(symbol, price);
	const owners = [{ memberId: trading.memberId, accountId: trading.accountId }];
	for (let index = 1; index < ACCOUNTS; index++) owners.push(await trading.addMember(`m${index}`));
	for (const owner of owners) for (const wish of WISHES) await trading.enter({ ...wish, ...owner });
	expect(await count('trades', { state: 'OPEN' })).toBe(100);
	const { kernel, orders, exchanges } = trading;
	const emergency = createEmergency({ kernel, orders, exchanges });
	const began = performance.now();
	const id = await flattenAll(emergency);
	for (let turn = 0; turn < 10 && (await emergency.describe(id))?.trip.state !== 'LOCKED'; turn++) {
		await emergency.flattenStep();
	}
	const took = performance.now() - began;
	await expectFlat(100, ACCOUNTS);
	expect((await emergency.describe(id))?.flattening?.accounts).toHaveLength(ACCOUNTS);
	expect(took).toBeLessThan(GENEROUS_MS);
});

it('at the loopback exchange: it goes away in the middle, and all is flat soon after it is back', async () => {
	const world = await openVenueWorld(database);
	try {
		const process = world.start();
		for (let index = 0; index < ACCOUNTS; index++) {
			const account = await world.addAccount();
			for (const wish of WISHES) {
				const order = await world.create(process, account, wish);
				world.advance(Math.max(0, order.sendAfter - database.clock.now()));
				await process.orders.dispatch(order.id);
			}
		}
		await tick(world, process);
		expect(await count('trades', { state: 'OPEN' })).toBe(100);
		const emergency = createEmergency(process);
		// The first two hundred requests are answered, then the exchange is gone.
		const outage = world.server.plan({ kind: 'status', status: 503, call: 'any', processed: false, skip: 200, times: 1e9 });
		const id = await flattenAll(emergency);
		for (let second = 0; second < 15; second++) {
			await emergency.flattenStep();
			await tick(world, process);
		}
		const during = await emergency.describe(id);
		expect(during?.trip.state).toBe('FLATTENING');
		expect(during?.flattening?.state).toBe('INCOMPLETE');
		const left = during?.flattening?.accounts.flatMap(({ leftovers }) => leftovers) ?? [];
		expect(left.length).toBeGreaterThan(0);
		expect(await database.pool.conn('events').where({ type: 'trading_state.incomplete' })).toHaveLength(1);
		expect(await listOpenTrips(process.kernel.conn)).toMatchObject([{ id, state: 'FLATTENING' }]);
		outage.cancel();
		const back = performance.now();
		let seconds = 0;
		// Closing orders that left just before it went are looked up for a minute before they are sent anew.
		for (; (await emergency.describe(id))?.trip.state !== 'LOCKED' && seconds < 90; seconds++) {
			await tick(world, process);
			await emergency.flattenStep();
		}
		expect(seconds).toBeLessThan(70);
		expect(performance.now() - back).toBeLessThan(GENEROUS_MS);
		expect(await database.pool.conn('events').where({ type: 'trading_state.flat' })).toHaveLength(1);
		const accounts: { id: string }[] = await database.pool.conn('accounts').where({ venue: world.venue });
		for (const { id: account } of accounts) {
			const { openOrders, balances, orderCounts } = world.server.account(account);
			expect(openOrders).toEqual([]);
			expect(Number(balances['BTC']?.total ?? 0)).toBeLessThan(0.00001);
			expect(Number(balances['SOL']?.total ?? 0)).toBeLessThan(0.001 * 2);
			expect(Object.values(orderCounts).every((made) => made === 1)).toBe(true);
		}
	} finally {
		await closeClients();
		await world.close();
	}
});
