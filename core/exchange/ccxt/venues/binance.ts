import { isRecord, listOf, recordOf, textOf } from '../answer';
import type { CallTrace } from '../call';
import type { Answer, CcxtClient } from '../library';
import { upwards } from '../past';
import type { OcoFacts, VenueProfile } from '../profile';
import { blamesSender, idOf, orNull, plainOrder, sameId, spotMarket, testnet } from './common';

/** Most rows of one answer. */
export const PAGE = 1000;

/**
 * Codes that say "execution status unknown" in spite of a status of the sender's fault: unknown,
 * disconnected, unexpected response, timeout (Binance, REST API, Error codes).
 */
const UNKNOWN_OUTCOME = new Set(['-1000', '-1001', '-1006', '-1007']);

/**
 * "4XX return codes are used for malformed requests; the issue is on the sender's side", 429 and
 * 418 included; 5XX: "the execution status is unknown" (Binance, REST API, HTTP return codes).
 */
export function binanceRefuses(trace: CallTrace): boolean {
	if (trace.status === 429 || trace.status === 418) return true;
	if (!blamesSender(trace)) return false;
	const code = /"code"\s*:\s*(-?\d+)/.exec(trace.body ?? '')?.[1];
	return code !== undefined && !UNKNOWN_OUTCOME.has(code);
}

async function executions(client: CcxtClient, symbol: string, order: Answer): Promise<readonly Answer[]> {
	return client.fetchMyTrades(symbol, undefined, PAGE, { orderId: idOf(order) });
}

/**
 * The orders of an answer to a new list or to a cancel, as a look at each would tell them. A row of a
 * cancel bears the name of the cancel itself; the order's own is `origClientOrderId`. To cancel one
 * order of a list is to cancel the list, and the answer is the list (Binance, Spot API, Cancel order).
 */
function rowsOf(client: CcxtClient, symbol: string, answer: unknown): readonly Answer[] {
	if (!isRecord(answer)) return [];
	const row = isRecord(answer['info']) ? recordOf(answer, 'info') : answer;
	const reports = listOf(row, 'orderReports');
	return (reports.length > 0 ? reports : [row]).map((each) => ({
		...client.parseOrder(each, client.markets?.[symbol]),
		clientOrderId: textOf(each, 'origClientOrderId') ?? textOf(each, 'clientOrderId'),
	}));
}

/**
 * One list of two orders: what lies above the market and what lies below. The limit must not take
 * (`LIMIT_MAKER`); the stop is one at market (Binance, Spot API, New order list - OCO).
 */
async function placeOco(
	client: CcxtClient,
	{ request, ccxtSymbol, marketId, stopId, targetId }: OcoFacts,
): Promise<readonly Answer[]> {
	const { stop, target } = request;
	if (client.privatePostOrderListOco === undefined) throw new Error('ccxt has no order lists here.');
	const sells = stop.side === 'sell';
	const [at, beyond] = sells ? ['above', 'below'] : ['below', 'above'];
	const answer = await client.privatePostOrderListOco({
		symbol: marketId,
		side: sells ? 'SELL' : 'BUY',
		quantity: stop.quantity,
		[`${at}Type`]: 'LIMIT_MAKER',
		[`${at}Price`]: target.price,
		[`${at}ClientOrderId`]: targetId,
		[`${beyond}Type`]: 'STOP_LOSS',
		[`${beyond}StopPrice`]: stop.triggerPrice,
		[`${beyond}ClientOrderId`]: stopId,
	});
	return rowsOf(client, ccxtSymbol, answer);
}

/** Binance spot. `newClientOrderId`, `^[.A-Z:/a-z0-9_-]{1,36}$`, unique among open orders only. */
export const binance: VenueProfile = {
	ccxtId: 'binance',
	options: {
		defaultType: 'spot',
		fetchMarkets: { types: ['spot'] },
		fetchMargins: false,
		warnOnFetchOpenOrdersWithoutSymbol: false,
		fetchOpenOrders: { warnWithoutSymbol: false },
	},
	trades: spotMarket,
	enterSandbox: testnet,
	toVenueId: sameId,
	fromVenueId: sameId,
	marketBuyLimit: null,
	order: ({ request, venueId }) => plainOrder(request, { clientOrderId: venueId }),
	oco: placeOco,
	find: async (client, symbol, venueId) =>
		orNull(async () => client.fetchOrder(undefined, symbol, { clientOrderId: venueId })),
	cancelsById: true,
	cancel: async (client, symbol, venueId) =>
		client.cancelOrder(undefined, symbol, { clientOrderId: venueId }),
	cancelled: rowsOf,
	executions,
	openOrders: async (client, symbol) => client.fetchOpenOrders(symbol),
	pastOrders: async (client, symbol, since) =>
		upwards(since, PAGE, async (from) => client.fetchOrders(symbol, from, PAGE)),
	pastTrades: async (client, symbol, since) =>
		upwards(since, PAGE, async (from) => client.fetchMyTrades(symbol, from, PAGE)),
	listsWithoutSymbol: false,
	// Weight 6 a symbol, 80 for all of them; limits are by address (Binance, Spot API, Limits).
	listAllFrom: 14,
	limitByAddress: true,
	// Its list takes the names of the markets wanted.
	pricesSingly: 0,
	clock: 'difference',
	refuses: binanceRefuses,
	taken: /"(orderId|algoId)"\s*:\s*"?\d/,
	codes: [
		// ccxt takes it for a ban once a key has worked.
		[/"code"\s*:\s*-2015\b/, 'VENUE_AUTH'],
		[/"code"\s*:\s*-2019\b/, 'INSUFFICIENT_BALANCE'],
	],
	duplicate: /duplicate order sent|clientorderid is duplicated|-4116/i,
};
