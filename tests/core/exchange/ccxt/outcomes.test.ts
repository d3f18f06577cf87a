import type { SubmitRequest, SupportedVenue } from '../../../../core/exchange';
import { loadCcxt } from '../../../../core/exchange/ccxt/client';
import { sharedClient } from '../../../../core/exchange/ccxt/registry';
import { supportedProfile } from '../../../../core/exchange/ccxt/venue-choice';
import { clientOrderId, decimal, messageOf } from '../../../../core/model';
import type { WireAnswer, WireRoutes } from '../../../support/wire/server';
import { openWireVenue, type WireVenue } from '../../../support/wire/venue';
import { WIRE_ROUTES } from '../../../support/wire/venues';

const ACCOUNT = 'acc_wire';
let number = 0;

function request(): SubmitRequest {
	number += 1;
	return {
		clientOrderId: clientOrderId('tkt_outcome', 'entry', number),
		symbol: 'BTC/USDT',
		side: 'buy',
		type: 'limit',
		quantity: decimal('0.001'),
		price: decimal(60_000),
		triggerPrice: null,
		reduceOnly: false,
		timeInForce: 'GTC',
		postOnly: false,
	};
}

const SUBMIT: Readonly<Record<SupportedVenue, string>> = {
	binance: 'POST /api/v3/order',
	binanceusdm: 'POST /fapi/v1/order',
	bybit: 'POST /v5/order/create',
	coinbase: 'POST /api/v3/brokerage/orders',
	kraken: 'POST /0/private/AddOrder',
	okx: 'POST /api/v5/trade/batch-orders',
};

const plain = (status: number, text: string): WireAnswer => ({ status, text });
const binanceError = (status: number, code: number, msg: string): WireAnswer =>
	plain(status, JSON.stringify({ code, msg }));
const bybitError = (retCode: number, retMsg: string): WireAnswer => ({ retCode, retMsg, result: {}, time: 1 });
const okxError = (sCode: string, sMsg: string): WireAnswer =>
	({ code: '1', data: [{ clOrdId: '', ordId: '', sCode, sMsg, tag: '' }], msg: '' });
const krakenError = (text: string): WireAnswer => ({ error: [text] });

type Expected = 'unknown' | string;
const EVERYWHERE: readonly (readonly [string, WireAnswer, Expected])[] = [
	['500', plain(500, '{"code":-1000,"msg":"An unknown error occurred"}'), 'unknown'],
	['502 of a gateway', plain(502, '<html>Bad Gateway</html>'), 'unknown'],
	['503', plain(503, 'Service Unavailable'), 'unknown'],
	['504', plain(504, ''), 'unknown'],
	['408', plain(408, ''), 'unknown'],
	['a proxy\'s page with 200', plain(200, '<html>Login to the hotel\'s network</html>'), 'unknown'],
	['an empty answer', plain(200, ''), 'unknown'],
	['half an answer', plain(200, '{"orderId": 2'), 'unknown'],
	['a page with 403', plain(403, '<html>Forbidden</html>'), 'unknown'],
	['an answer without an order', plain(200, '{}'), 'unknown'],
];

const OWN: Readonly<Record<SupportedVenue, readonly (readonly [string, WireAnswer, Expected])[]>> = {
	binance: [
		['no money', binanceError(400, -2010, 'Account has insufficient balance for requested action.'), 'INSUFFICIENT_BALANCE'],
		['a filter', binanceError(400, -1013, 'Filter failure: NOTIONAL'), 'INVALID_ORDER'],
		['post-only that would take', binanceError(400, -2010, 'Order would immediately match and take.'), 'WOULD_TAKE'],
		['a bad key', binanceError(401, -2014, 'API-key format invalid.'), 'VENUE_AUTH'],
		['no right', binanceError(401, -2015, 'Invalid API-key, IP, or permissions for action.'), 'VENUE_AUTH'],
		['too many requests', binanceError(429, -1003, 'Too many requests.'), 'RATE_LIMITED'],
		['a ban', plain(418, ''), 'RATE_LIMITED'],
		['too many orders', binanceError(400, -1015, 'Too many new orders.'), 'RATE_LIMITED'],
		['a code nobody knows', binanceError(400, -9999, 'Something new.'), 'REJECTED'],
		['timeout of its own back end', binanceError(400, -1007, 'Timeout waiting for response from backend server. Send status unknown; execution status unknown.'), 'unknown'],
		['unexpected response', binanceError(400, -1006, 'An unexpected response was received from the message bus. Execution status unknown.'), 'unknown'],
		['disconnected', binanceError(400, -1001, 'Internal error; unable to process your request. Please try again.'), 'unknown'],
	],
	binanceusdm: [
		['no margin', binanceError(400, -2019, 'Margin is insufficient.'), 'INSUFFICIENT_BALANCE'],
		['reduce-only refused', binanceError(400, -2022, 'ReduceOnly Order is rejected.'), 'REJECTED'],
		['too many requests', binanceError(429, -1003, 'Too many requests.'), 'RATE_LIMITED'],
		['its own timeout', binanceError(400, -1007, 'Timeout waiting for response from backend server.'), 'unknown'],
	],
	bybit: [
		['no money', bybitError(170131, 'Insufficient balance.'), 'INSUFFICIENT_BALANCE'],
		['too many visits', bybitError(10006, 'Too many visits!'), 'RATE_LIMITED'],
		['a bad key', bybitError(10003, 'API key is invalid.'), 'VENUE_AUTH'],
		['its own timeout', bybitError(10000, 'Server Timeout'), 'unknown'],
		['server error', bybitError(10016, 'Server error.'), 'unknown'],
		['a code nobody knows', bybitError(999_999, 'Something new.'), 'unknown'],
	],
	coinbase: [
		['no money', { success: false, error_response: { error: 'INSUFFICIENT_FUND', message: 'Insufficient balance in source account' } }, 'INSUFFICIENT_BALANCE'],
		['a bad key', plain(401, 'Unauthorized'), 'VENUE_AUTH'],
		['too many requests', plain(429, '{"error":"rate_limit_exceeded","error_description":"too many"}'), 'RATE_LIMITED'],
		['a word nobody knows', { success: false, error_response: { error: 'SOMETHING_NEW', message: 'x' } }, 'REJECTED'],
		['a reason it does not know itself', { success: false, error_response: { error: 'UNKNOWN_FAILURE_REASON', message: '' } }, 'unknown'],
	],
	kraken: [
		['no money', krakenError('EOrder:Insufficient funds'), 'INSUFFICIENT_BALANCE'],
		['too small', krakenError('EOrder:Order minimum not met'), 'INVALID_ORDER'],
		['a bad key', krakenError('EAPI:Invalid key'), 'VENUE_AUTH'],
		['too many orders', krakenError('EOrder:Rate limit exceeded'), 'RATE_LIMITED'],
		['busy', krakenError('EService:Busy'), 'unknown'],
		['internal error', krakenError('EGeneral:Internal error'), 'unknown'],
		['a word nobody knows', krakenError('EOther:Something new'), 'unknown'],
	],
	okx: [
		['no money', okxError('51008', 'Order failed. Insufficient USDT balance in account.'), 'INSUFFICIENT_BALANCE'],
		['too many requests', plain(429, '{"code":"50011","msg":"Too Many Requests"}'), 'RATE_LIMITED'],
		['a bad key', plain(401, '{"code":"50111","msg":"Invalid OK-ACCESS-KEY"}'), 'VENUE_AUTH'],
		['its own timeout', { code: '50004', msg: 'API endpoint request timeout', data: [] }, 'unknown'],
		['busy', { code: '50013', msg: 'Systems are busy. Please try again later.', data: [] }, 'unknown'],
		['a code nobody knows', okxError('99999', 'Something new.'), 'unknown'],
	],
};

describe.each(Object.entries(SUBMIT))('%s', (name, submitRoute) => {
	const ccxtId = name as SupportedVenue;
	let venue: WireVenue;

	beforeAll(async () => {
		venue = await openWireVenue(ccxtId);
		await venue.exchange.markets();
	});
	afterAll(async () => venue.close());
	beforeEach(() => {
		venue.wire.take();
		venue.wire.routes = WIRE_ROUTES[ccxtId];
	});

	const answering = (answer: WireAnswer): WireRoutes => ({ ...venue.wire.routes, [submitRoute]: () => answer });
	const submits = () =>
		venue.wire.take().filter(({ method, path }) => `${method} ${path}` === submitRoute);
	/** Without the pause that the tests before have earned. */
	const rested = async (): Promise<void> => {
		await venue.wire.close();
		venue = await openWireVenue(ccxtId);
		await venue.exchange.markets();
		venue.wire.take();
	};

	test.each([...EVERYWHERE, ...OWN[ccxtId]])('%s', async (_what, answer, expected) => {
		// A venue that has had too many requests is given a pause: one of its own.
		if (expected === 'RATE_LIMITED') await rested();
		venue.wire.routes = answering(answer);
		const report = await venue.exchange
			.submit(ACCOUNT, request())
			.catch((error: unknown) => ({ thrown: error }));
		const known = 'thrown' in report ? { thrown: Reflect.get(report.thrown as object, 'code') } : report;
		expect(known).toMatchObject(
			expected === 'unknown' ? { thrown: 'VENUE_AMBIGUOUS' } : { kind: 'rejected', code: expected },
		);
		expect(submits()).toHaveLength(1);
	});

	test('an order that was taken and cannot be read is unknown, whatever the reading says', async () => {
		await rested();
		const settings = { mode: 'live', apiUrl: venue.wire.url, streamUrl: null, keys: venue.keys } as const;
		const client = sharedClient(supportedProfile(ccxtId, 'live'), settings);
		const { BadSymbol } = loadCcxt() as unknown as { BadSymbol: new (text: string) => Error };
		Object.assign(client, {
			parseOrder: () => {
				throw new BadSymbol('no such market');
			},
		});
		await expect(venue.exchange.submit(ACCOUNT, request())).rejects.toMatchObject({ code: 'VENUE_AMBIGUOUS' });
		expect(submits()).toHaveLength(1);
	});

	test('what has no answer is never sent again, however often it is asked for', async () => {
		await rested();
		venue.wire.routes = answering(plain(503, ''));
		const asked = request();
		const ambiguous = { code: 'VENUE_AMBIGUOUS', retryable: true };
		await expect(venue.exchange.submit(ACCOUNT, asked)).rejects.toMatchObject(ambiguous);
		await expect(venue.exchange.submit(ACCOUNT, asked)).rejects.toMatchObject(ambiguous);
		expect(submits()).toHaveLength(1);
	});

	test('a question without an answer is an error, never "nothing"', async () => {
		await rested();
		const failing: WireRoutes = { 'GET .*': () => plain(503, ''), 'POST .*': () => plain(503, '') };
		venue.wire.routes = failing;
		const since = Date.now() - 3_600_000;
		const { exchange } = venue;
		const ref = { accountId: ACCOUNT, clientOrderId: 'fcx', symbol: 'BTC/USDT' } as const;
		for (const question of [
			() => exchange.lookup(ACCOUNT, 'fcx', 'BTC/USDT'),
			() => exchange.reports([ref]),
			() => exchange.openOrders(ACCOUNT),
			() => exchange.recentOrders(ACCOUNT, { symbol: 'BTC/USDT', since }),
			() => exchange.fills(ACCOUNT, { symbol: 'BTC/USDT', since }),
			() => exchange.balances(ACCOUNT),
		]) {
			await expect(question()).rejects.toMatchObject({ code: 'VENUE_UNAVAILABLE', retryable: true });
		}
	});
});

describe('on Binance', () => {
	let venue: WireVenue;

	beforeAll(async () => {
		venue = await openWireVenue('binance');
		await venue.exchange.markets();
	});
	afterAll(async () => venue.close());
	beforeEach(() => {
		venue.wire.take();
		venue.wire.routes = WIRE_ROUTES.binance;
	});

	const submits = () => venue.wire.take().filter(({ method }) => method === 'POST');

	test('a request refused for its time is sent once more, by the venue\'s clock', async () => {
		const late = binanceError(400, -1021, 'Timestamp for this request is outside of the recvWindow.');
		let first = true;
		venue.wire.routes = {
			...WIRE_ROUTES.binance,
			'GET /api/v3/time': () => ({ serverTime: Date.now() - 60_000 }),
			'POST /api/v3/order': (sent) => {
				const answer = first ? late : (WIRE_ROUTES.binance['POST /api/v3/order']?.(sent) ?? {});
				first = false;
				return answer;
			},
		};
		expect(await venue.exchange.submit(ACCOUNT, request())).toMatchObject({ kind: 'accepted' });
		const [before, after, ...more] = submits();
		expect(more).toEqual([]);
		const lag = Number(before?.fields['timestamp']) - Number(after?.fields['timestamp']);
		expect(lag).toBeGreaterThan(50_000);
		expect(after?.fields['newClientOrderId']).toBe(before?.fields['newClientOrderId']);
	});

	test('refused for its time twice it is given up, certainly unsent', async () => {
		const late = binanceError(400, -1021, 'Timestamp for this request is outside of the recvWindow.');
		venue.wire.routes = { ...WIRE_ROUTES.binance, 'POST /api/v3/order': () => late };
		expect(await venue.exchange.submit(ACCOUNT, request())).toMatchObject({
			kind: 'rejected', code: 'CLOCK_SKEW',
		});
		expect(submits()).toHaveLength(2);
	});

	test('an id that the venue has already is answered with that order', async () => {
		const asked = request();
		const known = {
			symbol: 'BTCUSDT', orderId: 7, clientOrderId: asked.clientOrderId, price: '60000.00', origQty: '0.00100000',
			executedQty: '0.00000000', cummulativeQuoteQty: '0', status: 'NEW', timeInForce: 'GTC', type: 'LIMIT',
			side: 'BUY', stopPrice: '0.00000000', time: 1507725176595, updateTime: 1507725176595,
		};
		venue.wire.routes = {
			...WIRE_ROUTES.binance,
			'POST /api/v3/order': () => binanceError(400, -2010, 'Duplicate order sent.'),
			'GET /api/v3/order': () => known,
		};
		expect(await venue.exchange.submit(ACCOUNT, asked)).toMatchObject({
			kind: 'accepted', order: { venueOrderId: '7', state: 'OPEN' },
		});
	});

	test('an id that the venue has but does not show leaves the outcome unknown', async () => {
		venue.wire.routes = {
			...WIRE_ROUTES.binance,
			'POST /api/v3/order': () => binanceError(400, -2010, 'Duplicate order sent.'),
		};
		await expect(venue.exchange.submit(ACCOUNT, request())).rejects.toMatchObject({ code: 'VENUE_AMBIGUOUS' });
	});

	test('nothing is sent, and nobody need look, while keys or markets are missing', async () => {
		const other = await openWireVenue('binance', { 'GET .*': () => plain(503, '') });
		expect(await other.exchange.submit(ACCOUNT, request())).toMatchObject({
			kind: 'rejected', code: 'VENUE_UNAVAILABLE',
		});
		expect(other.wire.requests.filter(({ method }) => method === 'POST')).toEqual([]);
		await other.wire.close();
	});

	test('where no connection comes about, nothing was sent, and that is certain', async () => {
		const other = await openWireVenue('binance');
		await other.exchange.markets();
		await other.wire.close();
		expect(await other.exchange.submit(ACCOUNT, request())).toMatchObject({
			kind: 'rejected', code: 'NOT_SENT', message: expect.stringContaining('ECONNREFUSED'),
		});
	});

	test('no secret is in an error, a refusal or the log', async () => {
		const { apiKey, secret } = venue.keys;
		const texts: string[] = [];
		const collect = (value: unknown): void => {
			texts.push(value instanceof Error ? `${value.message} ${String(value.stack)} ${JSON.stringify(value)}` : JSON.stringify(value));
		};
		for (const answer of [
			plain(503, ''), plain(400, ''), plain(403, `key ${apiKey}`),
			binanceError(400, -2010, `Bad apiKey=${apiKey}, signature=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef`),
		]) {
			venue.wire.routes = { 'POST .*': () => answer, 'GET .*': () => answer };
			for (const call of [
				() => venue.exchange.submit(ACCOUNT, request()),
				() => venue.exchange.balances(ACCOUNT),
				() => venue.exchange.lookup(ACCOUNT, 'fcx', 'BTC/USDT'),
			]) {
				await call().then(collect, collect);
			}
		}
		await venue.quotes.quote(venue.venue, 'BTC/USDT');
		const all = [...texts, ...venue.logged.lines].join('\n');
		expect(texts).toHaveLength(12);
		expect(messageOf(new Error(all))).not.toContain(apiKey);
		expect(all).not.toContain(secret);
		expect(all).not.toMatch(/signature=[0-9a-f]{8}/);
	});
});
