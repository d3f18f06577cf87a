import type { SubmitRequest, SupportedVenue } from '../../../../core/exchange';
import { SUPPORTED_VENUES, VENUE_CAPABILITIES } from '../../../../core/exchange/venue-table';
import { clientOrderId, decimal, gt } from '../../../../core/model';
import { openWireVenue, type WireVenue } from '../../../support/wire/venue';
import { WIRE_ROUTES } from '../../../support/wire/venues';

const ACCOUNT = 'acc_wire';
let number = 0;

function request(change: Partial<SubmitRequest>): SubmitRequest {
	number += 1;
	return {
		clientOrderId: clientOrderId('tkt_order', 'entry', number),
		symbol: 'BTC/USDT',
		side: 'buy',
		type: 'market',
		quantity: decimal('0.001'),
		price: null,
		triggerPrice: null,
		reduceOnly: false,
		timeInForce: 'GTC',
		postOnly: false,
		...change,
	};
}

/** Any of our ids. */
const EACH_ID = expect.stringMatching(/^fc[0-9a-z]{18}$/);
const limit = { type: 'limit', price: decimal(60_000) } as const;
const stop = { type: 'stop', side: 'sell', triggerPrice: decimal(59_000) } as const;

/** Fields of the request that decide what the venue does; `undefined`: must not be sent. */
const WIRE: Readonly<Record<SupportedVenue, Readonly<Record<string, readonly [Partial<SubmitRequest>, object]>>>> = {
	binance: {
		'market buy in the base currency': [{}, { type: 'MARKET', side: 'BUY', quantity: '0.001', quoteOrderQty: undefined }],
		'limit': [limit, { type: 'LIMIT', quantity: '0.001', price: '60000', timeInForce: 'GTC' }],
		'immediate or cancel': [{ ...limit, timeInForce: 'IOC' }, { type: 'LIMIT', timeInForce: 'IOC' }],
		'post-only': [{ ...limit, postOnly: true }, { type: 'LIMIT_MAKER', price: '60000', timeInForce: undefined }],
		'stop': [stop, { type: 'STOP_LOSS', side: 'SELL', stopPrice: '59000', price: undefined }],
		'stop limit': [
			{ ...stop, type: 'stop_limit', price: decimal(58_900) },
			{ type: 'STOP_LOSS_LIMIT', stopPrice: '59000', price: '58900', timeInForce: 'GTC' },
		],
		'an exit (spot knows no reduce-only)': [{ side: 'sell', reduceOnly: true }, { side: 'SELL', reduceOnly: undefined, sideEffectType: undefined }],
	},
	binanceusdm: {
		'market buy': [{}, { type: 'MARKET', side: 'BUY', quantity: '0.001', reduceOnly: undefined }],
		'exit, reduce-only': [{ side: 'sell', reduceOnly: true }, { type: 'MARKET', side: 'SELL', reduceOnly: 'true' }],
		'post-only': [{ ...limit, postOnly: true }, { type: 'LIMIT', price: '60000', timeInForce: 'GTX' }],
		'protective stop': [
			{ ...stop, reduceOnly: true },
			{ clientAlgoId: EACH_ID, algoType: 'CONDITIONAL', type: 'STOP_MARKET', triggerPrice: '59000', quantity: '0.001', reduceOnly: 'true' },
		],
	},
	bybit: {
		'market buy in the base currency': [{}, { category: 'spot', orderType: 'Market', side: 'Buy', qty: '0.001', marketUnit: 'baseCoin' }],
		'limit': [limit, { orderType: 'Limit', qty: '0.001', price: '60000', timeInForce: 'GTC' }],
		'post-only': [{ ...limit, postOnly: true }, { orderType: 'Limit', timeInForce: 'PostOnly' }],
		'stop': [stop, { orderType: 'Market', side: 'Sell', triggerPrice: '59000', orderFilter: 'StopOrder' }],
	},
	coinbase: {
		'market buy as a limit above the ask, of an exact quantity': [
			{},
			{ side: 'BUY', order_configuration: { sor_limit_ioc: { base_size: '0.001', limit_price: '60610.11' } } },
		],
		'market sell': [{ side: 'sell' }, { side: 'SELL', order_configuration: { market_market_ioc: { base_size: '0.001' } } }],
		'limit': [limit, { order_configuration: { limit_limit_gtc: { base_size: '0.001', limit_price: '60000', post_only: false } } }],
		'post-only': [{ ...limit, postOnly: true }, { order_configuration: { limit_limit_gtc: { base_size: '0.001', limit_price: '60000', post_only: true } } }],
		'stop limit': [
			{ ...stop, type: 'stop_limit', price: decimal(58_900) },
			{ order_configuration: { stop_limit_stop_limit_gtc: { base_size: '0.001', limit_price: '58900', stop_price: '59000', stop_direction: 'STOP_DIRECTION_STOP_DOWN' } } },
		],
	},
	kraken: {
		'market buy in the base currency': [{}, { pair: 'XBTUSDT', type: 'buy', ordertype: 'market', volume: '0.001', oflags: undefined }],
		'limit': [limit, { ordertype: 'limit', volume: '0.001', price: '60000', timeinforce: 'GTC' }],
		'post-only': [{ ...limit, postOnly: true }, { ordertype: 'limit', oflags: 'post' }],
		'stop': [stop, { type: 'sell', ordertype: 'stop-loss', price: '59000', volume: '0.001' }],
		'stop limit': [
			{ ...stop, type: 'stop_limit', price: decimal(58_900) },
			{ ordertype: 'stop-loss-limit', price: '59000', price2: '58900' },
		],
	},
	okx: {
		'market buy in the base currency': [{}, { instId: 'BTC-USDT', tdMode: 'cash', ordType: 'market', side: 'buy', sz: '0.001', tgtCcy: 'base_ccy' }],
		'limit': [limit, { ordType: 'limit', sz: '0.001', px: '60000' }],
		'fill or kill': [{ ...limit, timeInForce: 'FOK' }, { ordType: 'fok', px: '60000' }],
		'post-only': [{ ...limit, postOnly: true }, { ordType: 'post_only', px: '60000' }],
		'stop': [stop, { ordType: 'trigger', side: 'sell', triggerPx: '59000', orderPx: '-1', sz: '0.001', algoClOrdId: EACH_ID }],
		'stop limit': [
			{ ...stop, type: 'stop_limit', price: decimal(58_900) },
			{ ordType: 'trigger', triggerPx: '59000', orderPx: '58900', algoClOrdId: EACH_ID },
		],
	},
};

const isOrder = ({ method, path }: { method: string; path: string }): boolean =>
	method === 'POST' && /order(s|\/create)?$|algoOrder$|AddOrder$|batch-orders$|order-algo$/.test(path);

describe.each(Object.entries(WIRE))('%s', (name, cases) => {
	const ccxtId = name as SupportedVenue;
	let venue: WireVenue;

	beforeAll(async () => {
		venue = await openWireVenue(ccxtId, {
			'GET /api/v3/brokerage/market/products/BTC-USDT/ticker': () => ({
				trades: [], best_bid: '60000', best_ask: '60010',
			}),
			...WIRE_ROUTES[ccxtId],
		});
		await venue.exchange.markets();
	});
	afterAll(async () => venue.close());
	beforeEach(() => {
		venue.wire.take();
	});

	test.each(Object.entries(cases))('%s', async (_what, [change, fields]) => {
		expect(await venue.exchange.submit(ACCOUNT, request(change))).toMatchObject({ kind: 'accepted' });
		const [sent, ...more] = venue.wire.take().filter(isOrder);
		expect(more).toEqual([]);
		for (const [field, value] of Object.entries(fields)) {
			expect([field, sent?.fields[field]]).toEqual([field, value]);
		}
	});

	test('a quantity keeps every digit on the wire', async () => {
		const [market] = await venue.exchange.markets();
		const step = market?.quantityStep ?? decimal(1);
		const places = (step.split('.')[1] ?? '').length;
		// More digits than a float has, where the venue's largest quantity allows.
		const whole = gt(market?.maxQuantity ?? '1e18', '1e9') ? '1234567891' : '12';
		const digits = `${whole}.${'34567891'.slice(0, places)}`;
		await venue.exchange.submit(ACCOUNT, request({ ...limit, quantity: decimal(digits) }));
		const [sent] = venue.wire.take().filter(isOrder);
		expect(sent?.text).toContain(digits);
	});

	test.each<[string, string, Partial<SubmitRequest>]>([
		['a quantity between the steps', 'QUANTITY_STEP', { quantity: decimal('0.0010000000000001') }],
		['a price between the ticks', 'PRICE_TICK', { ...limit, price: decimal('60000.000001') }],
		['no quantity', 'QUANTITY_INVALID', { quantity: decimal(0) }],
		['a market it does not have', 'SYMBOL_UNKNOWN', { symbol: 'NOPE/USDT' }],
		['post-only at the market', 'NOT_SUPPORTED', { postOnly: true }],
	])('%s is never sent', async (_what, code, change) => {
		expect(await venue.exchange.submit(ACCOUNT, request(change))).toMatchObject({ kind: 'rejected', code });
		expect(venue.wire.take().filter(isOrder)).toEqual([]);
	});

	test('less than the least value, where the venue states one, is never sent', async () => {
		const [market] = await venue.exchange.markets();
		if (market?.minNotional === '0') return;
		const small = request({ ...limit, quantity: decimal('0.0001'), price: decimal(1) });
		expect(await venue.exchange.submit(ACCOUNT, small)).toMatchObject({ code: 'NOTIONAL_MIN' });
		expect(venue.wire.take().filter(isOrder)).toEqual([]);
	});

	test('kinds of orders that it does not have are never sent', async () => {
		const { orderTypes, timeInForce } = VENUE_CAPABILITIES[ccxtId];
		if (!orderTypes.includes('stop')) {
			const report = await venue.exchange.submit(ACCOUNT, request(stop));
			expect(report).toMatchObject({ kind: 'rejected', code: 'NOT_SUPPORTED' });
		}
		if (!timeInForce.includes('FOK')) {
			const report = await venue.exchange.submit(ACCOUNT, request({ ...limit, timeInForce: 'FOK' }));
			expect(report).toMatchObject({ kind: 'rejected', code: 'NOT_SUPPORTED' });
		}
		expect(venue.wire.take().filter(isOrder)).toEqual([]);
	});
});

test('every supported venue is here', () => {
	expect(Object.keys(WIRE).sort()).toEqual([...SUPPORTED_VENUES]);
});
