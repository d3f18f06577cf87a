import type { VenueOrder } from '../../exchange';
import { eq } from '../../model';
import { isAtVenue } from '../sending/cancel';
import type { Order } from '../order';
import { statusEvent } from '../booking/order-update';
import { venueKey } from './foreign-id';

/** One order as both sides know it. */
export interface Pair {
	readonly order: Order;
	readonly venue: VenueOrder;
}

/** What a venue's list of open orders says about ours. */
export interface OrderComparison {
	/** Known to both, and the venue knows more. */
	readonly news: readonly Pair[];
	/** Working in our books and not in the venue's list. */
	readonly missing: readonly Order[];
	/** In the venue's list and not among these of ours. */
	readonly strangers: readonly VenueOrder[];
}

/** Whether the venue tells something of an order that our books do not say. */
export function differs({ order, venue }: Pair, now: number): boolean {
	if (order.state === 'SUBMITTING' || order.state === 'CREATED') return false;
	if (order.state === 'UNKNOWN' || order.state === 'FAILED') return true;
	if (!eq(venue.filledQuantity, order.filledQuantity)) return true;
	return statusEvent(order, venue, now) !== null;
}

/**
 * Compares orders of ours that are not over with the venue's open ones, by client order id and else
 * by the venue's own id. One look at each, whatever their number.
 */
export function compareOrders(
	ours: readonly Order[],
	atVenue: readonly VenueOrder[],
	now: number,
): OrderComparison {
	const byClientId = new Map(ours.map((order) => [order.clientOrderId, order]));
	const byVenueId = new Map(ours.map((order) => [venueKey(order), order]));
	const seen = new Set<Order>();
	const news: Pair[] = [];
	const strangers: VenueOrder[] = [];
	for (const venue of atVenue) {
		const named = byClientId.get(venue.clientOrderId);
		// Somebody may use a client order id again that is the name of an order of his in our books.
		const same = named !== undefined && isSame(named, venue) ? named : undefined;
		const order = same ?? byVenueId.get(venueKey(venue));
		if (order === undefined) {
			strangers.push(venue);
			continue;
		}
		seen.add(order);
		if (differs({ order, venue }, now)) news.push({ order, venue });
	}
	const missing = ours.filter((order) => isAtVenue(order.state) && !seen.has(order));
	return { news, missing, strangers };
}

/** Whether an order of our books is the venue's: others' client order ids may come again. */
export function isSame(order: Order, venue: VenueOrder): boolean {
	if (order.origin !== 'EXTERNAL') return true;
	return venueKey(order) === venueKey(venue);
}
