import type { SubmitRequest } from '../../exchange';
import { textOf } from '../answer';
import { isKindOf } from '../errors';
import type { Answer, CcxtClient, CcxtMarket, Params } from '../library';
import type { CallTrace } from '../call';

/** Spot markets for cash. */
export function spotMarket(market: CcxtMarket): boolean {
	return market.spot === true && market.stock !== true;
}

/** For venues that take our ids as they are. */
export const sameId = (id: string): string => id;

/** What ccxt calls price and type of an order, stops included, where triggers are unified. */
export function plainOrder(request: SubmitRequest, params: Params) {
	const stop = request.triggerPrice === null ? {} : { triggerPrice: request.triggerPrice };
	return {
		type: request.price === null ? ('market' as const) : ('limit' as const),
		price: request.price,
		params: { ...stop, ...limitParams(request), ...params },
	};
}

function limitParams(request: SubmitRequest): Params {
	if (request.price === null) return {};
	if (request.postOnly) return { postOnly: true };
	return { timeInForce: request.timeInForce };
}

/** Null in place of ccxt's error for an order that the venue does not have. */
export async function orNull(find: () => Promise<Answer>): Promise<Answer | null> {
	try {
		return await find();
	} catch (error) {
		if (isKindOf(error, 'OrderNotFound')) return null;
		throw error;
	}
}

/** The order of that client id among many. */
export function withClientId(orders: readonly Answer[], venueId: string): Answer | null {
	return orders.find((order) => textOf(order, 'clientOrderId') === venueId) ?? null;
}

/** The venue's own id of an order. */
export function idOf(order: Answer): string {
	return textOf(order, 'id') ?? '';
}

/** ccxt's own place for play money. */
export function testnet(client: CcxtClient): void {
	client.setSandboxMode(true);
}

/** The timer of venues where ccxt knows it and it covers the whole account. */
export async function timerOfAccount(
	client: CcxtClient,
	_marketId: string | null,
	milliseconds: number,
): Promise<unknown> {
	if (client.cancelAllOrdersAfter === undefined) throw new Error(`${client.id} has no timer.`);
	return client.cancelAllOrdersAfter(milliseconds);
}

/** For venues that have none; never called, see the list of venues. */
export function noSandbox(client: CcxtClient): void {
	throw new Error(`${client.id} has no sandbox.`);
}

/** An answer of the venue itself (no gateway's page) that blames the sender. */
export function blamesSender(trace: CallTrace): boolean {
	const { status, body } = trace;
	return status !== null && status >= 400 && status < 500 && (body ?? '').startsWith('{');
}
