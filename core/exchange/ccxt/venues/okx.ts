import { textOf } from '../answer';
import type { VenueProfile } from '../profile';
import { idOf, orNull, plainOrder, sameId, spotMarket, testnet } from './common';

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
	cancel: async (client, symbol, order) =>
		client.cancelOrder(undefined, symbol, { clientOrderId: textOf(order, 'clientOrderId') ?? '' }),
	executions: async (client, symbol, order) => client.fetchOrderTrades(idOf(order), symbol, undefined, 100),
	openOrders: async (client, symbol) => client.fetchOpenOrders(symbol, undefined, 100),
	pastOrders: async (client, symbol, since) => {
		const open = await client.fetchOpenOrders(symbol, undefined, 100);
		const filled = await client.fetchClosedOrders(symbol, since, 100);
		const cancelled = await client.fetchCanceledOrders(symbol, since, 100);
		return [...open, ...filled, ...cancelled];
	},
	listsWithoutSymbol: true,
	tradesPage: 100,
	clock: 'difference',
	// Rate limits of the request and of the account's orders (OKX, API v5, Error code 50011, 50061).
	refuses: ({ body }) => /"s?[cC]ode"\s*:\s*"(50011|50061)"/.test(body ?? ''),
	duplicate: /duplicated client order id|client order id already exists|"51016"/i,
};
