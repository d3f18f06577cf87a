import { recordOf, textOf } from '../answer';
import type { VenueProfile } from '../profile';
import { idOf, plainOrder, sameId, spotMarket, testnet, withClientId } from './common';

const SPOT = { category: 'spot' } as const;

/** Bybit spot on a unified account. `orderLinkId`: 36 of letters, digits, dash, underscore. */
export const bybit: VenueProfile = {
	ccxtId: 'bybit',
	options: {
		defaultType: 'spot',
		fetchMarkets: { types: ['spot'] },
		// Saves a question about the kind of account before every order; classic ones are not served.
		enableUnifiedMargin: false,
		enableUnifiedAccount: true,
	},
	trades: spotMarket,
	enterSandbox: testnet,
	toVenueId: sameId,
	fromVenueId: sameId,
	marketBuyLimit: null,
	// Without a price a market buy is in the base currency (`marketUnit: baseCoin`).
	order: ({ request, venueId }) => plainOrder(request, { clientOrderId: venueId }),
	find: async (client, symbol, venueId) => {
		const params = { ...SPOT, orderLinkId: venueId };
		// Working orders and the latest finished ones; older ones are in the history.
		const recent = await client.fetchOpenOrders(symbol, undefined, undefined, params);
		const found = withClientId(recent, venueId);
		if (found !== null) return found;
		const past = await client.fetchCanceledAndClosedOrders(symbol, undefined, undefined, params);
		return withClientId(past, venueId);
	},
	cancel: async (client, symbol, order) =>
		client.cancelOrder(undefined, symbol, {
			orderLinkId: textOf(order, 'clientOrderId') ?? '',
			...(textOf(recordOf(order, 'info'), 'orderStatus') === 'Untriggered' ? { trigger: true } : {}),
		}),
	executions: async (client, symbol, order) =>
		client.fetchMyTrades(symbol, undefined, 100, { ...SPOT, orderId: idOf(order) }),
	openOrders: async (client, symbol) => client.fetchOpenOrders(symbol, undefined, 50, SPOT),
	pastOrders: async (client, symbol, since) => {
		const open = await client.fetchOpenOrders(symbol, undefined, 50, SPOT);
		const past = await client.fetchCanceledAndClosedOrders(symbol, since, 50, SPOT);
		return [...open, ...past];
	},
	listsWithoutSymbol: true,
	tradesPage: 100,
	clock: 'difference',
	// "Too many visits" is said before the order is looked at (Bybit, V5, Rate limit rules).
	refuses: ({ body }) => /"retCode"\s*:\s*10006\b/.test(body ?? ''),
	duplicate: /duplicate clientorderid|orderlinkedid is duplicate|\b(170141|12141|110072)\b/i,
};
