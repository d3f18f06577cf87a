import { DAY } from '../../../model';
import { recordOf, textOf } from '../answer';
import type { Answer, CcxtClient, Params } from '../library';
import { pieces, upwards } from '../past';
import type { VenueProfile } from '../profile';
import { binance, PAGE } from './binance';
import { idOf, orNull, plainOrder } from './common';

const TRIGGER = { trigger: true } as const;

/** Stops live in a place of their own ("algo orders") until they trigger. */
const isAlgo = (order: Answer): boolean => 'algoId' in recordOf(order, 'info');

/** What became of a stop that is over without having triggered. */
const ENDED: Readonly<Record<string, string>> = {
	CANCELED: 'canceled', EXPIRED: 'expired', REJECTED: 'rejected',
};

/** A stop in Binance's own fields; ccxt calls one that has triggered filled. */
function readAlgo(order: Answer): Answer {
	const status = ENDED[textOf(recordOf(order, 'info'), 'algoStatus') ?? ''] ?? 'open';
	return { ...order, filled: '0', status };
}

/** The order that a stop became; null while it waits. */
function actualId(algo: Answer): string | null {
	const id = textOf(recordOf(algo, 'info'), 'actualOrderId');
	return id === null || id === '0' ? null : id;
}

/** The order that a stop became, under the stop's name. */
const became = (order: Answer, algo: Answer): Answer => ({
	...order,
	clientOrderId: algo['clientOrderId'],
	triggerPrice: algo['triggerPrice'],
});

/** A stop that has triggered is followed by the order it became. */
async function follow(client: CcxtClient, symbol: string, algo: Answer): Promise<Answer> {
	const id = actualId(algo);
	const order = id === null ? null : await orNull(async () => client.fetchOrder(id, symbol));
	return order === null ? readAlgo(algo) : became(order, algo);
}

/** Orders and stops as one list: a stop that has become an order is that order. */
function merged(orders: readonly Answer[], algos: readonly Answer[]): readonly Answer[] {
	const stopOf = new Map(algos.map((algo) => [actualId(algo), algo]));
	const ids = new Set(orders.map(idOf));
	return [
		...orders.map((order) => {
			const algo = stopOf.get(idOf(order));
			return algo === undefined ? order : became(order, algo);
		}),
		...algos.filter((algo) => !ids.has(actualId(algo) ?? '')).map(readAlgo),
	];
}

/** No list of the past spans more than this (Binance, USDⓈ-M Futures, All orders, Account trade list). */
const WEEK = 7 * DAY;
/** Older executions are not told; orders less (ibid.). */
const OLDEST = 180 * DAY;

/** All pages of a list since then, week by week. */
async function weekly(
	client: CcxtClient,
	since: number,
	list: (from: number, until: number) => Promise<readonly Answer[]>,
): Promise<readonly Answer[]> {
	const past = { now: client.milliseconds(), span: WEEK, oldest: OLDEST };
	return pieces(since, past, async (start, until) =>
		upwards(start, PAGE, async (from) => list(from, until)),
	);
}

/** What is the same as on spot; order lists are spot's own. */
const { oco: _, ...shared } = binance;

/** Binance USDⓈ-M, linear swaps, one-way mode, cross margin as the account is set. */
export const binanceusdm: VenueProfile = {
	...shared,
	ccxtId: 'binanceusdm',
	options: {
		warnOnFetchOpenOrdersWithoutSymbol: false,
		fetchOpenOrders: { warnWithoutSymbol: false },
		fetchMargins: false,
	},
	trades: (market) => market.swap === true && market.linear === true,
	// Weight 1 a symbol, 40 for all of them (Binance, USDⓈ-M Futures, Current all open orders).
	listAllFrom: 41,
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
	cancelAllAfter: async (client, marketId, milliseconds) => {
		if (client.fapiPrivatePostCountdownCancelAll === undefined) throw new Error('ccxt has no countdown here.');
		const wish = { symbol: marketId, countdownTime: milliseconds };
		return client.fapiPrivatePostCountdownCancelAll(wish);
	},
	openOrders: async (client, symbol) => {
		const plain = await client.fetchOpenOrders(symbol);
		const stops = await client.fetchOpenOrders(symbol, undefined, undefined, TRIGGER);
		return merged(plain, stops);
	},
	pastOrders: async (client, symbol, since) => {
		const list = async (params: Params) =>
			weekly(client, since, async (from, until) =>
				client.fetchOrders(symbol, from, PAGE, { ...params, until }),
			);
		return merged(await list({}), await list(TRIGGER));
	},
	fundings: async (client, since) => {
		const { fetchFundingHistory } = client;
		if (fetchFundingHistory === undefined) throw new Error('ccxt has no funding history here.');
		return weekly(client, since, async (from, until) =>
			fetchFundingHistory.call(client, undefined, from, PAGE, { until }),
		);
	},
	pastTrades: async (client, symbol, since) =>
		weekly(client, since, async (from, until) => client.fetchMyTrades(symbol, from, PAGE, { until })),
};
