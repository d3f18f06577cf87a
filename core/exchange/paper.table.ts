import type { AccountId, Decimal, OrderType, Side } from '../model';
import { decimal } from '../model';
import type { VenueFill, VenueOrder, VenueOrderState } from './exchange';

/** The paper venue's own customer: also the row that serialises everything of an account. */
export interface PaperAccountRow {
	account_id: AccountId;
	currency: string;
	opened_at: number;
}

export interface PaperBalanceRow {
	account_id: AccountId;
	asset: string;
	total: Decimal;
}

export interface PaperOrderRow {
	account_id: AccountId;
	client_order_id: string;
	venue_order_id: string;
	symbol: string;
	side: Side;
	type: OrderType;
	quantity: Decimal;
	price: Decimal | null;
	trigger_price: Decimal | null;
	reduce_only: number;
	state: VenueOrderState;
	filled_quantity: Decimal;
	/** Code of a rejection. */
	code: string | null;
	message: string | null;
	created_at: number;
	updated_at: number;
}

export interface PaperFillRow {
	venue_trade_id: string;
	account_id: AccountId;
	client_order_id: string;
	symbol: string;
	side: Side;
	quantity: Decimal;
	price: Decimal;
	fee: Decimal;
	fee_currency: string;
	at: number;
}

/** The paper venue's own id of an order. */
export function paperOrderId(accountId: AccountId, clientOrderId: string): string {
	return `paper-${accountId}-${clientOrderId}`;
}

const optional = (value: Decimal | null): Decimal | null =>
	value === null ? null : decimal(value);

export function toVenueOrder(row: PaperOrderRow): VenueOrder {
	return {
		clientOrderId: row.client_order_id,
		venueOrderId: row.venue_order_id,
		symbol: row.symbol,
		side: row.side,
		type: row.type,
		quantity: decimal(row.quantity),
		price: optional(row.price),
		triggerPrice: optional(row.trigger_price),
		reduceOnly: row.reduce_only === 1,
		timeInForce: 'GTC',
		postOnly: false,
		state: row.state,
		filledQuantity: decimal(row.filled_quantity),
		message: row.message,
		createdAt: row.created_at,
	};
}

export function toVenueFill(row: PaperFillRow): VenueFill {
	return {
		venueTradeId: row.venue_trade_id,
		// The venue's order id is made of the same two parts.
		venueOrderId: paperOrderId(row.account_id, row.client_order_id),
		clientOrderId: row.client_order_id,
		symbol: row.symbol,
		side: row.side,
		quantity: decimal(row.quantity),
		price: decimal(row.price),
		fee: decimal(row.fee),
		feeCurrency: row.fee_currency,
		at: row.at,
	};
}
