import { messageOf, reasonText, SECOND } from '../../model';
import { raiseIssue } from '../booking/announce';
import { applyEvent } from '../booking/apply';
import { bookVenueReport } from '../booking/book';
import { cancelAtVenue } from './cancel';
import type { OrderDeps } from '../deps';
import { forEach } from '../for-each';
import type { Order } from '../order';
import { isTerminal } from '../order-state';
import { protectFilled } from '../protection/protect';
import { noteVenueFailure } from '../watch/venue-health';
import { saveOrder, lockOrder } from '../orders.repository';
import { ordersInState } from '../orders.queries';

/** Orders that somebody began to send and never told of again: nobody knows about them now. */
async function loseStranded(deps: OrderDeps): Promise<void> {
	const { kernel } = deps;
	const before = kernel.clock.now() - kernel.rules.policy.orders.sendWithinSeconds * SECOND;
	const stranded = (await ordersInState(kernel.conn, 'SUBMITTING')).filter(
		(order) => (order.submittingAt ?? 0) < before,
	);
	await forEach(deps, stranded, async (order) => {
		const options = { detail: 'no report', onlyFrom: ['SUBMITTING'] } as const;
		await kernel.transaction(async (trx) => applyEvent(trx, kernel, order, 'Lose', {}, options));
	});
}

/** When the next lookup of an order is due, ms; null after the last one. */
export function nextLookupAt(order: Order, lookupSeconds: readonly number[]): number | null {
	const after = lookupSeconds[order.lookups];
	return after === undefined ? null : (order.submittingAt ?? order.createdAt) + after * SECOND;
}

/** Counts a lookup that found nothing. @returns whether it was the last one */
async function countLookup(deps: OrderDeps, seen: Order): Promise<boolean> {
	const { kernel } = deps;
	return kernel.transaction(async (trx) => {
		const order = await lockOrder(trx, seen.id);
		if (order.state !== 'UNKNOWN' || order.lookups !== seen.lookups) return false;
		const counted = { ...order, lookups: order.lookups + 1, updatedAt: kernel.clock.now() };
		await saveOrder(trx, counted);
		return nextLookupAt(counted, kernel.rules.policy.orders.lookupSeconds) === null;
	});
}

/** The venue cannot tell for certain: only a person can, by looking there. */
async function raiseUnresolved({ kernel }: OrderDeps, order: Order): Promise<void> {
	await kernel.transaction(async (trx) =>
		raiseIssue(trx, kernel, order, {
			code: 'ORDER_UNRESOLVED',
			message: `Nobody knows whether ${order.venue} has the order ${order.clientOrderId} (${order.side} ${order.quantity} ${order.symbol}). Look there; until it is settled the symbol stays closed to new entries.`,
			severity: 'critical',
		}),
	);
}

/** One lookup: what is found is booked; the fifth that finds nothing ends it. */
async function lookUp(deps: OrderDeps, order: Order): Promise<void> {
	const { kernel, exchanges } = deps;
	const { accountId, clientOrderId, symbol } = order;
	const exchange = exchanges.for(order.venue);
	const report = await exchange.lookup(accountId, clientOrderId, symbol);
	if (report !== null) {
		const found = await bookVenueReport(deps, order, report);
		if (order.pending === 'cancel' && !isTerminal(found.state)) await cancelAtVenue(deps, found);
		await protectFilled(deps, found);
		return;
	}
	const last = await countLookup(deps, order);
	if (!last) return;
	if (!exchange.capabilities.clientIdLookup) return raiseUnresolved(deps, order);
	const change = { code: 'VENUE_NOT_FOUND', message: reasonText('VENUE_NOT_FOUND', {}) };
	await kernel.transaction(async (trx) =>
		applyEvent(trx, kernel, order, 'Fail', change, { onlyFrom: ['UNKNOWN'] }),
	);
}

/**
 * Finds out what became of orders whose outcome is not known: lookups at the policy's times after
 * sending. FAILED only where the venue knows our ids and found nothing every time; a lookup that
 * fails itself does not count. @returns how many orders were looked up
 */
export async function resolveUnknown(deps: OrderDeps): Promise<number> {
	const { kernel } = deps;
	await loseStranded(deps);
	const now = kernel.clock.now();
	const { lookupSeconds } = kernel.rules.policy.orders;
	const due = (await ordersInState(kernel.conn, 'UNKNOWN')).filter((order) => {
		const at = nextLookupAt(order, lookupSeconds);
		return at !== null && at <= now;
	});
	await forEach(deps, due, async (order) => {
		try {
			await lookUp(deps, order);
		} catch (error) {
			await noteVenueFailure(kernel, order, error);
			kernel.log.warn('A lookup failed; it is tried again.', {
				order_id: order.id,
				error: messageOf(error),
			});
		}
	});
	return due.length;
}
