import { recordOf, textOf } from '../answer';
import type { Answer, CcxtClient } from '../library';
import { whole } from '../past';
import type { VenueProfile } from '../profile';
import { idOf, plainOrder, sameId, spotMarket, testnet, withClientId } from './common';

const SPOT = { category: 'spot' } as const;
/** Most rows of one answer. */
const ORDERS = 50;
const TRADES = 100;

async function openOrders(client: CcxtClient, symbol?: string): Promise<readonly Answer[]> {
	return whole(ORDERS, async (params) =>
		client.fetchOpenOrders(symbol, undefined, ORDERS, { ...SPOT, ...params }),
	);
}

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
	// A stop that still waits is named by its kind as well.
	cancelsById: false,
	cancel: async (client, symbol, venueId, order) =>
		client.cancelOrder(undefined, symbol, {
			orderLinkId: venueId,
			...(textOf(recordOf(order ?? {}, 'info'), 'orderStatus') === 'Untriggered'
				? { trigger: true }
				: {}),
		}),
	executions: async (client, symbol, order) =>
		client.fetchMyTrades(symbol, undefined, TRADES, { ...SPOT, orderId: idOf(order) }),
	openOrders,
	pastOrders: async (client, symbol, since) => {
		const open = await openOrders(client, symbol);
		const past = await whole(ORDERS, async (params) =>
			client.fetchCanceledAndClosedOrders(symbol, since, ORDERS, { ...SPOT, ...params }),
		);
		return [...open, ...past];
	},
	pastTrades: async (client, symbol, since) =>
		whole(TRADES, async (params) =>
			client.fetchMyTrades(symbol, since, TRADES, { ...SPOT, ...params }),
		),
	listsWithoutSymbol: true,
	listAllFrom: 2,
	limitByAddress: false,
	pricesSingly: 5,
	clock: 'difference',
	// "Too many visits" is said before the order is looked at (Bybit, V5, Rate limit rules).
	refuses: ({ body }) => /"retCode"\s*:\s*10006\b/.test(body ?? ''),
	taken: /"retCode"\s*:\s*0\b/,
	codes: [],
	duplicate: /duplicate clientorderid|orderlinkedid is duplicate|\b(170141|12141|110072)\b/i,
};
