import { closeClients } from '../../../core/exchange/ccxt/registry';
import { DAY, type AccountId } from '../../../core/model';
import { connect, type CcxtBinance } from '../../support/binance/unmodified-ccxt';
import { ManualVenueClock, startBinance, type BinanceServer } from '../../support/binance';
import { ccxtOver } from '../../support/binance/venue';

const KEY = { apiKey: 'key-one', secret: 'secret-one' };
const SYMBOL = 'BTC/USDT:USDT';
const START = Date.now();

let clock: ManualVenueClock;
let server: BinanceServer;
let client: CcxtBinance;

beforeEach(async () => {
	clock = new ManualVenueClock(START);
	server = await startBinance({ heartbeatMs: 0, futures: true, clock });
	server.addKey({ ...KEY, balances: { USDT: 10_000 }, commissionRate: '0.0005' });
	server.setPrice('BTCUSDT', 60_000, 60_000);
	client = open(server);
});

afterEach(async () => {
	expect(new Set(Object.values(server.engine.ledger.sums()))).toEqual(new Set([0n]));
	await client.close();
	await server.close();
});

const open = (at: BinanceServer): CcxtBinance => Object.assign(connect(at, KEY), { milliseconds: () => clock.now() });
const order = (type: string, side: string, amount: number, price?: number, params = {}) =>
	client.createOrder(SYMBOL, type, side, amount, price, params);
const wallet = () => server.account(KEY.apiKey).balances['USDT']?.total;
const position = async () => (await client.fetchPositions())[0];
const stop = (trigger: number, id = 'stop') =>
	order('market', 'sell', 0.01, undefined, { stopLossPrice: trigger, reduceOnly: true, clientOrderId: id });

describe('positions', () => {
	test('a buy opens, more of it averages, a sale realises its part, the rest turns over', async () => {
		await order('market', 'buy', 0.01);
		server.setPrice('BTCUSDT', 62_000, 62_000);
		await order('market', 'buy', 0.01);
		expect(await position()).toMatchObject({ side: 'long', contracts: 0.02, entryPrice: 61_000, unrealizedPnl: 20 });
		// Two entries' fees: 0.3 and 0.31.
		expect(wallet()).toBe('9999.39000000');
		await order('market', 'sell', 0.005, undefined, { reduceOnly: true });
		// A quarter of what was held: 5 realised, 0.155 paid.
		expect(wallet()).toBe('10004.23500000');
		expect(await position()).toMatchObject({ contracts: 0.015, entryPrice: 61_000 });
		await order('market', 'sell', 0.025);
		expect(await position()).toMatchObject({ side: 'short', contracts: 0.01, entryPrice: 62_000 });
		expect(server.account(KEY.apiKey).positions).toEqual({ BTCUSDT: '-0.01000000' });
		server.setPrice('BTCUSDT', 61_000, 61_000);
		const balance = await client.fetchBalance();
		expect(balance['info'].assets[0]).toMatchObject({ asset: 'USDT', unrealizedProfit: '10.00000000' });
		await order('market', 'buy', 0.01, undefined, { reduceOnly: true });
		expect(await position()).toBeUndefined();
	});

	test('reduce-only never opens: refused when flat, cut to what is held', async () => {
		await expect(order('market', 'sell', 0.01, undefined, { reduceOnly: true })).rejects.toThrow(/-2022/);
		await order('market', 'buy', 0.01);
		const cut = await order('market', 'sell', 0.05, undefined, { reduceOnly: true });
		expect(cut).toMatchObject({ status: 'expired', filled: 0.01 });
		expect(await position()).toBeUndefined();
	});

	test('margin is the value by the leverage; a stop needs none, an exit neither', async () => {
		await client.setLeverage(5, SYMBOL);
		await expect(order('market', 'buy', 1)).rejects.toThrow(/-2019/);
		await order('market', 'buy', 0.8);
		await expect(order('limit', 'buy', 0.1, 59_000)).rejects.toThrow(/-2019/);
		await order('market', 'sell', 0.8, undefined, { stopLossPrice: 59_000, reduceOnly: true });
		expect(await order('market', 'sell', 0.8, undefined, { reduceOnly: true })).toMatchObject({ status: 'closed' });
	});

	test('a stop has a place of its own; triggered it is an order with another number', async () => {
		await order('market', 'buy', 0.01);
		await expect(stop(61_000)).rejects.toThrow(/immediately trigger/);
		const waiting = await stop(59_000);
		expect(waiting).toMatchObject({ status: 'open', clientOrderId: 'stop', triggerPrice: 59_000 });
		expect(await client.fetchOpenOrders(SYMBOL)).toEqual([]);
		server.setPrice('BTCUSDT', 58_500, 58_501);
		expect(await position()).toBeUndefined();
		const [entry, exit] = await client.fetchMyTrades(SYMBOL, START - 1_000);
		expect(entry).toMatchObject({ side: 'buy' });
		expect(exit).toMatchObject({ side: 'sell', price: 58_500, amount: 0.01 });
		expect(exit?.['order']).not.toBe(waiting['id']);
	});

	test('limits, post-only and small orders, in the real words', async () => {
		await expect(order('limit', 'buy', 0.01, 60_500, { postOnly: true })).rejects.toThrow(/-5022/);
		await expect(order('limit', 'buy', 0.00005, 59_000)).rejects.toThrow(/-4164/);
		await order('limit', 'buy', 0.01, 59_000, { clientOrderId: 'one' });
		await expect(order('limit', 'buy', 0.01, 59_000, { clientOrderId: 'one' })).rejects.toThrow(/-4116/);
		server.setPrice('BTCUSDT', 58_900, 58_901);
		expect(await position()).toMatchObject({ contracts: 0.01, entryPrice: 59_000 });
	});
});

describe('the countdown', () => {
	const countdown = (countdownTime: number, symbol = 'BTCUSDT') =>
		client.fapiPrivatePostCountdownCancelAll({ symbol, countdownTime });
	const working = () => server.account(KEY.apiKey).openOrders.map(({ clientOrderId }) => clientOrderId);

	beforeEach(async () => {
		await order('market', 'buy', 0.01);
		await stop(59_000);
		await order('limit', 'buy', 0.01, 58_000, { clientOrderId: 'entry' });
		await client.createOrder('ETH/USDT:USDT', 'limit', 'buy', 1, 2_500, { clientOrderId: 'other' });
	});

	test('cancels everything of its symbol when nobody renews it, stops too, and nothing else', async () => {
		expect(await countdown(60_000)).toMatchObject({ symbol: 'BTCUSDT', countdownTime: '60000' });
		clock.advance(59_999);
		expect(working()).toEqual(['stop', 'entry', 'other']);
		clock.advance(1);
		expect(working()).toEqual(['other']);
		expect(server.account(KEY.apiKey).positions).toEqual({ BTCUSDT: '0.01000000' });
	});

	test('is renewed by every call and ended by 0; once over it stays over', async () => {
		await countdown(60_000);
		for (let i = 0; i < 4; i += 1) {
			clock.advance(15_000);
			await countdown(60_000);
		}
		expect(server.futures?.countdowns.endsAt(KEY.apiKey, 'BTCUSDT')).toBe(START + 120_000);
		await countdown(0);
		clock.advance(120_000);
		expect(working()).toHaveLength(3);
		await countdown(1_000);
		clock.advance(1_000);
		await order('limit', 'buy', 0.01, 58_000, { clientOrderId: 'after' });
		clock.advance(120_000);
		expect(working()).toEqual(['after', 'other']);
	});

	test('may be told to leave stops', async () => {
		const mild = await startBinance({ heartbeatMs: 0, futures: true, clock, countdownSparesStops: true });
		mild.addKey({ ...KEY, balances: { USDT: 10_000 } });
		const other = open(mild);
		await other.createOrder(SYMBOL, 'market', 'buy', 0.01);
		await other.createOrder(SYMBOL, 'market', 'sell', 0.01, undefined, { stopLossPrice: 59_000, clientOrderId: 'stop' });
		await other.createOrder(SYMBOL, 'limit', 'buy', 0.01, 58_000);
		await other.fapiPrivatePostCountdownCancelAll({ symbol: 'BTCUSDT', countdownTime: 1_000 });
		clock.advance(1_000);
		expect(mild.account(KEY.apiKey).openOrders.map(({ clientOrderId }) => clientOrderId)).toEqual(['stop']);
		await other.close();
		await mild.close();
	});
});

test('news of orders and stops come by the user stream', async () => {
	const live = await startBinance({ futures: true });
	live.addKey({ ...KEY, balances: { USDT: 10_000 } });
	// Its listen key would be renewed in twenty minutes: nobody waits for that.
	const listener = Object.assign(connect(live, KEY), { delay: () => {} });
	await listener.loadHttpProxyAgent();
	await listener.loadMarkets();
	const heard: string[] = [];
	let listening = true;
	const loop = (async () => {
		while (listening) {
			for (const { clientOrderId, status } of await listener.watchOrders()) heard.push(`${clientOrderId} ${status}`);
		}
	})();
	loop.catch(() => {});
	const until = async (what: () => boolean): Promise<void> => {
		for (let tries = 0; tries < 200 && !what(); tries += 1) await new Promise((resolve) => setTimeout(resolve, 25));
	};
	await until(() => live.streams.listeners(KEY.apiKey) > 0);
	await listener.createOrder(SYMBOL, 'market', 'buy', 0.01, undefined, { clientOrderId: 'entry' });
	await listener.createOrder(SYMBOL, 'market', 'sell', 0.01, undefined, { stopLossPrice: 59_000, reduceOnly: true, clientOrderId: 'stop' });
	await until(() => heard.some((line) => line.startsWith('stop')));
	expect(heard).toEqual(expect.arrayContaining(['entry closed', 'stop open']));
	listening = false;
	await listener.close();
	await live.close();
});

test('the core sees the whole past, though the exchange tells a week at a time', async () => {
	const log = { info() {}, warn() {}, error() {} };
	const account = KEY.apiKey as AccountId;
	for (let week = 0; week < 4; week += 1) {
		await order('market', 'buy', 0.01);
		clock.advance(9 * DAY);
	}
	const { exchange } = ccxtOver(server, { clock: { now: () => clock.now() }, log }, { inProcess: true, now: () => clock.now() });
	expect(await exchange.fills(account, { symbol: 'BTC/USDT', since: START - DAY })).toHaveLength(4);
	expect(await exchange.recentOrders(account, { symbol: 'BTC/USDT', since: START - DAY })).toHaveLength(4);
	expect(await exchange.fills(account, { symbol: 'BTC/USDT', since: START + 10 * DAY })).toHaveLength(2);
	await closeClients();
});
