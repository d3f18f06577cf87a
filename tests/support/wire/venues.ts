import { generateKeyPairSync } from 'node:crypto';
import type { SupportedVenue } from '../../../core/exchange';
import type { WireRoutes } from './server';

const now = () => Date.now();

const binanceSymbol = {
	symbol: 'BTCUSDT', status: 'TRADING', baseAsset: 'BTC', baseAssetPrecision: 8, quoteAsset: 'USDT',
	quotePrecision: 8, quoteAssetPrecision: 8,
	orderTypes: [
		'LIMIT', 'LIMIT_MAKER', 'MARKET', 'STOP', 'STOP_MARKET', 'STOP_LOSS', 'STOP_LOSS_LIMIT',
		'TAKE_PROFIT_LIMIT', 'TAKE_PROFIT_MARKET',
	],
	timeInForce: ['GTC', 'IOC', 'FOK', 'GTX'],
	isSpotTradingAllowed: true,
	permissions: ['SPOT'],
	filters: [
		{ filterType: 'PRICE_FILTER', minPrice: '0.01000000', maxPrice: '1000000.00000000', tickSize: '0.01000000' },
		{ filterType: 'LOT_SIZE', minQty: '0.00001000', maxQty: '9000.00000000', stepSize: '0.00001000' },
		{ filterType: 'NOTIONAL', minNotional: '5.00000000', applyMinToMarket: true },
	],
};
const NO_ORDER = { status: 400, text: '{"code":-2013,"msg":"Order does not exist."}' };
const bybitOk = (result: object) => ({ retCode: 0, retMsg: 'OK', result, retExtInfo: {}, time: now() });
const okxOk = (data: object[]) => ({ code: '0', msg: '', data });
const krakenOk = (result: object) => ({ error: [], result });

/** Just enough of each venue's wire format to take, show and cancel orders that it does not have. */
export const WIRE_ROUTES: Readonly<Record<SupportedVenue, WireRoutes>> = {
	binance: {
		'GET /api/v3/exchangeInfo': () => ({ timezone: 'UTC', serverTime: now(), symbols: [binanceSymbol] }),
		'GET /api/v3/time': () => ({ serverTime: now() }),
		'POST /api/v3/order': ({ fields }) => ({
			symbol: 'BTCUSDT', orderId: 28, clientOrderId: fields['newClientOrderId'], transactTime: 1507725176595,
			price: fields['price'] ?? '0', origQty: fields['quantity'], executedQty: '0', status: 'NEW',
			timeInForce: 'GTC', type: fields['type'], side: fields['side'], fills: [],
		}),
		'GET /api/v3/order': () => NO_ORDER,
		'DELETE /api/v3/order': () => ({ status: 400, text: '{"code":-2011,"msg":"Unknown order sent."}' }),
	},
	binanceusdm: {
		'GET /fapi/v1/exchangeInfo': () => ({
			timezone: 'UTC',
			serverTime: now(),
			symbols: [{ ...binanceSymbol, contractType: 'PERPETUAL', marginAsset: 'USDT' }],
		}),
		'POST /fapi/v1/order': ({ fields }) => ({
			symbol: 'BTCUSDT', orderId: 28, clientOrderId: fields['newClientOrderId'], updateTime: 1507725176595,
			price: fields['price'] ?? '0', origQty: fields['quantity'], executedQty: '0', status: 'NEW',
			timeInForce: 'GTC', type: fields['type'], side: fields['side'], cumQuote: '0',
			reduceOnly: fields['reduceOnly'] === 'true', positionSide: 'BOTH',
		}),
		'POST /fapi/v1/algoOrder': ({ fields }) => ({
			symbol: 'BTCUSDT', algoId: 29, clientAlgoId: fields['clientAlgoId'], algoType: 'CONDITIONAL',
			orderType: fields['type'], side: fields['side'], quantity: fields['quantity'], algoStatus: 'NEW',
			triggerPrice: fields['triggerPrice'], price: '0', createTime: 1507725176595, positionSide: 'BOTH',
		}),
		'GET /fapi/v1/(order|algoOrder)': () => NO_ORDER,
		'DELETE /fapi/v1/order': () => ({ status: 400, text: '{"code":-2011,"msg":"Unknown order sent."}' }),
	},
	bybit: {
		'GET /v5/market/instruments-info': () =>
			bybitOk({
				category: 'spot',
				list: [{
					symbol: 'BTCUSDT', baseCoin: 'BTC', quoteCoin: 'USDT', innovation: '0', status: 'Trading',
					lotSizeFilter: {
						basePrecision: '0.000001', quotePrecision: '0.00000001', minOrderQty: '0.000048',
						maxOrderQty: '71.73', minOrderAmt: '5', maxOrderAmt: '2000000',
					},
					priceFilter: { tickSize: '0.01' },
				}],
			}),
		'POST /v5/order/create': ({ fields }) =>
			bybitOk({ orderId: '1321003749386327552', orderLinkId: fields['orderLinkId'] }),
		'GET /v5/order/(realtime|history)': () => bybitOk({ category: 'spot', list: [], nextPageCursor: '' }),
	},
	coinbase: {
		'GET /api/v3/brokerage/market/products': ({ fields }) => ({
			products: fields['product_type'] === 'FUTURE' ? [] : [{
				product_id: 'BTC-USDT', base_currency_id: 'BTC', quote_currency_id: 'USDT', product_type: 'SPOT',
				base_increment: '0.00000001', quote_increment: '0.01', price_increment: '0.01',
				base_min_size: '0.00000001', base_max_size: '3400', quote_min_size: '1', trading_disabled: false,
				alias_to: [],
			}],
		}),
		'GET /api/v3/brokerage/transaction_summary': () => ({ fee_tier: {} }),
		'POST /api/v3/brokerage/orders': ({ fields }) => ({
			success: true, order_id: '52cfe5e2', success_response: {
				order_id: '52cfe5e2', product_id: 'BTC-USDT', side: fields['side'],
				client_order_id: fields['client_order_id'],
			},
		}),
		'GET /api/v3/brokerage/orders/historical/batch': () => ({ orders: [], has_next: false, cursor: '' }),
	},
	kraken: {
		'GET /0/public/AssetPairs': () =>
			krakenOk({
				XBTUSDT: {
					altname: 'XBTUSDT', wsname: 'XBT/USDT', aclass_base: 'currency', base: 'XXBT', quote: 'USDT',
					pair_decimals: 2, lot_decimals: 8, ordermin: '0.00005', costmin: '0.5', tick_size: '0.01',
					status: 'online', fees: [[0, 0.4]], fees_maker: [[0, 0.25]], leverage_buy: [], leverage_sell: [],
				},
			}),
		'POST /0/private/AddOrder': () =>
			krakenOk({ descr: { order: 'buy 0.00100000 XBTUSDT @ limit 60000.00' }, txid: ['OEKVV2-IH52O-TPL6GZ'] }),
		'POST /0/private/OpenOrders': () => krakenOk({ open: {} }),
		'POST /0/private/ClosedOrders': () => krakenOk({ closed: {}, count: 0 }),
		'POST /0/private/CancelOrder': () => ({ error: ['EOrder:Unknown order'] }),
	},
	okx: {
		'GET /api/v5/public/instruments': () =>
			okxOk([{
				instId: 'BTC-USDT', instType: 'SPOT', baseCcy: 'BTC', quoteCcy: 'USDT', lotSz: '0.00000001',
				tickSz: '0.1', minSz: '0.00001', maxLmtSz: '9999999999', maxMktSz: '1000000', state: 'live',
				lever: '10',
			}]),
		'POST /api/v5/trade/batch-orders': ({ fields }) =>
			okxOk([{ clOrdId: fields['clOrdId'], ordId: '312269865356374016', sCode: '0', sMsg: '', tag: '' }]),
		'POST /api/v5/trade/order-algo': ({ fields }) =>
			okxOk([{ algoClOrdId: fields['algoClOrdId'], algoId: '1836489397437468672', sCode: '0', sMsg: '', tag: '' }]),
		'GET /api/v5/trade/order(-algo)?': () => ({ code: '51603', data: [], msg: 'Order does not exist' }),
		'POST /api/v5/trade/cancel-order': () =>
			({ code: '1', data: [{ clOrdId: '', ordId: '', sCode: '51400', sMsg: 'Cancellation failed as the order does not exist.' }], msg: '' }),
	},
};

/** Keys in the form that each venue has; made for this run. */
export function wireKeys(venue: SupportedVenue) {
	const passphrase = 'wire-pass';
	if (venue !== 'coinbase') {
		return { apiKey: 'wire-key-0123456789abcdef', secret: 'd2lyZS1zZWNyZXQ=', passphrase };
	}
	const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
	const secret = privateKey.export({ type: 'sec1', format: 'pem' }).toString();
	return { apiKey: 'organizations/wire/apiKeys/0123456789abcdef', secret, passphrase };
}
