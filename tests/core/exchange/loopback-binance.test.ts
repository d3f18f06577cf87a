import { fixed } from '../../support/binance/fixed';
import { connect, type CcxtBinance } from '../../support/binance/unmodified-ccxt';
import { startBinance, type BinanceServer, type Fault } from '../../support/binance';

const KEY = { apiKey: 'key-one', secret: 'secret-one' };
const SYMBOL = 'BTC/USDT';

let server: BinanceServer;
let client: CcxtBinance;

beforeEach(async () => {
	server = await startBinance({ heartbeatMs: 0 });
	server.addKey({ ...KEY, balances: { USDT: 10_000, BTC: 1 } });
	client = connect(server, KEY);
});

afterEach(async () => {
	expect(new Set(Object.values(server.engine.ledger.sums()))).toEqual(new Set([0n]));
	await client.close();
	await server.close();
});

const balance = (asset: string) => server.account(KEY.apiKey).balances[asset];
const order = (type: string, side: string, amount: number, price?: number, params = {}) =>
	client.createOrder(SYMBOL, type, side, amount, price, params);

describe('what it tells', () => {
	test('markets with their filters, as ccxt reads them', async () => {
		const markets = await client.loadMarkets();
		expect(Object.keys(markets).sort()).toEqual(['BNB/USDT', 'BTC/USDT', 'ETH/USDT', 'SOL/USDT', 'XRP/USDT']);
		expect(markets[SYMBOL]).toMatchObject({
			id: 'BTCUSDT',
			active: true,
			spot: true,
			precision: { amount: 0.00001, price: 0.01 },
			limits: { amount: { min: 0.00001, max: 9_000 }, cost: { min: 5 }, market: { max: 115 } },
		});
	});

	test('quotes, depth, candles, time', async () => {
		server.setPrice('BTCUSDT', 61_000, '61000.5');
		expect((await client.fetchBidsAsks([SYMBOL]))[SYMBOL]).toMatchObject({ bid: 61_000, ask: 61_000.5 });
		expect(await client.fetchTicker(SYMBOL)).toMatchObject({ bid: 61_000, ask: 61_000.5 });
		server.setDepth('BTCUSDT', [[60_999, 1], [60_998, 2]], [[61_001, 3]]);
		expect(await client.fetchOrderBook(SYMBOL)).toMatchObject({
			bids: [[60_999, 1], [60_998, 2]],
			asks: [[61_001, 3]],
		});
		const candles = await client.fetchOHLCV(SYMBOL, '1m', undefined, 20);
		expect(candles).toHaveLength(20);
		for (const [at, open, high, low, close] of candles) {
			expect(at % 60_000).toBe(0);
			expect(Math.max(open, close) <= high && low <= Math.min(open, close)).toBe(true);
		}
		expect(await client.fetchOHLCV(SYMBOL, '1m', candles[0]?.[0], 20)).toEqual(candles);
		server.setSkew(5_000);
		expect(Math.abs((await client.fetchTime()) - Date.now() - 5_000)).toBeLessThan(1_000);
	});

	test('balances, fees and rights of the key', async () => {
		expect(await client.fetchBalance()).toMatchObject({ USDT: { free: 10_000, used: 0, total: 10_000 } });
		expect(await client.sapiGetAccountApiRestrictions()).toMatchObject({ enableWithdrawals: false });
		expect((await client.fetchTradingFees())[SYMBOL]).toMatchObject({ taker: 0.001 });
		server.addKey({ apiKey: 'rich', secret: 's', canWithdraw: true });
		const rich = connect(server, { apiKey: 'rich', secret: 's' });
		expect(await rich.sapiGetAccountApiRestrictions()).toMatchObject({ enableWithdrawals: true });
		await rich.close();
	});
});

describe('orders', () => {
	test('a market buy takes the ask and pays its commission in what it received', async () => {
		const bought = await order('market', 'buy', 0.01, undefined, { clientOrderId: 'fc1' });
		expect(bought).toMatchObject({ status: 'closed', filled: 0.01, average: 60_000.01, clientOrderId: 'fc1' });
		expect(bought.fees).toEqual([{ currency: 'BTC', cost: 0.00001 }]);
		expect(balance('BTC')?.total).toBe('1.00999000');
		expect(balance('USDT')?.total).toBe('9399.99990000');
		const trades = await client.fetchMyTrades(SYMBOL);
		expect(trades).toHaveLength(1);
		expect(trades[0]).toMatchObject({ order: bought.id, price: 60_000.01, amount: 0.01, takerOrMaker: 'taker' });
	});

	test('commissions in the quote currency, or in a third one', async () => {
		server.addKey({ apiKey: 'q', secret: 'q', balances: { USDT: 10_000 }, commission: 'quote' });
		server.addKey({ apiKey: 'b', secret: 'b', balances: { USDT: 10_000, BNB: 1 }, commission: 'BNB' });
		for (const [name, fee] of [['q', { currency: 'USDT', cost: 0.6 }], ['b', { currency: 'BNB', cost: 0.00075 }]] as const) {
			const other = connect(server, { apiKey: name, secret: name });
			server.setPrice('BTCUSDT', 60_000, 60_000);
			const bought = await other.createOrder(SYMBOL, 'market', 'buy', 0.01);
			expect(bought.fees).toEqual([fee]);
			await other.close();
		}
	});

	test('a limit order locks what it may cost, fills at its own price when the market comes', async () => {
		const rests = await order('limit', 'buy', 0.01, 59_000, { clientOrderId: 'fc2' });
		expect(rests).toMatchObject({ status: 'open', filled: 0, price: 59_000 });
		expect(balance('USDT')).toMatchObject({ free: '9410.00000000', locked: '590.00000000' });
		expect(await client.fetchOpenOrders(SYMBOL)).toHaveLength(1);
		server.setPrice('BTCUSDT', 58_000, 58_001);
		const filled = await client.fetchOrder('', SYMBOL, { origClientOrderId: 'fc2' });
		expect(filled).toMatchObject({ status: 'closed', filled: 0.01, average: 59_000 });
		expect(balance('USDT')).toMatchObject({ locked: '0.00000000', total: '9410.00000000' });
		expect((await client.fetchMyTrades(SYMBOL))[0]).toMatchObject({ takerOrMaker: 'maker' });
	});

	test('a resting stop locks the asset: nothing else can sell it', async () => {
		const stop = await order('market', 'sell', 1, undefined, { stopLossPrice: 58_000, clientOrderId: 'stop' });
		expect(stop).toMatchObject({ status: 'open', triggerPrice: 58_000 });
		await expect(order('market', 'sell', 1)).rejects.toThrow(/insufficient balance/);
		await client.cancelOrder('', SYMBOL, { origClientOrderId: 'stop' });
		expect((await client.fetchOrder('', SYMBOL, { origClientOrderId: 'stop' })).status).toBe('canceled');
		expect(await order('market', 'sell', 1)).toMatchObject({ status: 'closed' });
	});

	test('a stop wakes at its price and takes what the market offers then; a stop limit rests', async () => {
		await order('market', 'sell', 0.5, undefined, { stopLossPrice: 58_000, clientOrderId: 'stop' });
		await order('limit', 'sell', 0.5, 57_900, { stopLossPrice: 58_000, clientOrderId: 'stoplimit' });
		server.setPrice('BTCUSDT', '57500', '57501');
		expect(await client.fetchOrder('', SYMBOL, { origClientOrderId: 'stop' })).toMatchObject({
			status: 'closed',
			average: 57_500,
		});
		const limit = await client.fetchOrder('', SYMBOL, { origClientOrderId: 'stoplimit' });
		expect(limit).toMatchObject({ status: 'open', filled: 0 });
		expect(limit.info.isWorking).toBe(true);
		server.setPrice('BTCUSDT', 58_050, 58_051);
		expect(await client.fetchOrder('', SYMBOL, { origClientOrderId: 'stoplimit' })).toMatchObject({
			status: 'closed',
			average: 57_900,
		});
	});

	test('take profit, stop buy, and the money a woken stop has', async () => {
		await order('market', 'sell', 0.5, undefined, { takeProfitPrice: 62_000, clientOrderId: 'tp' });
		await order('market', 'buy', 0.16, undefined, { triggerPrice: 62_000, clientOrderId: 'up' });
		server.setPrice('BTCUSDT', 70_000, 70_001);
		expect((await client.fetchOrder('', SYMBOL, { origClientOrderId: 'tp' })).status).toBe('closed');
		const up = await client.fetchOrder('', SYMBOL, { origClientOrderId: 'up' });
		expect(up.filled).toBe(0.16);
		await order('market', 'buy', 0.4, undefined, { triggerPrice: 80_000, clientOrderId: 'poor' });
		server.setPrice('BTCUSDT', 200_000, 200_000);
		const poor = await client.fetchOrder('', SYMBOL, { origClientOrderId: 'poor' });
		expect(poor.status).toBe('expired');
		expect(poor.filled).toBeGreaterThan(0);
		expect(poor.filled).toBeLessThan(0.4);
	});

	test.each([['IOC', 0.2, 'expired'], ['FOK', 0, 'expired']])('%s takes %d of 0.5', async (timeInForce, filled, status) => {
		server.addKey({ ...KEY, balances: { USDT: 50_000 } });
		server.setDepth('BTCUSDT', [[59_990, 1]], [[60_000, 0.2], [60_010, 9]]);
		expect(await order('limit', 'buy', 0.5, 60_005, { timeInForce })).toMatchObject({ filled, status });
		expect(balance('USDT')?.locked).toBe('0.00000000');
	});

	test('post only is refused when it would take', async () => {
		await expect(order('limit', 'buy', 0.01, 60_500, { postOnly: true })).rejects.toThrow(/immediately match/);
		expect(await order('limit', 'buy', 0.01, 59_999, { postOnly: true })).toMatchObject({ status: 'open' });
	});

	test('partial fills on command, then a cancel keeps the filled part', async () => {
		await order('limit', 'buy', 0.01, 59_000, { clientOrderId: 'part' });
		server.fillPartially(KEY.apiKey, 'part', '0.004');
		expect(await client.fetchOrder('', SYMBOL, { origClientOrderId: 'part' })).toMatchObject({ filled: 0.004, status: 'open' });
		expect(balance('USDT')?.locked).toBe('354.00000000');
		await client.cancelOrder('', SYMBOL, { origClientOrderId: 'part' });
		expect(await client.fetchOrder('', SYMBOL, { origClientOrderId: 'part' })).toMatchObject({ filled: 0.004, status: 'canceled' });
		expect(balance('USDT')).toMatchObject({ locked: '0.00000000', total: '9764.00000000' });
	});

	test('a client id is free again once its order is over: sent twice is ordered twice', async () => {
		await order('limit', 'buy', 0.01, 59_000, { clientOrderId: 'twin' });
		await expect(order('limit', 'buy', 0.01, 59_000, { clientOrderId: 'twin' })).rejects.toThrow(/Duplicate order sent/);
		await order('market', 'buy', 0.01, undefined, { clientOrderId: 'again' });
		await order('market', 'buy', 0.01, undefined, { clientOrderId: 'again' });
		expect(server.account(KEY.apiKey).orderCounts).toEqual({ twin: 1, again: 2 });
	});

	test('cancel and replace, in one request', async () => {
		const first = await order('limit', 'buy', 0.01, 59_000, { clientOrderId: 'old' });
		const next = await client.editOrder(first.id, SYMBOL, 'limit', 'buy', 0.02, 58_000, { clientOrderId: 'new' });
		expect(next).toMatchObject({ status: 'open', amount: 0.02, price: 58_000 });
		expect((await client.fetchOrder(first.id, SYMBOL)).status).toBe('canceled');
		await expect(
			client.editOrder(first.id, SYMBOL, 'limit', 'buy', 0.02, 57_000, { clientOrderId: 'newer' }),
		).rejects.toThrow(/-2022/);
		expect(await client.fetchOpenOrders(SYMBOL)).toHaveLength(1);
	});

	test('an order list: one leg ends the other, and both share what is locked', async () => {
		const sell = (prefix: string) =>
			client.privatePostOrderListOco({
				symbol: 'BTCUSDT', side: 'SELL', quantity: '1', listClientOrderId: `${prefix}list`,
				aboveType: 'LIMIT_MAKER', abovePrice: '62000', aboveClientOrderId: `${prefix}above`,
				belowType: 'STOP_LOSS', belowStopPrice: '58000', belowClientOrderId: `${prefix}below`,
			});
		expect(await sell('a')).toMatchObject({ listOrderStatus: 'EXECUTING', contingencyType: 'OCO' });
		expect(balance('BTC')).toMatchObject({ free: '0.00000000', locked: '1.00000000' });
		await client.privateDeleteOrderList({ symbol: 'BTCUSDT', listClientOrderId: 'alist' });
		expect(balance('BTC')).toMatchObject({ free: '1.00000000', locked: '0.00000000' });
		await sell('b');
		server.setPrice('BTCUSDT', 62_500, 62_501);
		expect((await client.fetchOrder('', SYMBOL, { origClientOrderId: 'babove' })).status).toBe('closed');
		expect((await client.fetchOrder('', SYMBOL, { origClientOrderId: 'bbelow' })).status).toBe('expired');
		expect(balance('BTC')?.total).toBe('0.00000000');
	});

	test.each<[string, () => Promise<unknown>, RegExp]>([
		['an unknown order to cancel', () => client.cancelOrder('', SYMBOL, { origClientOrderId: 'no' }), /-2011/],
		['an unknown order to find', () => client.fetchOrder('', SYMBOL, { origClientOrderId: 'no' }), /-2013/],
		['less than the smallest value', () => order('market', 'buy', 0.00001), /-1013.*NOTIONAL/],
		['a price far from the market', () => order('limit', 'buy', 0.01, 9_000), /PERCENT_PRICE/],
		['a stop on the wrong side', () => order('market', 'sell', 0.1, undefined, { stopLossPrice: 61_000 }), /trigger immediately/],
		['a parameter nobody knows', () => order('market', 'buy', 0.01, undefined, { reduceOnly: true }), /-1104/],
		['a time in force on a market order', () => order('market', 'buy', 0.01, undefined, { timeInForce: 'GTC' }), /-1106/],
		['a client id of strange letters', () => order('market', 'buy', 0.01, undefined, { clientOrderId: 'a b' }), /-1100/],
	])('refuses %s in the real words', async (_what, act, words) => {
		await client.loadMarkets();
		const before = server.account(KEY.apiKey);
		await expect(act()).rejects.toThrow(words);
		expect(server.account(KEY.apiKey)).toEqual(before);
	});

	test('steps and ticks are the filters of the symbol', () => {
		const place = (change: Record<string, string>) => () =>
			server.placeForeign(KEY.apiKey, {
				symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', timeInForce: 'GTC', quantity: '0.01', price: '59000', ...change,
			});
		expect(place({ quantity: '0.010001' })).toThrow(/LOT_SIZE/);
		expect(place({ price: '59000.001' })).toThrow(/PRICE_FILTER/);
		expect(place({ quantity: '0.0100000001' })).toThrow(/-1111/);
		expect(place({ symbol: 'NOPE' })).toThrow(/-1121/);
	});

	test('no more stops in a symbol than the real exchange allows', () => {
		const stop = () =>
			server.placeForeign(KEY.apiKey, { symbol: 'BTCUSDT', side: 'SELL', type: 'STOP_LOSS', quantity: '0.1', stopPrice: '50000' });
		for (let count = 0; count < 5; count += 1) stop();
		expect(stop).toThrow(/MAX_NUM_ALGO_ORDERS/);
	});
});

describe('keys and clocks', () => {
	test.each<[string, { apiKey: string; secret: string }, RegExp]>([
		['an unknown key', { apiKey: 'nobody', secret: 'x' }, /-2015/],
		['a wrong secret', { apiKey: KEY.apiKey, secret: 'x' }, /-1022/],
	])('%s', async (_what, keys, words) => {
		const other = connect(server, keys);
		await expect(other.fetchBalance()).rejects.toThrow(words);
		await other.close();
	});

	test('a key that may not trade', async () => {
		server.addKey({ apiKey: 'reader', secret: 'r', account: KEY.apiKey, canTrade: false });
		const reader = connect(server, { apiKey: 'reader', secret: 'r' });
		expect(await reader.fetchBalance()).toMatchObject({ BTC: { total: 1 } });
		await expect(reader.createOrder(SYMBOL, 'market', 'buy', 0.01)).rejects.toThrow(/-2015/);
		await reader.close();
	});

	test.each([60_000, -5_000])('refuses requests when its clock is %d ms ahead, until ccxt knows the difference', async (ms) => {
		await client.loadMarkets();
		server.setSkew(ms);
		await expect(client.fetchBalance()).rejects.toThrow(/-1021/);
		await client.loadTimeDifference();
		expect(await client.fetchBalance()).toMatchObject({ BTC: { total: 1 } });
	});
});

describe('faults', () => {
	const twins = () => server.account(KEY.apiKey).orderCounts['fc'] ?? 0;
	const send = () => order('market', 'buy', 0.01, undefined, { clientOrderId: 'fc' });

	beforeEach(async () => {
		await client.loadMarkets();
	});

	test.each<[Fault, string, number]>([
		[{ kind: 'never-arrives' }, 'NetworkError', 0],
		[{ kind: 'never-arrives', hang: true }, 'RequestTimeout', 0],
		[{ kind: 'answer-lost' }, 'NetworkError', 1],
		[{ kind: 'answer-lost', hang: true }, 'RequestTimeout', 1],
		[{ kind: 'status', status: 429, retryAfter: 3 }, 'DDoSProtection', 0],
		[{ kind: 'status', status: 418 }, 'DDoSProtection', 0],
		// ccxt knows the codes of its own addresses only; elsewhere a 503 with a code is any error.
		[{ kind: 'status', status: 503 }, 'ExchangeError', 0],
		[{ kind: 'status', status: 503, processed: true }, 'ExchangeError', 1],
		[{ kind: 'status', status: 504 }, 'RequestTimeout', 1],
		[{ kind: 'status', status: 502 }, 'ExchangeNotAvailable', 0],
	])('%j throws %s, and %d orders were made', async (fault, name, made) => {
		client.timeout = 300;
		const planned = server.plan(fault);
		const error = await send().catch((thrown: unknown) => thrown);
		expect((error as Error).constructor.name).toBe(name);
		expect(planned.struck).toBe(1);
		expect(twins()).toBe(made);
		expect(server.waitingFaults).toBe(0);
	});

	test('a page of HTML instead of an answer', async () => {
		server.plan({ kind: 'garbage' });
		await expect(send()).rejects.toThrow();
		expect(twins()).toBe(1);
	});

	test('an answer that comes late, and one that comes too late', async () => {
		server.plan({ kind: 'answer-late', ms: 50 });
		expect(await send()).toMatchObject({ status: 'closed' });
		client.timeout = 50;
		server.plan({ kind: 'answer-late', ms: 500 });
		await expect(order('market', 'buy', 0.01)).rejects.toThrow();
	});

	test('a request that arrives long after its sender gave up', async () => {
		server.plan({ kind: 'arrives-late', ms: 30_000 });
		await expect(send()).rejects.toThrow();
		await expect(client.fetchOrder('', SYMBOL, { origClientOrderId: 'fc' })).rejects.toThrow(/-2013/);
		expect(server.releaseHeld()).toBe(1);
		expect(await client.fetchOrder('', SYMBOL, { origClientOrderId: 'fc' })).toMatchObject({ status: 'closed' });
		expect(server.releaseHeld()).toBe(0);
	});

	test('a fault strikes only what it names, as often as planned', async () => {
		server.plan({ kind: 'status', status: 503, call: 'submit', side: 'SELL', skip: 1, times: 2 });
		await order('market', 'buy', 0.01);
		const sell = () => order('market', 'sell', 0.01);
		await sell();
		await expect(sell()).rejects.toThrow();
		await expect(sell()).rejects.toThrow();
		await sell();
		const calm = server.plan({ kind: 'never-arrives', call: 'any' });
		calm.cancel();
		await client.fetchBalance();
		expect(calm.struck).toBe(0);
	});
});

describe('streams', () => {
	beforeEach(async () => {
		// Without it ccxt refuses addresses that begin with ws://.
		await client.loadHttpProxyAgent();
	});

	test('quotes as they change', async () => {
		await client.watchBidsAsks([SYMBOL]);
		const next = client.watchBidsAsks([SYMBOL]);
		server.setPrice('BTCUSDT', 61_234, 61_235);
		expect((await next)[SYMBOL]).toMatchObject({ bid: 61_234, ask: 61_235 });
	});

	/** Waits until ccxt hears of the account. */
	async function listening(): Promise<void> {
		for (let tries = 0; server.streams.listeners(KEY.apiKey) === 0; tries += 1) {
			if (tries > 200) throw new Error('nobody listens');
			await new Promise((resolve) => setTimeout(resolve, 10));
		}
		await new Promise((resolve) => setTimeout(resolve, 20));
	}

	/** The states of an order as `count` updates of the stream tell them. */
	async function heard(count: number, act: () => Promise<unknown>): Promise<string[]> {
		const states: string[] = [];
		const collect = async (): Promise<void> => {
			while (states.length < count) {
				for (const { status, filled } of await client.watchOrders(SYMBOL)) states.push(`${status} ${filled}`);
			}
		};
		const collected = collect();
		await listening();
		await act();
		await collected;
		return states;
	}

	test('orders and executions of the account', async () => {
		const trades = client.watchMyTrades(SYMBOL);
		const states = await heard(2, async () => {
			await order('limit', 'buy', 0.01, 59_000, { clientOrderId: 'fc' });
			await new Promise((resolve) => setTimeout(resolve, 30));
			server.setPrice('BTCUSDT', 58_000, 58_001);
		});
		expect(states).toEqual(['open 0', 'closed 0.01']);
		expect(await trades).toMatchObject([{ amount: 0.01, price: 59_000, fee: { currency: 'BTC' } }]);
	});

	test('a missing frame leaves the stream healthy; a cut one is opened again', async () => {
		server.plan({ kind: 'frame-missing', frame: 'fill' });
		const states = await heard(2, async () => {
			await order('market', 'buy', 0.01, undefined, { clientOrderId: 'silent' });
			await new Promise((resolve) => setTimeout(resolve, 30));
			await order('limit', 'buy', 0.01, 59_000);
		});
		expect(states).toEqual(['open 0', 'open 0']);
		const broken = client.watchOrders(SYMBOL);
		expect(server.cutStreams(KEY.apiKey)).toBe(1);
		await expect(broken).rejects.toThrow();
		const again = client.watchOrders(SYMBOL);
		await listening();
		await order('limit', 'buy', 0.01, 58_000);
		expect(await again).toMatchObject([{ status: 'open', price: 58_000 }]);
	});

	test('frames twice and out of order', async () => {
		const inner = server.streams;
		server.plan({ kind: 'frame-twice', frame: 'fill' });
		await heard(1, () => order('limit', 'buy', 0.01, 59_000, { clientOrderId: 'dup' }));
		const before = inner.sent;
		server.fillPartially(KEY.apiKey, 'dup', '0.004');
		expect(inner.sent - before).toBe(3);
		server.plan({ kind: 'frame-late', frame: 'fill' });
		const late = inner.sent;
		server.fillPartially(KEY.apiKey, 'dup', '0.006');
		expect(inner.sent - late).toBe(2);
	});
});

test('money is neither made nor lost, whatever happens', () => {
	server.addKey({ apiKey: 'bnb', secret: 'b', balances: { USDT: 5_000, BNB: 1 }, commission: 'BNB' });
	let seed = 7;
	const next = (below: number): number => (seed = (seed * 48_271) % 2_147_483_647) % below;
	let refused = 0;
	for (let step = 0; step < 2_000; step += 1) {
		const apiKey = next(2) === 0 ? 'bnb' : KEY.apiKey;
		const middle = 50_000 + next(20_000);
		const type = ['MARKET', 'LIMIT', 'STOP_LOSS', 'TAKE_PROFIT_LIMIT'][next(4)] ?? 'MARKET';
		const price = String(50_000 + next(20_000));
		try {
			if (next(3) === 0) server.setPrice('BTCUSDT', middle, middle + 5);
			else if (next(5) === 0) {
				const open = server.account(apiKey).openOrders[0];
				if (open !== undefined) server.cancelForeign(apiKey, String(open['clientOrderId']));
			} else {
				server.placeForeign(apiKey, {
					symbol: 'BTCUSDT', side: next(2) === 0 ? 'BUY' : 'SELL', type, quantity: `0.0${next(9) + 1}`,
					...(type.includes('LIMIT') ? { price, timeInForce: ['GTC', 'IOC', 'FOK'][next(3)] ?? 'GTC' } : {}),
					...(type.includes('_') ? { stopPrice: price } : {}),
				});
			}
		} catch {
			refused += 1;
		}
		for (const sum of Object.values(server.engine.ledger.sums())) expect(sum).toBe(0n);
	}
	expect(refused).toBeLessThan(1_500);
	for (const apiKey of ['bnb', KEY.apiKey]) {
		const { balances, openOrders, trades } = server.account(apiKey);
		expect(trades.length).toBeGreaterThan(50);
		for (const { free, locked } of Object.values(balances)) {
			expect(fixed(free) >= 0n && fixed(locked) >= 0n).toBe(true);
		}
		const locked = openOrders.reduce((sum, row) => {
			if (row['side'] !== 'SELL') return sum;
			return sum + fixed(String(row['origQty'])) - fixed(String(row['executedQty']));
		}, 0n);
		expect(fixed(balances['BTC']?.locked ?? 0)).toBe(locked);
	}
});
