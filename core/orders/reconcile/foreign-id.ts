import { sha256, type AccountId } from '../../model';
import type { Order } from '../order';

const NAMELESS = 'ext-';

/** Our name for an order without a client order id of its own, or one whose id is taken already. */
export function namelessId(accountId: AccountId, venueOrderId: string): string {
	return `${NAMELESS}${sha256(`${accountId}|${venueOrderId}`).slice(0, 24)}`;
}

/** Whether the venue knows the order under the client order id of our books. */
export function hasClientId(order: Pick<Order, 'clientOrderId'>): boolean {
	return !order.clientOrderId.startsWith(NAMELESS);
}
