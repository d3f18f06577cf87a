import type { Decimal, FireMode, OrderId, Side, TicketId } from '../model';

/** What is told about a ticket. Times in ms UTC. */
export interface TicketPayload {
	readonly ticket_id: TicketId;
	readonly mode: FireMode;
	readonly symbol: string;
	readonly side: Side | null;
	readonly code: string | null;
	readonly message: string | null;
	readonly quantity: Decimal | null;
	readonly expires_at: number;
	readonly order_id: OrderId | null;
}

/** What is told about an order. */
export interface OrderPayload {
	readonly order_id: OrderId;
	readonly client_order_id: string;
	/** `entry`, or which exit of the trade it is. */
	readonly leg: string;
	readonly symbol: string;
	readonly side: Side;
	readonly quantity: Decimal;
	readonly filled_quantity: Decimal;
	readonly average_price: Decimal | null;
	readonly code: string | null;
	readonly message: string | null;
}
