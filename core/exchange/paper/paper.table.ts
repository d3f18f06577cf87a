import type { AccountId, Decimal, OrderType, Side } from '../../model';
import { decimal, ZERO } from '../../model';
import type {
	SubmitRequest, VenueFill, VenueOrder, VenueOrderState, VenueTimeInForce,
} from '../exchange';
import type { PaperModel } from './profile';

/** The paper venue's own customer: also the row that serialises everything of an account. */
export interface PaperAccountRow {
	account_id: AccountId;
	currency: string;
	opened_at: number;
	model: PaperModel;
	seed: number;
	/** JSON of `PaperProfile`. */
	profile: string;
	/** Since when it is simulated by this model, ms UTC. */
	model_at: number;
}

/** As the venue sees it; what is on its way, the venue does not see yet. */
export type PaperOrderState = VenueOrderState | 'IN_FLIGHT';

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
	state: PaperOrderState;
	filled_quantity: Decimal;
	/** Executions so far. */
	fills: number;
	time_in_force: VenueTimeInForce;
	post_only: number;
	/** When it arrives, ms UTC; null for what was there at once. */
	arrives_at: number | null;
	/** When the cancel that is on its way arrives. */
	cancel_at: number | null;
	/** Price at which a buy without one of its own holds funds; null otherwise. */
	held_price: Decimal | null;
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

/** The row of an order that is sent: it is nowhere before it arrives. */
export function newPaperOrderRow(
	accountId: AccountId,
	request: SubmitRequest,
	now: number,
	arrivesAt: number | null,
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
		time_in_force: request.timeInForce,
		post_only: request.postOnly ? 1 : 0,
		state: 'IN_FLIGHT',
		filled_quantity: ZERO,
		fills: 0,
		arrives_at: arrivesAt,
		cancel_at: null,
		held_price: null,
		code: null,
		message: null,
		created_at: now,
		updated_at: now,
	};
}

const optional = (value: Decimal | null): Decimal | null =>
	value === null ? null : decimal(value);

/** What the order asks for, as it was sent. */
export function toRequest(row: PaperOrderRow): SubmitRequest {
	return {
		clientOrderId: row.client_order_id,
		symbol: row.symbol,
		side: row.side,
		type: row.type,
		quantity: decimal(row.quantity),
		price: optional(row.price),
		triggerPrice: optional(row.trigger_price),
		reduceOnly: row.reduce_only === 1,
		timeInForce: row.time_in_force,
		postOnly: row.post_only === 1,
	};
}

export function toVenueOrder(row: PaperOrderRow): VenueOrder {
	return {
		...toRequest(row),
		venueOrderId: row.venue_order_id,
		// Nobody is shown an order that is on its way; it stands for one that has just come.
		state: row.state === 'IN_FLIGHT' ? 'OPEN' : row.state,
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
