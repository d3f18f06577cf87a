import { join } from 'node:path';
import { assembleCore } from '../../../../core/core';
import { createKernel } from '../../../../core/db';
import { closeClients } from '../../../../core/exchange/ccxt/registry';
import { readVenueCredential } from '../../../../core/exchange';
import { isRefused } from '../../../../core/model';
import { findTrade, listOrders, openTrades, ordersOfTrade } from '../../../../core/orders';
import { startBinance, type BinanceServer } from '../../../support/binance';
import { openTestDatabase, type TestDatabase } from '../../../support/databases';
import { startProcess, type TestProcess } from '../../../support/processes';
import type { EngineQuestion } from './engine.process';

const FILE = join(__dirname, 'engine.process.ts');
const KEY = { apiKey: 'dead-man-key', secret: 'dead-man-secret' };

let server: BinanceServer;
let database: TestDatabase;
const children: TestProcess<EngineQuestion, null>[] = [];

function start(): TestProcess<EngineQuestion, null> {
	const child = startProcess<EngineQuestion, null>(FILE);
	children.push(child);
	return child;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function until(what: () => Promise<boolean> | boolean, seconds: number): Promise<void> {
	for (let tries = 0; tries < seconds * 10; tries += 1) {
		if (await what()) return;
		await pause(100);
	}
	throw new Error(`not within ${seconds} s: ${what.toString()}`);
}

beforeAll(async () => {
	server = await startBinance({ futures: true });
	server.addKey({ ...KEY, balances: { USDT: 10_000 } });
	server.setPrice('BTCUSDT', '60000', '60000.1');
	server.setPrice('ETHUSDT', '3000', '3000.1');
	database = await openTestDatabase('sqlite');
});

afterAll(async () => {
	for (const child of children) await child.kill();
	await closeClients();
	await database.close();
	await server.close();
});

const working = (): string[] => server.account(KEY.apiKey).openOrders.map(({ symbol, type }) => `${symbol} ${type}`).sort();

test('an engine that is killed lets the timer fire; the next one puts the stop back and the trade is whole', async () => {
	// Real time: the venue's timer is a real one.
	const kernel = createKernel(database.pool, { sealingKey: new Uint8Array(32).fill(7) });
	const core = assembleCore(kernel, { quotes: { quote: async () => null } });
	const member = await core.members.upsert({ handle: 'trader', tier: 'OPERATOR', zone: 'UTC', actor: 'operator' });
	const connected = await core.connections.connect({
		member: member.handle, label: 'futures', currency: 'USDT', prices: 'venue', replaceKey: false, actor: 'operator',
		credential: readVenueCredential({ venue: 'binanceusdm', mode: 'live', ...KEY, apiUrl: server.url, streamUrl: server.streamUrl }),
	});
	if (isRefused(connected)) throw new Error(connected.code);
	const { account } = connected;
	const { config } = database;
	const first = start();
	await first.ask({ config, seconds: 4 });
	const wish = { memberId: member.id, accountId: account.id, venue: account.venue };
	await first.ask({ config, seconds: 1, enter: { ...wish, symbol: 'BTC/USDT', price: null, reference: 60_000, stop: 59_000, quantity: '0.01' } });
	await first.ask({ config, seconds: 2, enter: { ...wish, symbol: 'ETH/USDT', price: 2_900, reference: 2_900, stop: 2_800, quantity: '0.1' } });
	await first.ask({ config, seconds: 0 });
	await until(() => working().length === 2, 10);
	expect(working()).toEqual(['BTCUSDT STOP_LOSS', 'ETHUSDT LIMIT']);
	// Kept running for longer than one timeout: it does not fire.
	const beat = server.futures?.countdowns;
	await until(() => beat?.endsAt(KEY.apiKey, 'BTCUSDT') !== null && beat?.endsAt(KEY.apiKey, 'ETHUSDT') !== null, 10);
	await pause(11_000);
	expect([working().length, beat?.fired]).toEqual([2, 0]);
	const [before] = await openTrades(kernel.conn, account.id);

	await first.kill();
	await until(() => working().length === 0, 12);
	expect(beat?.fired).toBe(2);
	expect(server.account(KEY.apiKey).positions).toEqual({ BTCUSDT: '0.01000000' });

	const second = start();
	await second.ask({ config, seconds: 0 });
	await until(() => working().length === 1, 30);
	expect(working()).toEqual(['BTCUSDT STOP_LOSS']);
	if (before === undefined) throw new Error('no trade');
	expect(await findTrade(kernel.conn, before.id)).toMatchObject({ state: 'OPEN', symbol: 'BTC/USDT' });
	await until(async () => (await ordersOfTrade(kernel.conn, before.id)).some(({ leg, state }) => leg === 'stop' && state === 'OPEN'), 15);
	await until(async () => (await listOrders(kernel.conn, { accountId: account.id })).some(({ symbol, state }) => symbol === 'ETH/USDT' && state === 'CANCELLED'), 30);
	expect(server.account(KEY.apiKey).positions).toEqual({ BTCUSDT: '0.01000000' });
	expect(server.account(KEY.apiKey).trades).toHaveLength(1);
	const told: { payload: string }[] = await kernel.conn('events').where({ type: 'issue.raised' });
	expect(told.map(({ payload }) => JSON.parse(payload).code).filter((code) => code === 'DEAD_MAN_FIRED')).toHaveLength(2);
	expect(await core.deadMan.standing([account.id])).toMatchObject([{ state: 'armed' }]);
	await core.close();
}, 150_000);
