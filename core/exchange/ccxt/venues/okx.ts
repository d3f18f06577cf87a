import { recordOf, textOf } from '../answer';
import type { Answer, CcxtClient, Params } from '../library';
import { whole } from '../past';
import type { VenueProfile } from '../profile';
import { idOf, orNull, plainOrder, sameId, spotMarket, testnet, timerOfAccount } from './common';

/** Most rows of one answer. */
const PAGE = 100;
const TRIGGER = { trigger: true } as const;
/** Price of a stop that becomes a market order. */
const AT_MARKET = '-1';

/** Plain orders have an `algoId` too: that of the stop they come from. */
const isAlgo = (order: Answer): boolean => 'triggerPx' in recordOf(order, 'info');

/** A stop ("algo order") as it is in OKX's own fields, which ccxt reads as those of plain orders. */
function readAlgo(order: Answer): Answer {
	const info = recordOf(order, 'info');
	const atMarket = textOf(info, 'ordPx') === AT_MARKET;
	return {
		...order,
		clientOrderId: textOf(info, 'algoClOrdId'),
		type: atMarket ? 'market' : 'limit',
		price: atMarket ? null : textOf(info, 'ordPx'),
		// What it became is another order, and tells what was filled.
		filled: '0',
		status: ['live', 'pause'].includes(textOf(info, 'state') ?? '') ? 'open' : 'canceled',
	};
}

/** A plain order by its own id (ccxt prefers the stop's), under the client id of a stop it comes from. */
function plain(order: Answer): Answer {
	const info = recordOf(order, 'info');
	const clientOrderId = textOf(order, 'clientOrderId') ?? textOf(info, 'algoClOrdId');
	return { ...order, id: textOf(info, 'ordId') ?? order['id'], clientOrderId };
}

/** A stop that has triggered is followed by the order it became. */
async function follow(client: CcxtClient, symbol: string, algo: Answer): Promise<Answer> {
	const info = recordOf(algo, 'info');
	const ids = info['ordIdList'];
	const listed: unknown = Array.isArray(ids) ? ids[0] : undefined;
	const actual = textOf(info, 'ordId') ?? (typeof listed === 'string' ? listed : '');
	if (actual === '') return readAlgo(algo);
	const order = await orNull(async () => client.fetchOrder(actual, symbol));
	if (order === null) return { ...readAlgo(algo), status: 'open' };
	const triggerPrice = algo['triggerPrice'];
	return { ...plain(order), clientOrderId: textOf(info, 'algoClOrdId'), triggerPrice };
}

const plainAndStops = (orders: readonly Answer[], stops: readonly Answer[]): readonly Answer[] => [
	...orders.map(plain),
	...stops.map(readAlgo),
];

async function openOrders(client: CcxtClient, symbol?: string): Promise<readonly Answer[]> {
	const list = async (kind: Params) =>
		whole(PAGE, async (params) =>
			client.fetchOpenOrders(symbol, undefined, PAGE, { ...kind, ...params }),
		);
	return plainAndStops(await list({}), await list(TRIGGER));
}

/** OKX spot, cash. `clOrdId` and `algoClOrdId`: 32 letters and digits. */
export const okx: VenueProfile = {
	ccxtId: 'okx',
	options: { defaultType: 'spot', fetchMarkets: { types: ['spot'] } },
	trades: spotMarket,
	enterSandbox: testnet,
	toVenueId: sameId,
	fromVenueId: sameId,
	marketBuyLimit: null,
	order: ({ request, venueId }) =>
		plainOrder(request, {
			clientOrderId: venueId,
			// ccxt sends the one name only, which stops do not have.
			...(request.triggerPrice === null ? {} : { algoClOrdId: venueId }),
			// Left out, a market buy would be in the quote currency.
			...(request.price === null ? { tgtCcy: 'base_ccy' } : {}),
		}),
	find: async (client, symbol, venueId) => {
		const id = { clientOrderId: venueId };
		const order = await orNull(async () => client.fetchOrder(undefined, symbol, id));
		if (order !== null) return plain(order);
		const algo = await orNull(async () => client.fetchOrder(undefined, symbol, { ...id, ...TRIGGER }));
		return algo === null ? null : follow(client, symbol, algo);
	},
	// A stop is cancelled by another call and by its own id.
	cancelsById: false,
	cancel: async (client, symbol, venueId, order) =>
		order !== null && isAlgo(order)
			? client.cancelOrder(idOf(order), symbol, TRIGGER)
			: client.cancelOrder(order === null ? undefined : idOf(order), symbol, {
					...(order === null ? { clientOrderId: venueId } : {}),
				}),
	// From 10 to 120 s (OKX, API v5, Cancel all after).
	cancelAllAfter: timerOfAccount,
	executions: async (client, symbol, order) => client.fetchOrderTrades(idOf(order), symbol, undefined, PAGE),
	openOrders,
	pastOrders: async (client, symbol, since) => {
		const open = await openOrders(client, symbol);
		const filled = await whole(PAGE, async (params) =>
			client.fetchClosedOrders(symbol, since, PAGE, params),
		);
		const cancelled = await whole(PAGE, async (params) =>
			client.fetchCanceledOrders(symbol, since, PAGE, params),
		);
		return [...open, ...filled.map(plain), ...cancelled.map(plain)];
	},
	pastTrades: async (client, symbol, since) =>
		whole(PAGE, async (params) => client.fetchMyTrades(symbol, since, PAGE, params)),
	listsWithoutSymbol: true,
	listAllFrom: 2,
	limitByAddress: false,
	pricesSingly: 5,
	clock: 'difference',
	// Rate limits of the request and of the account's orders (OKX, API v5, Error code 50011, 50061).
	refuses: ({ body }) => /"s?[cC]ode"\s*:\s*"(50011|50061)"/.test(body ?? ''),
	taken: /"sCode"\s*:\s*"0"/,
	codes: [],
	duplicate: /duplicated client order id|client order id already exists|"51016"/i,
};
