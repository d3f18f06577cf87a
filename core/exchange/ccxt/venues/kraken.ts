import { recordOf } from '../answer';
import type { Answer } from '../library';
import { offsets } from '../past';
import type { VenueProfile } from '../profile';
import { idOf, noSandbox, plainOrder, spotMarket, timerOfAccount, withClientId } from './common';

/** Our ids begin with these two characters; Kraken's free text has room for the other 18 only. */
const PREFIX = 'fc';
const OUR_REST = /^[0-9a-hjkmnp-z]{18}$/;

/** Ids of the executions, which Kraken lists with the order. */
function tradeIds(order: Answer): string[] {
	const ids = recordOf(order, 'info')['trades'];
	return Array.isArray(ids) ? ids.filter((id): id is string => typeof id === 'string') : [];
}

/**
 * Kraken spot. `cl_ord_id`: a UUID or free text of at most 18 characters, unique among open orders
 * only, so ours are sent without their `fc`.
 */
export const kraken: VenueProfile = {
	ccxtId: 'kraken',
	options: {},
	trades: spotMarket,
	enterSandbox: noSandbox,
	toVenueId: (id) => (id.startsWith(PREFIX) && id.length > 18 ? id.slice(PREFIX.length) : id),
	fromVenueId: (id) => (OUR_REST.test(id) ? `${PREFIX}${id}` : id),
	marketBuyLimit: null,
	order: ({ request, venueId }) => {
		const { triggerPrice: _, ...order } = plainOrder(request, {}).params;
		const stop = request.triggerPrice === null ? {} : { stopLossPrice: request.triggerPrice };
		return {
			...plainOrder(request, {}),
			params: { ...order, ...stop, clientOrderId: venueId },
		};
	},
	find: async (client, symbol, venueId) => {
		// In this order: what leaves the open ones meanwhile is among the closed ones.
		const id = { clientOrderId: venueId };
		const open = await client.fetchOpenOrders(symbol, undefined, undefined, { ...id, trades: true });
		const found = withClientId(open, venueId);
		if (found !== null) return found;
		const closed = await client.fetchClosedOrders(symbol, undefined, undefined, { ...id, trades: true });
		return withClientId(closed, venueId);
	},
	cancelsById: true,
	cancel: async (client, symbol, venueId) =>
		client.cancelOrder(undefined, symbol, { clientOrderId: venueId }),
	cancelAllAfter: timerOfAccount,
	executions: async (client, symbol, order) => {
		let trades = tradeIds(order);
		if (trades.length === 0) {
			trades = tradeIds(await client.fetchOrder(idOf(order), symbol));
		}
		if (trades.length === 0) return [];
		return client.fetchOrderTrades(idOf(order), symbol, undefined, undefined, { trades });
	},
	openOrders: async (client, symbol) => client.fetchOpenOrders(symbol, undefined, undefined, { trades: true }),
	// Its pages are of all symbols; one that was narrowed afterwards would look like the last.
	pastOrders: async (client, _, since) => {
		const trades = { trades: true };
		const open = await client.fetchOpenOrders(undefined, undefined, undefined, trades);
		const closed = await offsets(async (ofs) =>
			client.fetchClosedOrders(undefined, since, undefined, { ...trades, ofs }),
		);
		return [...open, ...closed];
	},
	pastTrades: async (client, _, since) =>
		offsets(async (ofs) => client.fetchMyTrades(undefined, since, undefined, { ofs })),
	listsWithoutSymbol: true,
	listAllFrom: 2,
	limitByAddress: false,
	// Its list takes the names of the markets wanted.
	pricesSingly: 0,
	clock: 'nonce',
	// Rate limits are checked before the order is taken (Kraken, Spot REST, API and matching engine).
	refuses: ({ body }) => /"E(API|Order|General):(Rate limit exceeded|Too many requests)"/.test(body ?? ''),
	taken: /"error"\s*:\s*\[\s*\]/,
	codes: [],
	duplicate: /cl_ord_id.*(unique|duplicate|exists)|duplicate.*cl_ord_id/i,
};
