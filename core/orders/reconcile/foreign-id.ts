import type { VenueOrder } from '../../exchange';
import { sha256, type AccountId } from '../../model';
import type { Order } from '../order';

const NAMELESS = 'ext-';

/** Names an order at its venue: some venues count the orders of each symbol. */
export function venueKey(order: Pick<Order, 'symbol' | 'venueOrderId'>): string {
	return `${order.symbol} ${order.venueOrderId}`;
}

/** Our name for an order without a client order id of its own, or one whose id is taken already. */
export function namelessId(
	accountId: AccountId,
	venue: Pick<VenueOrder, 'symbol' | 'venueOrderId'>,
): string {
	return `${NAMELESS}${sha256(`${accountId}|${venueKey(venue)}`).slice(0, 24)}`;
}

/** Whether the venue knows the order under the client order id of our books. */
export function hasClientId(order: Pick<Order, 'clientOrderId'>): boolean {
	return !order.clientOrderId.startsWith(NAMELESS);
}
