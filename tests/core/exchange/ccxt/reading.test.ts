import type { SupportedVenue } from '../../../../core/exchange';
import type { WireRequest, WireRoutes } from '../../../support/wire/server';
import { openWireVenue, type WireVenue } from '../../../support/wire/venue';
import { WIRE_ROUTES } from '../../../support/wire/venues';

const ID = 'fcread0000000000000a';
const ACCOUNT = 'acc_reading';
const SYMBOL = 'BTC/USDT';
/** A minute ago: some venues are asked for their latest orders only. */
const at = Math.floor(Date.now() / 1000) * 1000 - 60_000;
const iso = new Date(at).toISOString();
const bybitOk = (list: object[]) => ({ retCode: 0, retMsg: 'OK', result: { category: 'spot', list, nextPageCursor: '' }, time: at });
const okxOk = (data: object[]) => ({ code: '0', msg: '', data });
const krakenOk = (result: object) => ({ error: [], result });

const bybitOrder = (change: object) => ({
	symbol: 'BTCUSDT', orderType: 'Limit', orderLinkId: ID, orderId: '1321052653536515584', avgPrice: '59990',
	stopOrderType: '', price: '60000', createdTime: String(at), timeInForce: 'GTC', updatedTime: String(at + 5), side: 'Buy',
	triggerPrice: '0', cumExecFee: '0.000004', cumExecQty: '0.004', cumExecValue: '239.96', leavesQty: '0.006', qty: '0.01',
	orderStatus: 'PartiallyFilled', reduceOnly: false, takeProfit: '', stopLoss: '', marketUnit: '', ...change,
});
const bybitTrade = (change: object) => ({
	symbol: 'BTCUSDT', orderType: 'Limit', orderLinkId: ID, orderId: '1321052653536515584', execTime: String(at + 5),
	feeRate: '0.001', execPrice: '59990', orderQty: '0.01', orderPrice: '60000', execType: 'Trade', side: 'Buy', isMaker: false,
	execFee: '0.000004', feeCurrency: 'BTC', execId: '2290000000101610464', execQty: '0.004', ...change,
});
const okxOrder = (change: object) => ({
	instType: 'SPOT', instId: 'BTC-USDT', ordId: '680800019749904384', clOrdId: ID, px: '60000', sz: '0.01', ordType: 'limit',
	side: 'buy', accFillSz: '0.004', avgPx: '59990', state: 'partially_filled', tgtCcy: '', cTime: String(at), uTime: String(at + 5),
	fee: '-0.000004', feeCcy: 'BTC', algoId: '', algoClOrdId: '', ...change,
});
const okxTrade = (change: object) => ({
	instType: 'SPOT', instId: 'BTC-USDT', tradeId: '123', ordId: '680800019749904384', clOrdId: ID, billId: '9', fillPx: '59990',
	fillSz: '0.004', side: 'buy', fee: '-0.000004', feeCcy: 'BTC', ts: String(at + 5), execType: 'T', ...change,
});
const KRAKEN_ORDER = 'OQCLML-BW3P3-BUCMWZ';
const krakenOrder = (change: object) => ({
	refid: null, userref: null, cl_ord_id: ID.slice(2), status: 'open', opentm: at / 1000, starttm: 0, expiretm: 0,
	descr: { pair: 'XBTUSDT', type: 'buy', ordertype: 'limit', price: '60000.00', price2: '0', leverage: 'none', order: 'buy 0.01000000 XBTUSDT @ limit 60000.00', close: '' },
	vol: '0.01000000', vol_exec: '0.00400000', cost: '239.96', fee: '0.95984', price: '59990.0', stopprice: '0.00000', limitprice: '0.00000',
	misc: '', oflags: 'fciq', trades: ['TZX2WP-XSEOP-FP7WYR'], ...change,
});
const krakenTrade = {
	ordertxid: KRAKEN_ORDER, postxid: 'TKH2SE-M7IF5-CFI7LT', pair: 'XBTUSDT', time: (at + 5) / 1000, type: 'buy', ordertype: 'limit',
	price: '59990.00', cost: '239.96', fee: '0.95984', vol: '0.00400000', margin: '0.00000', misc: '', trade_id: 68230622, maker: false,
};
const coinbaseOrder = (change: object) => ({
	order_id: '9bc1eb3b-5b46-4b71-9628-ae2ed0cca75b', product_id: 'BTC-USDT', user_id: 'u', side: 'BUY', client_order_id: ID, status: 'OPEN',
	order_configuration: { limit_limit_gtc: { base_size: '0.01', limit_price: '60000', post_only: false } }, time_in_force: 'GOOD_UNTIL_CANCELLED',
	created_time: iso, completion_percentage: '40', filled_size: '0.004', average_filled_price: '59990', number_of_fills: '1',
	filled_value: '239.96', total_fees: '1.43976', order_type: 'LIMIT', size_in_quote: false, settled: false, ...change,
});
const coinbaseTrade = {
	entry_id: 'e1', trade_id: 'cdc39e45-bbd3-44ec-bf02-61742dfb16a1', order_id: '9bc1eb3b-5b46-4b71-9628-ae2ed0cca75b',
	trade_time: new Date(at + 5).toISOString(), trade_type: 'FILL', price: '59990', size: '0.004', commission: '1.43976',
	product_id: 'BTC-USDT', sequence_timestamp: iso, liquidity_indicator: 'TAKER', size_in_quote: false, user_id: 'u', side: 'BUY',
};

/** Raw answers of each venue about one order that is 0.004 of 0.01 filled. */
interface Told {
	readonly orderId: string;
	readonly tradeId: string;
	readonly fee: readonly [string, string];
	readonly working: WireRoutes;
	readonly cancelled: WireRoutes;
	readonly balances: WireRoutes;
}

const byId = (answer: object, nothing: object) => ({ fields }: WireRequest): object =>
	Object.values(fields).some((value) => value === ID || value === ID.slice(2)) ? answer : nothing;

const TOLD: Readonly<Record<'bybit' | 'coinbase' | 'kraken' | 'okx', Told>> = {
	bybit: {
		orderId: '1321052653536515584',
		tradeId: '2290000000101610464',
		fee: ['0.000004', 'BTC'],
		working: {
			'GET /v5/order/realtime': () => bybitOk([bybitOrder({})]),
			'GET /v5/order/history': () => bybitOk([]),
			'GET /v5/execution/list': () => bybitOk([bybitTrade({})]),
		},
		cancelled: {
			'GET /v5/order/realtime': () => bybitOk([]),
			'GET /v5/order/history': () => bybitOk([bybitOrder({ orderStatus: 'PartiallyFilledCanceled', leavesQty: '0' })]),
			'GET /v5/execution/list': () => bybitOk([bybitTrade({})]),
		},
		balances: {
			'GET /v5/account/wallet-balance': () =>
				bybitOk([{ accountType: 'UNIFIED', coin: [{ coin: 'USDT', walletBalance: '1000.5', locked: '100', equity: '1000.5' }, { coin: 'BTC', walletBalance: '0', equity: '0' }] }]),
		},
	},
	coinbase: {
		orderId: '9bc1eb3b-5b46-4b71-9628-ae2ed0cca75b',
		tradeId: 'cdc39e45-bbd3-44ec-bf02-61742dfb16a1',
		fee: ['1.43976', 'USDT'],
		working: {
			'GET /api/v3/brokerage/orders/historical/batch': () => ({ orders: [coinbaseOrder({})], has_next: false, cursor: '' }),
			'GET /api/v3/brokerage/orders/historical/fills': () => ({ fills: [coinbaseTrade], cursor: '' }),
		},
		cancelled: {
			'GET /api/v3/brokerage/orders/historical/batch': () => ({ orders: [coinbaseOrder({ status: 'CANCELLED' })], has_next: false, cursor: '' }),
			'GET /api/v3/brokerage/orders/historical/fills': () => ({ fills: [coinbaseTrade], cursor: '' }),
		},
		balances: {
			'GET /api/v3/brokerage/accounts': () => ({
				accounts: [
					{ uuid: 'a', currency: 'USDT', available_balance: { value: '900.5', currency: 'USDT' }, hold: { value: '100', currency: 'USDT' }, type: 'ACCOUNT_TYPE_CRYPTO' },
					{ uuid: 'b', currency: 'BTC', available_balance: { value: '0', currency: 'BTC' }, hold: { value: '0', currency: 'BTC' }, type: 'ACCOUNT_TYPE_CRYPTO' },
				],
				has_next: false, cursor: '', size: 2,
			}),
		},
	},
	kraken: {
		orderId: KRAKEN_ORDER,
		tradeId: 'TZX2WP-XSEOP-FP7WYR',
		fee: ['0.95984', 'USDT'],
		working: {
			'POST /0/private/OpenOrders': () => krakenOk({ open: { [KRAKEN_ORDER]: krakenOrder({}) } }),
			'POST /0/private/ClosedOrders': () => krakenOk({ closed: {}, count: 0 }),
			'POST /0/private/QueryTrades': () => krakenOk({ 'TZX2WP-XSEOP-FP7WYR': krakenTrade }),
			'POST /0/private/TradesHistory': () => krakenOk({ trades: { 'TZX2WP-XSEOP-FP7WYR': krakenTrade }, count: 1 }),
		},
		cancelled: {
			'POST /0/private/OpenOrders': () => krakenOk({ open: {} }),
			'POST /0/private/ClosedOrders': byId(krakenOk({ closed: { [KRAKEN_ORDER]: krakenOrder({ status: 'canceled', closetm: at / 1000 + 9, reason: 'User requested' }) }, count: 1 }), krakenOk({ closed: {}, count: 0 })),
			'POST /0/private/QueryTrades': () => krakenOk({ 'TZX2WP-XSEOP-FP7WYR': krakenTrade }),
		},
		balances: {
			'POST /0/private/BalanceEx': () => krakenOk({ USDT: { balance: '1000.5', hold_trade: '100' }, XXBT: { balance: '0', hold_trade: '0' } }),
		},
	},
	okx: {
		orderId: '680800019749904384',
		tradeId: '123',
		fee: ['0.000004', 'BTC'],
		working: {
			'GET /api/v5/trade/order': () => okxOk([okxOrder({})]),
			'GET /api/v5/trade/orders-pending': () => okxOk([okxOrder({})]),
			'GET /api/v5/trade/orders-(algo-pending|history)': () => okxOk([]),
			'GET /api/v5/trade/fills(-history)?': () => okxOk([okxTrade({})]),
		},
		cancelled: {
			'GET /api/v5/trade/order': () => okxOk([okxOrder({ state: 'canceled' })]),
			'GET /api/v5/trade/fills(-history)?': () => okxOk([okxTrade({})]),
		},
		balances: {
			'GET /api/v5/account/balance': () =>
				okxOk([{ details: [{ ccy: 'USDT', eq: '1000.5', availBal: '900.5', availEq: '900.5', frozenBal: '100', cashBal: '1000.5' }, { ccy: 'BTC', eq: '0', availBal: '0', availEq: '', frozenBal: '0', cashBal: '0' }] }]),
		},
	},
};

describe.each(Object.entries(TOLD))('%s', (name, told) => {
	let venue: WireVenue;
	const order = {
		clientOrderId: ID, venueOrderId: told.orderId, symbol: SYMBOL, side: 'buy', type: 'limit', quantity: '0.01', price: '60000',
		triggerPrice: null, timeInForce: 'GTC', postOnly: false, reduceOnly: false, filledQuantity: '0.004', createdAt: at,
	};
	const fill = {
		venueTradeId: `${SYMBOL}#${told.tradeId}`, venueOrderId: told.orderId, symbol: SYMBOL, side: 'buy', quantity: '0.004', price: '59990',
		fee: told.fee[0], feeCurrency: told.fee[1], at: at + 5,
	};

	beforeAll(async () => {
		venue = await openWireVenue(name as SupportedVenue);
		await venue.exchange.markets();
	});
	afterAll(async () => venue.close());

	test('an order that is filled in part, with its executions and their fees', async () => {
		venue.wire.routes = told.working;
		expect(await venue.exchange.lookup(ACCOUNT, ID, SYMBOL)).toEqual({
			order: { ...order, state: 'PARTIALLY_FILLED', message: null },
			fills: [{ ...fill, clientOrderId: ID }],
		});
	});

	test('the same in the lists of open and of past orders, and of executions', async () => {
		venue.wire.routes = told.working;
		const working = { ...order, state: 'PARTIALLY_FILLED', message: null };
		expect(await venue.exchange.openOrders(ACCOUNT)).toEqual([working]);
		expect(await venue.exchange.recentOrders(ACCOUNT, { symbol: SYMBOL, since: at - 1 })).toEqual([working]);
		expect(await venue.exchange.fills(ACCOUNT, { symbol: null, since: at - 1 })).toEqual([{ ...fill, clientOrderId: null }]);
		expect(await venue.exchange.reports([
			{ accountId: ACCOUNT, clientOrderId: ID, symbol: SYMBOL },
			{ accountId: ACCOUNT, clientOrderId: ID, symbol: SYMBOL },
		])).toMatchObject([{ order: working, fills: [fill] }, { order: working }]);
	});

	test('cancelled, it keeps what is filled', async () => {
		venue.wire.routes = told.cancelled;
		expect(await venue.exchange.lookup(ACCOUNT, ID, SYMBOL)).toMatchObject({
			order: { ...order, state: 'CANCELLED' },
			fills: [fill],
		});
	});

	test('balances are totals, held amounts included; what is not there is left out', async () => {
		venue.wire.routes = { ...WIRE_ROUTES[name as SupportedVenue], ...told.balances };
		expect(await venue.exchange.balances(ACCOUNT)).toEqual({ USDT: '1000.5' });
	});
});
