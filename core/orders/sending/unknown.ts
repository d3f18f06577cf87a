import { isoTime, messageOf, reasonText, SECOND } from '../../model';
import { raiseIssue } from '../booking/announce';
import { applyEvent } from '../booking/apply';
import { bookVenueReport } from '../booking/book';
import { cancelAtVenue } from './cancel';
import type { OrderDeps } from '../deps';
import { endLostExit } from './lost-exit';
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

/** An exit whose outcome the lookups have not told is looked for this often from then on, seconds. */
const EXIT_EVERY = 30;

/**
 * When the next lookup of an order is due, ms; null after the last one. There is no last one of an
 * exit: its position stays open as long as nobody knows.
 */
export function nextLookupAt(order: Order, lookupSeconds: readonly number[]): number | null {
	const sent = order.submittingAt ?? order.createdAt;
	const after = lookupSeconds[order.lookups];
	if (after !== undefined) return sent + after * SECOND;
	if (!order.reduceOnly) return null;
	const further = (order.lookups - lookupSeconds.length + 1) * EXIT_EVERY;
	return sent + ((lookupSeconds.at(-1) ?? 0) + further) * SECOND;
}

/** Counts a lookup that found nothing. @returns whether it was the last one */
async function countLookup(deps: OrderDeps, seen: Order): Promise<boolean> {
	const { kernel } = deps;
	return kernel.transaction(async (trx) => {
		const order = await lockOrder(trx, seen.id);
		if (order.state !== 'UNKNOWN' || order.lookups !== seen.lookups) return false;
		const counted = { ...order, lookups: order.lookups + 1, updatedAt: kernel.clock.now() };
		await saveOrder(trx, counted);
		return counted.lookups >= kernel.rules.policy.orders.lookupSeconds.length;
	});
}

/** What a person does who has to find out what the venue made of an order. */
function whatToDo(order: Order): string {
	const { venue, side, quantity, symbol, type, reduceOnly } = order;
	const at = isoTime(order.submittingAt ?? order.createdAt);
	const look = `Look at ${venue} among the open orders and the order history for ${side} ${quantity} ${symbol} (${type}) of ${at}. Then answer with Order Tracker, Resolve Issue: resolution Found with its order id there, or Not at the Venue.`;
	const meanwhile = reduceOnly
		? `It is an exit: the position is still open in our books. Every ${EXIT_EVERY} s it is looked for again, and ${type === 'market' ? 'it ends as not arrived, and the exit is sent anew, once the order lists, the executions and the balance all show that nothing was sold' : 'it waits for your answer unless it turns up'}. Close the position at ${venue} yourself if you cannot wait.`
		: 'Until then the symbol stays closed to new entries.';
	return `${look} ${meanwhile}`;
}

/** The venue cannot tell for certain: only a person can, by looking there. */
async function raiseUnresolved({ kernel }: OrderDeps, order: Order): Promise<void> {
	await kernel.transaction(async (trx) =>
		raiseIssue(trx, kernel, order, {
			code: 'ORDER_UNRESOLVED',
			message: `Nobody knows whether ${order.venue} has the order ${order.clientOrderId}. ${whatToDo(order)}`,
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
	if (!exchange.capabilities.clientIdLookup) {
		if (!(await endLostExit(deps, order))) await raiseUnresolved(deps, order);
		return;
	}
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
