import { appendAudit } from '../../audit';
import type { Trx } from '../../db';
import type { VenueReport } from '../../exchange';
import { lockAccount } from '../../members';
import {
	isRefused, messageOf, refuse, type AccountId, type OrderId, type Refused, type Side,
} from '../../model';
import { applyEvent } from '../booking/apply';
import { bookVenueReport } from '../booking/book';
import type { OrderDeps } from '../deps';
import type { Order } from '../order';
import { isTerminal, type OrderState } from '../order-state';
import { workingOrders } from '../orders.queries';
import { findOrder, findOrderByClientId, lockOrder } from '../orders.repository';
import { hasClientId } from '../reconcile/foreign-id';
import { noteVenueFailure } from '../watch/venue-health';

/** States in which the venue has the order and can be asked to cancel it. */
const AT_VENUE: readonly OrderState[] = ['SUBMITTED', 'OPEN', 'TRIGGERED', 'PARTIALLY_FILLED'];

/** Whether the venue has taken the order and may still fill it. */
export function isAtVenue(state: OrderState): boolean {
	return AT_VENUE.includes(state);
}

/** What a refused cancel means: the one that a replacement needs ends the replacement. */
function refusalOf({ pending }: Order): 'CancelReject' | 'ReplaceReject' {
	return pending === 'replace' ? 'ReplaceReject' : 'CancelReject';
}

/** Books what became of the other order of a pair; somebody else's is left to reconciliation. */
async function bookOther(deps: OrderDeps, order: Order, report: VenueReport): Promise<void> {
	const other = await findOrderByClientId(deps.kernel.conn, report.order.clientOrderId);
	if (other === null || other.accountId !== order.accountId) return;
	await bookVenueReport(deps, other, report);
}

/**
 * Asks the venue to cancel an order whose cancel is pending, and books what it says. No answer:
 * the cancel stays pending and the watch asks again; a cancel may be repeated, unlike an order.
 */
export async function cancelAtVenue(deps: OrderDeps, order: Order): Promise<Order> {
	const { kernel, exchanges } = deps;
	const { accountId, clientOrderId, symbol } = order;
	const exchange = exchanges.for(order.venue);
	try {
		const answer = await exchange.cancel(accountId, clientOrderId, symbol);
		if (answer.kind === 'cancelled') {
			for (const other of answer.also ?? []) await bookOther(deps, order, other);
			return await bookVenueReport(deps, order, answer);
		}
		// What filled before the cancel is in the order's own report.
		const report = await exchange.lookup(accountId, clientOrderId, symbol);
		const booked = report === null ? order : await bookVenueReport(deps, order, report);
		if (isTerminal(booked.state)) return booked;
		const options = { detail: answer.message, onlyFrom: AT_VENUE };
		return await kernel.transaction(async (trx) =>
			applyEvent(trx, kernel, order, refusalOf(order), {}, options),
		);
	} catch (error) {
		await noteVenueFailure(kernel, order, error);
		kernel.log.warn('A cancel has no answer yet; it is asked again.', {
			order_id: order.id,
			error: messageOf(error),
		});
		return order;
	}
}

/** Notes that a locked order is to be cancelled; one that was never sent is cancelled at once. */
async function requestIn(
	trx: Trx,
	{ kernel }: OrderDeps,
	order: Order,
	actor: string,
): Promise<Order> {
	if (isTerminal(order.state) || order.pending === 'cancel') return order;
	await appendAudit(trx, kernel, {
		actor,
		action: 'order.cancel_requested',
		subjectId: order.id,
		correlationId: order.signalId,
		memberId: order.memberId,
		accountId: order.accountId,
		details: { client_order_id: order.clientOrderId, state: order.state },
	});
	const event = order.state === 'CREATED' ? 'Cancel' : 'CancelRequest';
	return applyEvent(trx, kernel, order, event, {}, { detail: actor });
}

/**
 * The order that this one waits for, or that waits for this one: while a replacement is under way
 * the two are one order to whoever cancels.
 */
async function counterpart(trx: Trx, order: Order): Promise<Order | null> {
	if (order.waitsFor !== null) return lockOrder(trx, order.waitsFor);
	if (order.replacedBy === null || order.pending === 'none') return null;
	const next = await lockOrder(trx, order.replacedBy);
	return next.waitsFor === order.id ? next : null;
}

interface Requested {
	readonly order: Order;
	/** The other one of a replacement that was under way. */
	readonly other: Order | null;
}

/** How far a cancel goes. */
export interface CancelOptions {
	/** Also an order that somebody else made; never without being told. */
	readonly foreign?: boolean;
}

/** Why somebody else's order is not cancelled, or null. */
function refuseForeign(order: Order, { foreign = false }: CancelOptions): Refused | null {
	if (order.origin !== 'EXTERNAL') return null;
	if (!foreign) return refuse('ORDER_EXTERNAL');
	return hasClientId(order) ? null : refuse('ORDER_NAMELESS');
}

async function requestCancel(
	deps: OrderDeps,
	orderId: OrderId,
	actor: string,
	options: CancelOptions,
): Promise<Requested | Refused> {
	return deps.kernel.transaction(async (trx) => {
		const seen = await findOrder(trx, orderId);
		if (seen === null) return refuse('ORDER_NOT_FOUND', { id: orderId });
		await lockAccount(trx, seen.accountId);
		const order = await lockOrder(trx, orderId);
		if (isTerminal(order.state)) return refuse('ORDER_NOT_CANCELLABLE', { state: order.state });
		const refused = refuseForeign(order, options);
		if (refused !== null) return refused;
		const other = await counterpart(trx, order);
		const asked = await requestIn(trx, deps, order, actor);
		return { order: asked, other: other && (await requestIn(trx, deps, other, actor)) };
	});
}

/**
 * Cancels an order. One that is on its way or of unknown outcome is cancelled as soon as it turns
 * up at the venue; it is returned as it is until then.
 */
export async function cancel(
	deps: OrderDeps,
	orderId: OrderId,
	actor: string,
	options: CancelOptions = {},
): Promise<Order | Refused> {
	const requested = await requestCancel(deps, orderId, actor, options);
	if (isRefused(requested)) return requested;
	const { order, other } = requested;
	if (other !== null && isAtVenue(other.state)) await cancelAtVenue(deps, other);
	return isAtVenue(order.state) ? cancelAtVenue(deps, order) : order;
}

/** Which unfilled entries to cancel. */
export interface CancelEntries {
	readonly accountId: AccountId;
	readonly symbol: string;
	readonly side?: Side | null;
	readonly actor: string;
}

/** Cancels what has not filled of the entries in a symbol. @returns the orders, as they are now */
export async function cancelEntries(deps: OrderDeps, wanted: CancelEntries): Promise<Order[]> {
	const { accountId, symbol, side, actor } = wanted;
	const working = await workingOrders(deps.kernel.conn, { accountId, symbol });
	const cancelled: Order[] = [];
	for (const order of working) {
		if (order.reduceOnly || (side !== undefined && side !== null && order.side !== side)) continue;
		const result = await cancel(deps, order.id, actor);
		if ('state' in result) cancelled.push(result);
	}
	return cancelled;
}
