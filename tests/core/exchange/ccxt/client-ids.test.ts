import type { SubmitRequest, SupportedVenue } from '../../../../core/exchange';
import { clientOrderId, decimal } from '../../../../core/model';
import type { WireRequest } from '../../../support/wire/server';
import { openWireVenue, type WireVenue } from '../../../support/wire/venue';

const ID = clientOrderId('tkt_wire', 'entry', 1);
const ACCOUNT = 'acc_wire';
const LIMIT: SubmitRequest = {
	clientOrderId: ID,
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

/** Where each venue's documents want the client order id, and how it looks there. */
const RULES: Readonly<Record<SupportedVenue, {
	readonly submit: readonly [string, string];
	/** Calls of a look-up and of a cancel with the name of the id; null where it is not sent. */
	readonly lookup: readonly (readonly [string, string | null])[];
	readonly cancel: readonly (readonly [string, string | null])[];
	readonly format: RegExp;
	readonly sent: string;
}>> = {
	binance: {
		submit: ['POST /api/v3/order', 'newClientOrderId'],
		lookup: [['GET /api/v3/order', 'origClientOrderId']],
		cancel: [['DELETE /api/v3/order', 'origClientOrderId'], ['GET /api/v3/order', 'origClientOrderId']],
		format: /^[.A-Z:/a-z0-9_-]{1,36}$/,
		sent: ID,
	},
	binanceusdm: {
		submit: ['POST /fapi/v1/order', 'newClientOrderId'],
		lookup: [['GET /fapi/v1/order', 'origClientOrderId'], ['GET /fapi/v1/algoOrder', 'clientAlgoId']],
		cancel: [['GET /fapi/v1/order', 'origClientOrderId'], ['GET /fapi/v1/algoOrder', 'clientAlgoId']],
		format: /^[.A-Z:/a-z0-9_-]{1,36}$/,
		sent: ID,
	},
	bybit: {
		submit: ['POST /v5/order/create', 'orderLinkId'],
		lookup: [['GET /v5/order/realtime', 'orderLinkId'], ['GET /v5/order/history', 'orderLinkId']],
		cancel: [['GET /v5/order/realtime', 'orderLinkId'], ['GET /v5/order/history', 'orderLinkId']],
		format: /^[A-Za-z0-9_-]{1,36}$/,
		sent: ID,
	},
	coinbase: {
		submit: ['POST /api/v3/brokerage/orders', 'client_order_id'],
		lookup: [['GET /api/v3/brokerage/orders/historical/batch', null]],
		cancel: [['GET /api/v3/brokerage/orders/historical/batch', null]],
		format: /^[A-Za-z0-9-]{1,128}$/,
		sent: ID,
	},
	kraken: {
		submit: ['POST /0/private/AddOrder', 'cl_ord_id'],
		lookup: [['POST /0/private/OpenOrders', 'cl_ord_id'], ['POST /0/private/ClosedOrders', 'cl_ord_id']],
		cancel: [
			['POST /0/private/CancelOrder', 'cl_ord_id'],
			['POST /0/private/OpenOrders', 'cl_ord_id'],
			['POST /0/private/ClosedOrders', 'cl_ord_id'],
		],
		format: /^[\x21-\x7e]{1,18}$/,
		sent: ID.slice(2),
	},
	okx: {
		submit: ['POST /api/v5/trade/batch-orders', 'clOrdId'],
		lookup: [['GET /api/v5/trade/order', 'clOrdId'], ['GET /api/v5/trade/order-algo', 'algoClOrdId']],
		cancel: [['GET /api/v5/trade/order', 'clOrdId'], ['GET /api/v5/trade/order-algo', 'algoClOrdId']],
		format: /^[A-Za-z0-9]{1,32}$/,
		sent: ID,
	},
};

const callsOf = (requests: readonly WireRequest[], names: readonly (readonly [string, string | null])[]) =>
	requests.map(({ method, path, fields }, index) => {
		const field = names[index]?.[1] ?? null;
		return [`${method} ${path}`, field === null ? null : (fields[field] ?? `no ${field}`)];
	});

describe.each(Object.entries(RULES))('%s', (ccxtId, rule) => {
	let venue: WireVenue;

	beforeAll(async () => {
		venue = await openWireVenue(ccxtId as SupportedVenue);
		await venue.exchange.markets();
	});
	afterAll(async () => venue.close());
	beforeEach(() => {
		venue.wire.take();
	});

	test('an order bears our id under the name and in the form the venue has for it', async () => {
		const report = await venue.exchange.submit(ACCOUNT, LIMIT);
		expect(report).toMatchObject({ kind: 'accepted', order: { clientOrderId: ID } });
		const [call, field] = rule.submit;
		const sent = venue.wire.take().filter(({ method, path }) => `${method} ${path}` === call);
		expect(sent).toHaveLength(1);
		expect(sent[0]?.fields[field]).toBe(rule.sent);
		expect(rule.sent).toMatch(rule.format);
	});

	test('a look-up asks by the same id, and a venue without the order has none', async () => {
		expect(await venue.exchange.lookup(ACCOUNT, ID, 'BTC/USDT')).toBeNull();
		const requests = venue.wire.take();
		expect(callsOf(requests, rule.lookup)).toEqual(
			rule.lookup.map(([call, field]) => [call, field === null ? null : rule.sent]),
		);
	});

	test('a cancel asks by the same id', async () => {
		const report = await venue.exchange.cancel(ACCOUNT, ID, 'BTC/USDT');
		expect(report).toMatchObject({ kind: 'rejected', code: 'ORDER_NOT_FOUND' });
		const requests = venue.wire.take();
		expect(callsOf(requests, rule.cancel)).toEqual(
			rule.cancel.map(([call, field]) => [call, field === null ? null : rule.sent]),
		);
	});
});
