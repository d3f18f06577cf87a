import type { Conn } from '../db';
import type { AccountId, Decimal, OrderId, SignalId, TradeId } from '../model';

/** A step of an order's history. */
export interface StepRow {
	readonly order_id: OrderId;
	readonly at: number;
	readonly from_state: string;
	readonly event: string;
	readonly to_state: string;
	readonly detail: string | null;
}

/** An execution at the venue, as booked. */
export interface FillRow {
	readonly order_id: OrderId;
	readonly venue_trade_id: string;
	readonly side: string;
	readonly quantity: Decimal;
	readonly price: Decimal;
	readonly fee: Decimal;
	readonly fee_currency: string;
	readonly at: number;
}

/** An order with its running totals. Times in ms UTC. */
export interface OrderRow {
	readonly id: OrderId;
	readonly client_order_id: string;
	readonly account_id: AccountId;
	readonly trade_id: TradeId | null;
	readonly algo_id: string | null;
	readonly leg: string;
	readonly symbol: string;
	readonly side: string;
	readonly type: string;
	readonly quantity: Decimal;
	readonly price: Decimal | null;
	readonly trigger_price: Decimal | null;
	readonly time_in_force: string;
	/** 0 or 1. */
	readonly post_only: number;
	readonly expires_at: number | null;
	/** Comma list of what the engine does in place of the venue. */
	readonly emulated: string | null;
	readonly replaces: OrderId | null;
	readonly state: string;
	readonly pending: string;
	readonly filled_quantity: Decimal;
	readonly average_price: Decimal | null;
	readonly fees: Decimal;
	readonly code: string | null;
	readonly message: string | null;
	readonly reason: string;
	readonly created_at: number;
	readonly closed_at: number | null;
}

/** A trade with its account's currency. Flags are 0, 1 or null (not counted). */
export interface TradeRow {
	readonly id: TradeId;
	readonly account_id: AccountId;
	readonly signal_id: SignalId | null;
	readonly symbol: string;
	readonly side: string;
	readonly state: string;
	readonly entered_quantity: Decimal;
	readonly exited_quantity: Decimal;
	readonly entry_value: Decimal;
	readonly exit_value: Decimal;
	readonly fees: Decimal;
	readonly realised_gross: Decimal;
	readonly realised_net: Decimal;
	readonly stop_loss: Decimal | null;
	readonly exit_reason: string | null;
	readonly plan_kept: number | null;
	readonly stop_honoured: number | null;
	readonly opened_at: number | null;
	readonly closed_at: number | null;
	readonly currency: string;
}

/** An exit of a trade's plan. */
export interface ExitRow {
	readonly trade_id: TradeId;
	readonly kind: string;
	readonly price: Decimal;
	readonly initial_price: Decimal | null;
	readonly moved_by: string | null;
	readonly moved_at: number | null;
	readonly share: Decimal;
	readonly state: string;
	/** 1: the engine watches it; 0: it rests at the venue. */
	readonly emulated: number;
}

/** Stops first, then targets, nearest first. */
export async function exitsOf(conn: Conn, ids: readonly TradeId[]): Promise<ExitRow[]> {
	return conn<ExitRow>('exits').whereIn('trade_id', [...ids]).orderBy('number');
}

/** Orders that the signal made, and all others of the trades that it opened; oldest first. */
export async function ordersOfSignal(conn: Conn, signalId: SignalId): Promise<OrderRow[]> {
	return conn<OrderRow>('orders')
		.where('signal_id', signalId)
		.orWhereIn('trade_id', conn('trades').where('signal_id', signalId).select('id'))
		.orderBy(['created_at', 'id']);
}

/** In order of happening. */
export async function stepsOf(conn: Conn, ids: readonly OrderId[]): Promise<StepRow[]> {
	return conn<StepRow>('order_history').whereIn('order_id', [...ids]).orderBy('seq');
}

/** Oldest first. */
export async function fillsOf(conn: Conn, ids: readonly OrderId[]): Promise<FillRow[]> {
	return conn<FillRow>('fills').whereIn('order_id', [...ids]).orderBy(['at', 'id']);
}

/** Oldest first. */
export async function tradesOf(conn: Conn, ids: readonly TradeId[]): Promise<TradeRow[]> {
	return conn('trades as d')
		.join('accounts as a', 'a.id', 'd.account_id')
		.whereIn('d.id', [...ids])
		.orderBy(['d.created_at', 'd.id'])
		.select('d.*', 'a.currency');
}
