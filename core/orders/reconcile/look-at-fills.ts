import type { VenueFill, VenueOrder } from '../../exchange';
import { add, eq, gte } from '../../model';
import { bookVenueReport } from '../booking/book';
import { groupBy } from '../group';
import type { Order } from '../order';
import { ordersByClientIds, ordersByVenueIds, unbookedFills } from './facts.queries';
import { bookForeign } from './book-foreign';
import { ask, fillsIn, mayAsk, recentIn, type Look } from './look';
import { adopt } from './look-at-orders';

/** What the venue's executions alone say of an order of ours. */
function orderOf(order: Order, fills: readonly VenueFill[]): VenueOrder {
	const filledQuantity = add(order.filledQuantity, ...fills.map((fill) => fill.quantity));
	return {
		clientOrderId: order.clientOrderId,
		venueOrderId: fills[0]?.venueOrderId ?? order.venueOrderId ?? '',
		symbol: order.symbol,
		side: order.side,
		type: order.type,
		quantity: order.quantity,
		price: order.price,
		triggerPrice: order.triggerPrice,
		reduceOnly: order.reduceOnly,
		timeInForce: 'GTC',
		postOnly: order.postOnly,
		state: gte(filledQuantity, order.quantity) ? 'FILLED' : 'PARTIALLY_FILLED',
		filledQuantity,
		message: null,
		createdAt: order.createdAt,
	};
}

/** Books what an order of ours has filled. @returns whether the venue told all that was needed */
async function bookOwn(look: Look, order: Order, fills: readonly VenueFill[]): Promise<boolean> {
	// Its answer is still to come.
	if (order.state === 'SUBMITTING' || order.state === 'CREATED') return true;
	if (!mayAsk(look)) return false;
	const { accountId, clientOrderId, symbol } = order;
	const asked = await ask(look, `order ${clientOrderId}`, async () =>
		look.exchange.lookup(accountId, clientOrderId, symbol),
	);
	if (asked === null) return false;
	const report = asked.answer ?? { order: orderOf(order, fills), fills };
	const booked = await bookVenueReport(look.deps, order, report);
	if (!eq(booked.filledQuantity, order.filledQuantity)) look.findings.booked.push(order.id);
	return true;
}

/**
 * Executions of orders whose number our books do not have: by the name that the venue has for them
 * they are ours (sent by a process that died before it heard of it), or somebody else's.
 */
async function bookStrange(
	look: Look,
	symbol: string,
	strange: ReadonlyMap<string, readonly VenueFill[]>,
): Promise<boolean> {
	const { kernel } = look.deps;
	const recent = await recentIn(look, symbol, look.since);
	if (recent === null) return false;
	const named = recent.filter((venue) => strange.has(venue.venueOrderId));
	const names = named.map((venue) => venue.clientOrderId).filter((name) => name !== '');
	const known = await ordersByClientIds(kernel.conn, look.account.id, names);
	const own = new Map(
		known
			.filter(({ origin, venueOrderId }) => origin !== 'EXTERNAL' && venueOrderId === null)
			.map((order) => [order.clientOrderId, order]),
	);
	let told = true;
	for (const venue of named) {
		const order = own.get(venue.clientOrderId);
		if (order === undefined) continue;
		told = (await bookOwn(look, order, strange.get(venue.venueOrderId) ?? [])) && told;
	}
	const orders = named.filter((venue) => !own.has(venue.clientOrderId));
	const adopted = await adopt(look, orders);
	const byVenueId = new Map(adopted.map((order) => [order.venueOrderId, order]));
	for (const venue of orders) {
		const order = byVenueId.get(venue.venueOrderId);
		const fills = strange.get(venue.venueOrderId) ?? [];
		if (order === undefined) continue;
		await kernel.transaction(async (trx) => bookForeign(trx, kernel, order, venue, fills));
	}
	return told;
}

/**
 * Books executions that our books do not have: ours with their orders, others' with theirs.
 * @returns whether the venue told all that was needed
 */
async function bookFresh(look: Look, symbol: string, fresh: readonly VenueFill[]): Promise<boolean> {
	const { conn, transaction } = look.deps.kernel;
	const byVenueId = groupBy(fresh, (fill) => fill.venueOrderId);
	const names = fresh.flatMap(({ clientOrderId }) => (clientOrderId === null ? [] : [clientOrderId]));
	const named = await ordersByClientIds(conn, look.account.id, names);
	const numbered = await ordersByVenueIds(conn, look.account.id, symbol, [...byVenueId.keys()]);
	const own = new Map(named.filter(({ origin }) => origin !== 'EXTERNAL').map((order) => [order.clientOrderId, order]));
	const known = new Map(numbered.map((order) => [order.venueOrderId, order]));
	const strange = new Map<string, readonly VenueFill[]>();
	let told = true;
	for (const [venueOrderId, fills] of byVenueId) {
		const order = own.get(fills[0]?.clientOrderId ?? '') ?? known.get(venueOrderId);
		if (order === undefined) strange.set(venueOrderId, fills);
		else if (order.origin !== 'EXTERNAL') told = (await bookOwn(look, order, fills)) && told;
		else {
			const venue = orderOf(order, fills);
			await transaction(async (trx) => bookForeign(trx, look.deps.kernel, order, venue, fills));
		}
	}
	if (strange.size === 0) return told;
	return (await bookStrange(look, symbol, strange)) && told;
}

/**
 * Looks at the executions of these symbols since the look's beginning and books those we never saw.
 * @returns whether every symbol was looked at and the venue told all that was needed
 */
export async function lookAtFills(look: Look, symbols: readonly string[]): Promise<boolean> {
	for (const symbol of symbols) {
		const fills = await fillsIn(look, symbol, look.since);
		if (fills === null) return false;
		// What happened before the account was connected is not ours to book.
		const mine = fills.filter((fill) => fill.at >= look.account.createdAt);
		const fresh = await unbookedFills(look.deps.kernel.conn, look.account.id, mine);
		if (fresh.length > 0 && !(await bookFresh(look, symbol, fresh))) return false;
	}
	return true;
}
