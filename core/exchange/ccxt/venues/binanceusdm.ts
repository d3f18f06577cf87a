import type { Answer, CcxtClient, Params } from '../library';
import { upwards } from '../past';
import type { VenueProfile } from '../profile';
import { binance, PAGE } from './binance';
import { orNull, plainOrder } from './common';

const TRIGGER = { trigger: true } as const;

/** Stops live in a place of their own ("algo orders") until they trigger. */
const isAlgo = (order: Answer): boolean => {
	const info = order['info'];
	return typeof info === 'object' && info !== null && 'algoId' in info;
};

/** A stop that has triggered is followed by the order it became. */
async function follow(client: CcxtClient, symbol: string, algo: Answer): Promise<Answer> {
	const info = algo['info'];
	const actual = typeof info === 'object' && info !== null ? Reflect.get(info, 'actualOrderId') : '';
	if (typeof actual !== 'string' || actual === '' || actual === '0') return algo;
	const order = await orNull(async () => client.fetchOrder(actual, symbol));
	return order === null
		? algo
		: { ...order, clientOrderId: algo['clientOrderId'], triggerPrice: algo['triggerPrice'] };
}

/** Binance USDⓈ-M, linear swaps, one-way mode, cross margin as the account is set. */
export const binanceusdm: VenueProfile = {
	...binance,
	ccxtId: 'binanceusdm',
	options: {
		warnOnFetchOpenOrdersWithoutSymbol: false,
		fetchOpenOrders: { warnWithoutSymbol: false },
		fetchMargins: false,
	},
	trades: (market) => market.swap === true && market.linear === true,
	enterSandbox: (client) => {
		// The futures testnet was closed in favour of demo trading; ccxt refuses the former.
		client.enableDemoTrading?.(true);
	},
	order: ({ request, venueId }) =>
		plainOrder(request, {
			clientOrderId: venueId,
			...(request.reduceOnly ? { reduceOnly: true } : {}),
		}),
	find: async (client, symbol, venueId) => {
		const id = { clientOrderId: venueId };
		const order = await orNull(async () => client.fetchOrder(undefined, symbol, id));
		if (order !== null) return order;
		const algo = await orNull(async () => client.fetchOrder(undefined, symbol, { ...id, ...TRIGGER }));
		return algo === null ? null : follow(client, symbol, algo);
	},
	cancelsById: false,
	cancel: async (client, symbol, venueId, order) =>
		client.cancelOrder(undefined, symbol, {
			clientOrderId: venueId,
			...(order !== null && isAlgo(order) ? TRIGGER : {}),
		}),
	openOrders: async (client, symbol) => {
		const plain = await client.fetchOpenOrders(symbol);
		const stops = await client.fetchOpenOrders(symbol, undefined, undefined, TRIGGER);
		return [...plain, ...stops];
	},
	pastOrders: async (client, symbol, since) => {
		const list = async (params: Params) =>
			upwards(since, PAGE, async (from) => client.fetchOrders(symbol, from, PAGE, params));
		return [...(await list({})), ...(await list(TRIGGER))];
	},
};
