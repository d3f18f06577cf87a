import { whole } from '../past';
import type { CallTrace } from '../call';
import type { Answer, CcxtClient } from '../library';
import type { VenueProfile } from '../profile';
import { blamesSender, idOf, noSandbox, plainOrder, sameId, spotMarket, withClientId } from './common';

/**
 * `success: false` with the reason: the order was not made (Coinbase, Advanced Trade API, Create
 * order). Of a reason that it does not know itself, nothing is known.
 */
function coinbaseRefuses(trace: CallTrace): boolean {
	if (trace.status === 429) return blamesSender(trace);
	const body = trace.body ?? '';
	return /"success"\s*:\s*false/.test(body) && !/"error"\s*:\s*"UNKNOWN_FAILURE_REASON"/.test(body);
}

const PAGE = 1000;

async function openOrders(client: CcxtClient, symbol?: string): Promise<readonly Answer[]> {
	return whole(PAGE, async (params) => client.fetchOpenOrders(symbol, undefined, PAGE, params));
}

/**
 * Coinbase Advanced Trade, spot. `client_order_id`: ccxt ignores `clientOrderId` and sends an id of
 * its own, so the venue's own name of the parameter is given. There is no look-up by it: orders are
 * listed and searched.
 */
export const coinbase: VenueProfile = {
	ccxtId: 'coinbase',
	options: { defaultType: 'spot', fetchBalance: 'v3PrivateGetBrokerageAccounts' },
	trades: spotMarket,
	enterSandbox: noSandbox,
	toVenueId: sameId,
	fromVenueId: sameId,
	// A market buy is in quote currency there and could buy more than was asked for.
	marketBuyLimit: 1,
	order: ({ request, venueId, buyLimit }) => {
		const params = { client_order_id: venueId };
		if (request.type === 'market' && buyLimit !== null) {
			return { type: 'limit', price: buyLimit, params: { ...params, timeInForce: 'IOC' } };
		}
		if (request.triggerPrice === null) return plainOrder(request, params);
		return {
			type: 'limit',
			price: request.price,
			params: { ...params, stopLossPrice: request.triggerPrice },
		};
	},
	find: async (client, symbol, venueId) => {
		// The latest ones, however old: an entry may rest for days, and must be found to be cancelled.
		const latest = await client.fetchOrders(symbol, undefined, PAGE);
		const found = withClientId(latest, venueId);
		if (found !== null || latest.length < PAGE) return found;
		return withClientId(await openOrders(client, symbol), venueId);
	},
	cancelsById: false,
	cancel: async (client, symbol, _, order) => client.cancelOrder(idOf(order ?? {}), symbol),
	executions: async (client, symbol, order) =>
		client.fetchMyTrades(symbol, undefined, PAGE, { order_ids: idOf(order) }),
	openOrders,
	pastOrders: async (client, symbol, since) =>
		whole(PAGE, async (params) => client.fetchOrders(symbol, since, PAGE, params)),
	pastTrades: async (client, symbol, since) =>
		whole(PAGE, async (params) => client.fetchMyTrades(symbol, since, PAGE, params)),
	listsWithoutSymbol: true,
	listAllFrom: 2,
	limitByAddress: false,
	// Its list of best prices needs a key.
	pricesSingly: Number.POSITIVE_INFINITY,
	clock: 'difference',
	refuses: coinbaseRefuses,
	taken: /"success"\s*:\s*true/,
	codes: [[/INSUFFICIENT_FUND/, 'INSUFFICIENT_BALANCE']],
	duplicate: /duplicate.*client.?order.?id|client.?order.?id.*(duplicate|already)/i,
};
