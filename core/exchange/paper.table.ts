import type { AccountId, Decimal, OrderType, Side } from '../model';
import { decimal, ZERO } from '../model';
import type {
	SubmitRequest, VenueFill, VenueOrder, VenueOrderState, VenueRejection,
} from './exchange';

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

/** The row of an order as it comes in: open, or rejected for good. */
export function newPaperOrderRow(
	accountId: AccountId,
	request: SubmitRequest,
	refusal: VenueRejection | null,
	now: number,
): PaperOrderRow {
	return {
		account_id: accountId,
		client_order_id: request.clientOrderId,
		venue_order_id: paperOrderId(accountId, request.clientOrderId),
		symbol: request.symbol,
		side: request.side,
		type: request.type,
		quantity: request.quantity,
		price: request.price,
		trigger_price: request.triggerPrice,
		reduce_only: request.reduceOnly ? 1 : 0,
		state: refusal === null ? 'OPEN' : 'REJECTED',
		filled_quantity: ZERO,
		code: refusal?.code ?? null,
		message: refusal?.message ?? null,
		created_at: now,
		updated_at: now,
	};
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
