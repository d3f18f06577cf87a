import type { Exchange, SubmitRequest, VenueReport } from '../../../../core/exchange';
import { sharedClient, closeClients } from '../../../../core/exchange/ccxt/registry';
import { probeVenue } from '../../../../core/exchange/ccxt/probe';
import { createLiveVenues, type LiveVenues } from '../../../../core/exchange/ccxt/venues';
import { binance } from '../../../../core/exchange/ccxt/venues/binance';
import {
	clientOrderId, decimal, newId, seededRng, systemClock, type AccountId,
} from '../../../../core/model';
import { startBinance, type BinanceServer } from '../../../support/binance';
import { addressesOf } from '../../../support/binance/venue';

const rng = seededRng(11);
const SYMBOL = 'BTC/USDT';
let server: BinanceServer;
let venues: LiveVenues;
let exchange: Exchange;
let account: AccountId;
const logged: string[] = [];
/** What the venue is asked with: changed by a test that gives an account another key. */
const keys = new Map<AccountId, { apiKey: string; secret: string; passphrase: null }>();
let number = 0;

function request(change: Partial<SubmitRequest> = {}): SubmitRequest {
	number += 1;
	return {
		clientOrderId: clientOrderId('tkt_live', 'entry', number),
		symbol: SYMBOL,
		side: 'buy',
		type: 'limit',
		quantity: decimal('0.01'),
		price: decimal(50_000),
		triggerPrice: null,
		reduceOnly: false,
		timeInForce: 'GTC',
		postOnly: false,
		...change,
	};
}

/** Off: the loopback exchange need not be asked at the real one's pace. */
function unpaced(key: { apiKey: string; secret: string; passphrase: null } | null): void {
	const { apiUrl, streamUrl } = addressesOf(server);
	const client = sharedClient(binance, { mode: 'live', apiUrl, streamUrl, keys: key });
	Object.assign(client, { enableRateLimit: false });
}

function addAccount(options: { commission?: 'received' | 'quote' | 'BNB' } = {}): AccountId {
	const accountId = newId('acc', systemClock, rng);
	const key = { apiKey: `key-of-${accountId}`, secret: `secret of ${accountId}`, passphrase: null };
	server.addKey({ ...key, balances: { USDT: 10_000, BTC: 1, BNB: 5 }, ...options });
	keys.set(accountId, key);
	unpaced(key);
	return accountId;
}

const keyOf = (accountId: AccountId) => {
	const key = keys.get(accountId);
	if (key === undefined) throw new Error('no key');
	return key;
};

beforeAll(async () => {
	server = await startBinance();
	const { venue, apiUrl, streamUrl } = addressesOf(server);
	const log = (message: string, facts?: object): void => {
		logged.push(`${message} ${JSON.stringify(facts)}`);
	};
	venues = createLiveVenues(
		{ clock: systemClock, log: { info: log, warn: log, error: log } },
		{ keys: async (accountId) => keyOf(accountId), venue: async () => ({ apiUrl, streamUrl }) },
	);
	const made = venues.exchange(venue);
	if (made === null) throw new Error('no venue');
	exchange = made;
	unpaced(null);
	await exchange.markets();
});

beforeEach(() => {
	account = addAccount();
	server.setPrice('BTCUSDT', 60_000, 60_010);
});

afterAll(async () => {
	await closeClients();
	await server.close();
});

const counts = (): Record<string, number> => ({ ...server.requests() });
const since = (before: Record<string, number>, call: string): number =>
	(counts()[call] ?? 0) - (before[call] ?? 0);

describe('executions', () => {
	test.each([
		['received', 'buy', 'BTC'],
		['quote', 'buy', 'USDT'],
		['BNB', 'buy', 'BNB'],
		['received', 'sell', 'USDT'],
	] as const)('a fee in %s of a %s is told in %s, as the venue has it', async (commission, side, asset) => {
		const other = addAccount({ commission });
		const asked = request({ type: 'market', price: null, side });
		const report = await exchange.submit(other, asked);
		const [trade] = server.account(keyOf(other).apiKey).trades;
		expect(report).toMatchObject({
			kind: 'accepted',
			fills: [{ feeCurrency: asset, fee: decimal(String(trade?.['commission'])) }],
		});
		const found = await exchange.lookup(other, asked.clientOrderId, SYMBOL);
		expect(report).toMatchObject({ order: found?.order, fills: found?.fills });
	});

	test('partial fills add up, and a cancel keeps what is filled', async () => {
		const asked = request();
		await exchange.submit(account, asked);
		const { apiKey } = keyOf(account);
		server.fillPartially(apiKey, asked.clientOrderId, '0.003');
		server.fillPartially(apiKey, asked.clientOrderId, '0.002');
		const half = await exchange.lookup(account, asked.clientOrderId, SYMBOL);
		expect(half).toMatchObject({ order: { state: 'PARTIALLY_FILLED', filledQuantity: '0.005' } });
		expect(half?.fills.map((fill) => fill.quantity)).toEqual(['0.003', '0.002']);
		const [open] = await exchange.openOrders(account);
		expect(open).toEqual(half?.order);
		expect(await exchange.cancel(account, asked.clientOrderId, SYMBOL)).toMatchObject({
			kind: 'cancelled',
			order: { state: 'CANCELLED', filledQuantity: '0.005' },
			fills: half?.fills,
		});
	});

	test('nothing ends before all its executions are known', async () => {
		const asked = request();
		await exchange.submit(account, asked);
		const { apiKey } = keyOf(account);
		server.fillPartially(apiKey, asked.clientOrderId);
		const trades = server.engine.account(apiKey).trades;
		const hidden = trades.splice(0, trades.length);
		// The venue says FILLED but lists no execution yet.
		expect(await exchange.lookup(account, asked.clientOrderId, SYMBOL)).toMatchObject({
			order: { state: 'OPEN', filledQuantity: '0' },
			fills: [],
		});
		trades.push(...hidden);
		expect(await exchange.lookup(account, asked.clientOrderId, SYMBOL)).toMatchObject({
			order: { state: 'FILLED', filledQuantity: '0.01' },
		});
	});

	test('the past is whole, page by page, whoever made it', async () => {
		const { apiKey } = keyOf(account);
		const begin = server.now() - 1;
		for (let each = 0; each < 1203; each += 1) {
			server.placeForeign(apiKey, {
				symbol: 'BTCUSDT', side: each % 2 === 0 ? 'BUY' : 'SELL', type: 'MARKET', quantity: '0.001',
			});
		}
		const fills = await exchange.fills(account, { symbol: SYMBOL, since: begin });
		expect(new Set(fills.map((fill) => fill.venueTradeId)).size).toBe(1203);
		expect(fills).toHaveLength(1203);
		const orders = await exchange.recentOrders(account, { symbol: SYMBOL, since: begin });
		expect(new Set(orders.map((order) => order.venueOrderId)).size).toBe(1203);
	});

	test('without a symbol the past cannot be listed there, which is said, not answered with nothing', async () => {
		for (const list of [
			() => exchange.fills(account, { symbol: null, since: 0 }),
			() => exchange.recentOrders(account, { symbol: null, since: 0 }),
		]) {
			await expect(list()).rejects.toMatchObject({ code: 'VENUE_SYMBOL_NEEDED' });
		}
	});
});

describe('many orders', () => {
	test('are asked for by one list, and few single questions at a time, none for ever', async () => {
		const asked = Array.from({ length: 40 }, () => request({ quantity: decimal('0.002') }));
		for (const each of asked) await exchange.submit(account, each);
		const { apiKey } = keyOf(account);
		for (const each of asked.slice(0, 25)) server.fillPartially(apiKey, each.clientOrderId);
		const refs = asked.map(({ clientOrderId: id }) => ({ accountId: account, clientOrderId: id, symbol: SYMBOL }));
		const ended = new Set<string>();
		let rounds = 0;
		while (ended.size < 25 && rounds < 5) {
			const before = counts();
			const left = refs.filter((ref) => !ended.has(ref.clientOrderId));
			for (const { order } of await exchange.reports(left)) {
				if (order.state === 'FILLED') ended.add(order.clientOrderId);
			}
			expect(since(before, 'GET openOrders')).toBe(1);
			expect(since(before, 'GET order')).toBeLessThanOrEqual(10);
			rounds += 1;
		}
		expect([ended.size, rounds]).toEqual([25, 3]);
	});

	test('an order that the venue never had does not keep the others from being asked for', async () => {
		const asked = Array.from({ length: 12 }, () => request());
		for (const each of asked) await exchange.submit(account, each);
		const { apiKey } = keyOf(account);
		for (const each of asked) server.fillPartially(apiKey, each.clientOrderId);
		const never = Array.from({ length: 12 }, (_, index) => `fcnever${index}`);
		const refs = [...never, ...asked.map((each) => each.clientOrderId)].map((id) => ({
			accountId: account, clientOrderId: id, symbol: SYMBOL,
		}));
		const seen = new Set<string>();
		for (let round = 0; round < 3; round += 1) {
			for (const { order } of await exchange.reports(refs)) seen.add(order.clientOrderId);
		}
		expect(seen.size).toBe(12);
	});
});

describe('a request that has no answer', () => {
	test.each([
		['never arrives', { kind: 'never-arrives' } as const, 0],
		['arrives, its answer is lost', { kind: 'answer-lost' } as const, 1],
		['is done behind a 503', { kind: 'status', status: 503, processed: true } as const, 1],
		['is done behind a page', { kind: 'garbage' } as const, 1],
	])('%s: unknown, found or not found by its id, never made twice', async (_what, fault, orders) => {
		const asked = request();
		server.plan({ ...fault, call: 'submit' });
		await expect(exchange.submit(account, asked)).rejects.toMatchObject({ code: 'VENUE_AMBIGUOUS' });
		const found = await exchange.lookup(account, asked.clientOrderId, SYMBOL);
		expect(found === null ? 0 : 1).toBe(orders);
		const again = await exchange
			.submit(account, asked)
			.then(({ kind }) => kind, (error: { code: string }) => error.code);
		expect(again).toBe(orders === 1 ? 'accepted' : 'VENUE_AMBIGUOUS');
		const { orderCounts } = server.account(keyOf(account).apiKey);
		expect(orderCounts[asked.clientOrderId] ?? 0).toBe(orders);
	});

	test('silence is unknown when the time is up', async () => {
		const { apiUrl, streamUrl } = addressesOf(server);
		const client = sharedClient(binance, { mode: 'live', apiUrl, streamUrl, keys: keyOf(account) });
		Object.assign(client, { timeout: 300 });
		const asked = request();
		server.plan({ kind: 'answer-lost', hang: true, call: 'submit' });
		await expect(exchange.submit(account, asked)).rejects.toMatchObject({ code: 'VENUE_AMBIGUOUS' });
		expect(await exchange.lookup(account, asked.clientOrderId, SYMBOL)).toMatchObject({
			order: { state: 'OPEN' },
		});
	});

	test('a cancel whose answer is lost can be asked again', async () => {
		const asked = request();
		await exchange.submit(account, asked);
		server.plan({ kind: 'answer-lost', call: 'cancel' });
		await expect(exchange.cancel(account, asked.clientOrderId, SYMBOL)).rejects.toMatchObject({
			code: 'VENUE_AMBIGUOUS',
		});
		expect(await exchange.cancel(account, asked.clientOrderId, SYMBOL)).toMatchObject({
			kind: 'rejected', code: 'ORDER_NOT_OPEN',
		});
	});

	test('a clock that is wrong is set right, once', async () => {
		server.setSkew(90_000);
		try {
			expect(await exchange.submit(account, request())).toMatchObject({ kind: 'accepted' });
			const before = counts();
			expect(await exchange.submit(account, request())).toMatchObject({ kind: 'accepted' });
			expect(since(before, 'POST order')).toBe(1);
		} finally {
			server.setSkew(0);
		}
		expect(await exchange.balances(account)).toMatchObject({ BTC: '1' });
	});
});

describe('too many requests', () => {
	test('the venue is asked nothing for as long as it says; orders and cancels still go', async () => {
		server.plan({ kind: 'status', status: 429, call: 'account', retryAfter: 2 });
		await expect(exchange.balances(account)).rejects.toMatchObject({ code: 'VENUE_UNAVAILABLE' });
		const before = counts();
		await expect(exchange.balances(account)).rejects.toMatchObject({
			code: 'VENUE_UNAVAILABLE', retryable: true, message: expect.stringContaining('wants a pause'),
		});
		expect(since(before, 'GET account')).toBe(0);
		expect(await exchange.submit(account, request())).toMatchObject({ kind: 'accepted' });
		await new Promise((resolve) => setTimeout(resolve, 2_100));
		expect(await exchange.balances(account)).toMatchObject({ BTC: '1' });
	});
});

describe('keys', () => {
	test('a new key is in use at once when told, and an old one does not linger', async () => {
		expect(await exchange.balances(account)).toMatchObject({ USDT: '10000' });
		const old = keyOf(account);
		const fresh = { ...old, apiKey: `${old.apiKey}-new`, secret: 'another secret' };
		server.addKey({ ...fresh, account: old.apiKey });
		server.removeKey(old.apiKey);
		keys.set(account, fresh);
		unpaced(fresh);
		await expect(exchange.balances(account)).rejects.toMatchObject({ code: 'VENUE_AUTH' });
		venues.forget(account);
		expect(await exchange.balances(account)).toMatchObject({ USDT: '10000' });
	});

	test('a key that the venue refuses is refused before an order, for good', async () => {
		server.removeKey(keyOf(account).apiKey);
		const report = await exchange.submit(account, request());
		expect(report).toMatchObject({ kind: 'rejected', code: 'VENUE_AUTH' });
		await expect(exchange.openOrders(account)).rejects.toMatchObject({ code: 'VENUE_AUTH', retryable: false });
	});

	test('probe: what there is, what the key may do', async () => {
		const { apiUrl, streamUrl } = addressesOf(server);
		const target = { ccxtId: 'binance', mode: 'live', apiUrl, streamUrl, ...keyOf(account) } as const;
		const probe = await probeVenue(target);
		expect(probe).toMatchObject({ canTrade: true, canWithdraw: false, balances: { USDT: '10000', BTC: '1' } });
		expect(probe.markets).toBeGreaterThan(3);
		server.addKey({ apiKey: 'rich', secret: 'rich secret', canWithdraw: true });
		await expect(
			probeVenue({ ...target, apiKey: 'rich', secret: 'rich secret' }),
		).rejects.toMatchObject({ code: 'VENUE_KEY_CAN_WITHDRAW' });
		server.addKey({ apiKey: 'reader', secret: 'reader secret', canTrade: false });
		expect(
			await probeVenue({ ...target, apiKey: 'reader', secret: 'reader secret' }),
		).toMatchObject({ canTrade: false });
		await expect(probeVenue({ ...target, secret: 'wrong' })).rejects.toMatchObject({ code: 'VENUE_AUTH' });
		await expect(probeVenue({ ...target, ccxtId: 'mexc' })).rejects.toMatchObject({ code: 'VENUE_UNSUPPORTED' });
		await expect(probeVenue({ ...target, ccxtId: 'kraken', mode: 'sandbox' })).rejects.toMatchObject({
			code: 'VENUE_NO_SANDBOX',
		});
	});
});

test('two cores of a process share one client, its list of markets and its pace', async () => {
	const { apiUrl, streamUrl } = addressesOf(server);
	const before = counts();
	const other = createLiveVenues(
		{ clock: systemClock, log: { info() {}, warn() {}, error() {} } },
		{ keys: async (accountId) => keyOf(accountId), venue: async () => ({ apiUrl, streamUrl }) },
	).exchange(exchange.venue);
	expect(await other?.balances(account)).toMatchObject({ BTC: '1' });
	expect(await other?.markets()).toEqual(await exchange.markets());
	expect(since(before, 'GET exchangeInfo')).toBe(0);
});

describe('prices', () => {
	test('many who ask at once cost one question, and so does the next second', async () => {
		const before = counts();
		const symbols = ['BTC/USDT', 'ETH/USDT', 'BTC/USDT', 'SOL/USDT'];
		const quotes = await Promise.all(
			Array.from({ length: 20 }, (_, index) => venues.quotes.quote(exchange.venue, symbols[index % 4] ?? '')),
		);
		expect(quotes.every((quote) => quote !== null && Date.now() - quote.at < 2_000)).toBe(true);
		await venues.quotes.quote(exchange.venue, 'BTC/USDT');
		expect(since(before, 'GET ticker/bookTicker')).toBe(1);
		expect(quotes[0]).toMatchObject({ symbol: 'BTC/USDT', bid: '60000', ask: '60010' });
	});

	test('a market that is not listed has none; a venue that is down has the last ones, with their age', async () => {
		expect(await venues.quotes.quote(exchange.venue, 'NOPE/USDT')).toBeNull();
		const last = await venues.quotes.quote(exchange.venue, 'BTC/USDT');
		server.plan({ kind: 'status', status: 503, call: 'quote', times: 50 });
		await new Promise((resolve) => setTimeout(resolve, 1_100));
		expect(await venues.quotes.quote(exchange.venue, 'BTC/USDT')).toEqual(last);
		server.clearFaults();
	});
});

describe('the stream', () => {
	const until = async (done: () => boolean, what: string): Promise<void> => {
		for (let waited = 0; waited < 200; waited += 1) {
			if (done()) return;
			await new Promise((resolve) => setTimeout(resolve, 50));
		}
		throw new Error(`waited in vain: ${what}`);
	};

	test('tells what happens, opens again when cut, and ends when told', async () => {
		const news: VenueReport[] = [];
		const stop = exchange.subscribe?.(account, (report) => news.push(report));
		const told = (id: string, state: string): boolean =>
			news.some(({ order }) => order.clientOrderId === id && order.state === state);
		const { apiKey } = keyOf(account);
		await until(() => server.streams.listeners(apiKey) > 0, 'the stream is open');
		const first = request();
		await exchange.submit(account, first);
		await until(() => told(first.clientOrderId, 'OPEN'), 'a new order');
		server.fillPartially(apiKey, first.clientOrderId, '0.004');
		await until(() => told(first.clientOrderId, 'PARTIALLY_FILLED'), 'a part of it');
		const part = news.find(({ order }) => order.state === 'PARTIALLY_FILLED');
		expect(part?.fills).toMatchObject([{ quantity: '0.004' }]);
		expect(part).toEqual(await exchange.lookup(account, first.clientOrderId, SYMBOL));
		// While it tells, orders are asked for now and then only.
		const refs = [{ accountId: account, clientOrderId: first.clientOrderId, symbol: SYMBOL }];
		await exchange.reports(refs);
		const before = counts();
		for (let each = 0; each < 5; each += 1) expect(await exchange.reports(refs)).toEqual([]);
		expect(since(before, 'GET order') + since(before, 'GET openOrders')).toBe(0);
		server.cutStreams(apiKey);
		await until(() => logged.some((line) => line.startsWith('The stream of an account broke')), 'the cut');
		// Without it they are asked for every time.
		expect(await exchange.reports(refs)).toHaveLength(1);
		await until(() => server.streams.listeners(apiKey) > 0, 'the stream is open again');
		const second = request();
		await exchange.submit(account, second);
		await until(() => told(second.clientOrderId, 'OPEN'), 'an order after the cut');
		stop?.();
		const heard = news.length;
		await exchange.submit(account, request());
		await new Promise((resolve) => setTimeout(resolve, 300));
		expect(news).toHaveLength(heard);
		await until(() => server.streams.listeners(apiKey) === 0, 'the connection is given back');
		// A new listener gets a new one.
		const later: VenueReport[] = [];
		const end = exchange.subscribe?.(account, (report) => later.push(report));
		await until(() => server.streams.listeners(apiKey) > 0, 'the stream is open for the next listener');
		await exchange.submit(account, request());
		await until(() => later.length > 0, 'news for the next listener');
		end?.();
		expect(logged.join('\n')).not.toContain(keyOf(account).secret);
	}, 30_000);
});
