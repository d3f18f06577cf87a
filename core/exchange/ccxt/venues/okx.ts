import type { Answer, CcxtClient } from '../library';
import { whole } from '../past';
import type { VenueProfile } from '../profile';
import { idOf, orNull, plainOrder, sameId, spotMarket, testnet } from './common';

/** Most rows of one answer. */
const PAGE = 100;

async function openOrders(client: CcxtClient, symbol?: string): Promise<readonly Answer[]> {
	return whole(PAGE, async (params) => client.fetchOpenOrders(symbol, undefined, PAGE, params));
}

/** OKX spot, cash. `clOrdId`: 32 letters and digits. */
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
			// Left out, a market buy would be in the quote currency.
			...(request.type === 'market' ? { tgtCcy: 'base_ccy' } : {}),
		}),
	find: async (client, symbol, venueId) =>
		orNull(async () => client.fetchOrder(undefined, symbol, { clientOrderId: venueId })),
	cancelsById: true,
	cancel: async (client, symbol, venueId) =>
		client.cancelOrder(undefined, symbol, { clientOrderId: venueId }),
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
		return [...open, ...filled, ...cancelled];
	},
	pastTrades: async (client, symbol, since) =>
		whole(PAGE, async (params) => client.fetchMyTrades(symbol, since, PAGE, params)),
	listsWithoutSymbol: true,
	clock: 'difference',
	// Rate limits of the request and of the account's orders (OKX, API v5, Error code 50011, 50061).
	refuses: ({ body }) => /"s?[cC]ode"\s*:\s*"(50011|50061)"/.test(body ?? ''),
	codes: [],
	duplicate: /duplicated client order id|client order id already exists|"51016"/i,
};
