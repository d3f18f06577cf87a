import { decimal } from '../../../../core/model';
import type { WireRoutes } from '../../../support/wire/server';
import { openWireVenue, type WireVenue } from '../../../support/wire/venue';
import { WIRE_ROUTES } from '../../../support/wire/venues';

const ID = 'fcstop0000000000000x';
const ACCOUNT = 'acc_stop';
const SYMBOL = 'BTC/USDT';
/** A minute ago: futures tell their past for half a year only. */
const at = Date.now() - 60_000;
const NONE = { status: 400, text: '{"code":-2013,"msg":"Order does not exist."}' };

const binanceAlgo = (change: object) => ({
	algoId: 29, clientAlgoId: ID, algoType: 'CONDITIONAL', orderType: 'STOP_MARKET', symbol: 'BTCUSDT',
	side: 'SELL', quantity: '0.002', algoStatus: 'NEW', actualOrderId: '', triggerPrice: '59000', price: '0',
	reduceOnly: true, createTime: at, positionSide: 'BOTH', timeInForce: 'GTC', ...change,
});
const binanceOrder = (change: object) => ({
	symbol: 'BTCUSDT', orderId: 41, clientOrderId: 'web_x', price: '0', avgPrice: '58990', origQty: '0.002',
	executedQty: '0.002', cumQuote: '117.98', status: 'FILLED', timeInForce: 'GTC', type: 'MARKET', side: 'SELL',
	stopPrice: '0', reduceOnly: true, positionSide: 'BOTH', time: at + 1, updateTime: at + 2, ...change,
});
const binanceTrade = {
	symbol: 'BTCUSDT', id: 900, orderId: 41, side: 'SELL', price: '58990', qty: '0.002', quoteQty: '117.98',
	commission: '0.058990', commissionAsset: 'USDT', time: at + 2, buyer: false, maker: false, positionSide: 'BOTH',
};
const okxOk = (data: object[]) => ({ code: '0', msg: '', data });
const okxAlgo = (change: object) => ({
	algoId: '77', algoClOrdId: ID, clOrdId: '', instId: 'BTC-USDT', instType: 'SPOT', ordType: 'trigger', side: 'sell',
	sz: '0.002', triggerPx: '59000', ordPx: '-1', state: 'live', ordId: '', ordIdList: [], actualSz: '', cTime: String(at),
	...change,
});
const okxOrder = (change: object) => ({
	instType: 'SPOT', instId: 'BTC-USDT', ordId: '88', clOrdId: '', algoClOrdId: ID, algoId: '77', px: '', sz: '0.002',
	ordType: 'market', side: 'sell', accFillSz: '0.002', avgPx: '58990', state: 'filled', tgtCcy: 'base_ccy', cTime: String(at + 1),
	uTime: String(at + 2), fee: '-0.118', feeCcy: 'USDT', ...change,
});
const okxTrade = {
	instType: 'SPOT', instId: 'BTC-USDT', tradeId: '901', ordId: '88', clOrdId: '', billId: '1', fillPx: '58990',
	fillSz: '0.002', side: 'sell', fee: '-0.11798', feeCcy: 'USDT', ts: String(at + 2), execType: 'T',
};

/** How each venue tells of a stop that waits, has triggered, and is gone. */
const VENUES: readonly {
	readonly id: 'binanceusdm' | 'okx';
	readonly waiting: WireRoutes;
	readonly triggered: WireRoutes;
	readonly cancelled: WireRoutes;
	readonly stopId: string;
	readonly orderId: string;
	readonly cancelCall: readonly [string, Record<string, unknown>];
}[] = [
	{
		id: 'binanceusdm',
		stopId: '29',
		orderId: '41',
		waiting: {
			'GET /fapi/v1/order': () => NONE,
			'GET /fapi/v1/algoOrder': () => binanceAlgo({}),
			'GET /fapi/v1/openOrders': () => [],
			'GET /fapi/v1/openAlgoOrders': () => [binanceAlgo({})],
			'DELETE /fapi/v1/algoOrder': () => ({ algoId: 29, clientAlgoId: ID, code: '200', msg: 'success' }),
		},
		triggered: {
			'GET /fapi/v1/order': ({ fields }) => (fields['orderId'] === '41' ? binanceOrder({}) : NONE),
			'GET /fapi/v1/algoOrder': () => binanceAlgo({ algoStatus: 'FINISHED', actualOrderId: '41' }),
			'GET /fapi/v1/userTrades': () => [binanceTrade],
			'GET /fapi/v1/allOrders': () => [binanceOrder({})],
			'GET /fapi/v1/allAlgoOrders': () => [binanceAlgo({ algoStatus: 'FINISHED', actualOrderId: '41' })],
		},
		cancelled: {
			'GET /fapi/v1/order': () => NONE,
			'GET /fapi/v1/algoOrder': () => binanceAlgo({ algoStatus: 'CANCELED' }),
		},
		cancelCall: ['DELETE /fapi/v1/algoOrder', { clientAlgoId: ID }],
	},
	{
		id: 'okx',
		stopId: '77',
		orderId: '88',
		waiting: {
			'GET /api/v5/trade/order-algo': () => okxOk([okxAlgo({})]),
			'GET /api/v5/trade/orders-pending': () => okxOk([]),
			'GET /api/v5/trade/orders-algo-pending': () => okxOk([okxAlgo({})]),
			'POST /api/v5/trade/cancel-algos': () => okxOk([{ algoId: '77', sCode: '0', sMsg: '' }]),
			...WIRE_ROUTES.okx,
		},
		triggered: {
			'GET /api/v5/trade/order': ({ fields }) =>
				fields['ordId'] === '88' ? okxOk([okxOrder({})]) : { code: '51603', data: [], msg: 'Order does not exist' },
			'GET /api/v5/trade/order-algo': () => okxOk([okxAlgo({ state: 'effective', ordId: '88', ordIdList: ['88'] })]),
			'GET /api/v5/trade/fills-history': () => okxOk([okxTrade]),
			'GET /api/v5/trade/orders-pending': () => okxOk([]),
			'GET /api/v5/trade/orders-algo-pending': () => okxOk([]),
			'GET /api/v5/trade/orders-history': ({ fields }) => okxOk(fields['state'] === 'filled' ? [okxOrder({})] : []),
		},
		cancelled: {
			'GET /api/v5/trade/order-algo': () => okxOk([okxAlgo({ state: 'canceled' })]),
			...WIRE_ROUTES.okx,
		},
		cancelCall: ['POST /api/v5/trade/cancel-algos', { algoId: '77', instId: 'BTC-USDT' }],
	},
];

describe.each(VENUES)('$id', ({ id, waiting, triggered, cancelled, stopId, orderId, cancelCall }) => {
	let venue: WireVenue;

	beforeAll(async () => {
		venue = await openWireVenue(id);
		await venue.exchange.markets();
	});
	afterAll(async () => venue.close());
	beforeEach(() => {
		venue.wire.take();
	});

	const answering = (routes: WireRoutes): void => {
		venue.wire.routes = { ...routes };
	};

	test('a stop that waits is open, alone and in the list', async () => {
		answering(waiting);
		const found = await venue.exchange.lookup(ACCOUNT, ID, SYMBOL);
		expect(found).toMatchObject({
			order: {
				clientOrderId: ID, venueOrderId: stopId, type: 'stop', side: 'sell', state: 'OPEN',
				triggerPrice: '59000', quantity: '0.002', filledQuantity: '0', price: null,
			},
			fills: [],
		});
		expect(await venue.exchange.openOrders(ACCOUNT)).toEqual([found?.order]);
	});

	test('a stop that has triggered is the order it became, with its executions', async () => {
		answering(triggered);
		expect(await venue.exchange.lookup(ACCOUNT, ID, SYMBOL)).toMatchObject({
			order: { clientOrderId: ID, venueOrderId: orderId, state: 'FILLED', filledQuantity: '0.002' },
			fills: [{ venueOrderId: orderId, quantity: '0.002', price: '58990', feeCurrency: 'USDT' }],
		});
	});

	test('the past has it once, under our id', async () => {
		answering(triggered);
		const past = await venue.exchange.recentOrders(ACCOUNT, { symbol: SYMBOL, since: at - 1 });
		expect(past).toMatchObject([{ clientOrderId: ID, venueOrderId: orderId, state: 'FILLED' }]);
	});

	test('a cancel goes to the place where stops are', async () => {
		const [call, fields] = cancelCall;
		let gone = false;
		const after: WireRoutes = {
			...waiting,
			[call]: (request) => {
				gone = true;
				return waiting[call]?.(request) ?? {};
			},
		};
		const lookups = Object.keys(cancelled).filter((route) => /algo/i.test(route) && route.startsWith('GET'));
		answering({
			...after,
			...Object.fromEntries(
				lookups.map((route) => [route, (request) => (gone ? cancelled : waiting)[route]?.(request) ?? {}]),
			) as WireRoutes,
		});
		expect(await venue.exchange.cancel(ACCOUNT, ID, SYMBOL)).toMatchObject({
			kind: 'cancelled', order: { clientOrderId: ID, state: 'CANCELLED', filledQuantity: '0' },
		});
		const sent = venue.wire.take().find(({ method, path }) => `${method} ${path}` === call);
		expect(sent?.fields).toMatchObject(fields);
	});
});

test('positions of a derivatives venue are signed; flat ones are none', async () => {
	const venue = await openWireVenue('binanceusdm', {
		...WIRE_ROUTES.binanceusdm,
		'GET /fapi/v[23]/(positionRisk|account)': ({ path }) =>
			path.endsWith('account')
				? { totalWalletBalance: '100', assets: [], positions: [] }
				: [
						{ symbol: 'BTCUSDT', positionAmt: '-0.010', entryPrice: '60000.1', markPrice: '60000', positionSide: 'BOTH', notional: '-600', isolatedMargin: '0', leverage: '10', marginType: 'cross', updateTime: at, liquidationPrice: '0', marginAsset: 'USDT', initialMargin: '0', maintMargin: '0', unRealizedProfit: '0', breakEvenPrice: '0' },
						{ symbol: 'BTCUSDT', positionAmt: '0', entryPrice: '0', markPrice: '60000', positionSide: 'BOTH', notional: '0', isolatedMargin: '0', leverage: '10', marginType: 'cross', updateTime: at, liquidationPrice: '0', marginAsset: 'USDT' },
					],
		'GET /fapi/v1/leverageBracket': () => [{ symbol: 'BTCUSDT', brackets: [] }],
	});
	const positions = await venue.exchange.positions(ACCOUNT);
	expect(positions).toEqual([{ symbol: SYMBOL, quantity: decimal('-0.01'), averagePrice: decimal('60000.1') }]);
	await venue.close();
});
