import type { Conn } from '../db';
import {
	add, mul, sub, ZERO,
	type AccountId, type Decimal, type MemberId, type OrderId, type SignalId, type TradeId,
} from '../model';
import type { Order, OrderStep } from './order';
import { WORKING_STATES, type OrderState } from './order-state';
import { toOrder, toOrderStep, type OrderHistoryRow, type OrderRow } from './orders.table';
import { OPEN_TRADE_STATES, type Fill, type Trade } from './trade';
import { toFill, toTrade, type FillRow, type TradeRow } from './trades.table';

/** Trades of the account that take their symbol's place: opening, open or closing. */
export async function openTrades(conn: Conn, accountId: AccountId): Promise<Trade[]> {
	const rows = await conn<TradeRow>('trades')
		.where({ account_id: accountId })
		.whereIn('state', [...OPEN_TRADE_STATES])
		.orderBy('created_at');
	return rows.map(toTrade);
}

/** Every trade that takes its symbol's place, of all accounts, oldest first. */
export async function allOpenTrades(conn: Conn): Promise<Trade[]> {
	const rows = await conn<TradeRow>('trades')
		.whereIn('state', [...OPEN_TRADE_STATES])
		.orderBy(['created_at', 'id']);
	return rows.map(toTrade);
}

/** The order that opened (or opens) the trade. */
export async function entryOrderOf(conn: Conn, tradeId: TradeId): Promise<Order | null> {
	const row = await conn<OrderRow>('orders')
		.where({ trade_id: tradeId, leg: 'entry' })
		.orderBy('created_at', 'desc')
		.first();
	return row === undefined ? null : toOrder(row);
}

/** All entries of the trade, replaced ones too, oldest first. */
export async function entryOrdersOf(conn: Conn, tradeId: TradeId): Promise<Order[]> {
	const rows = await conn<OrderRow>('orders')
		.where({ trade_id: tradeId, leg: 'entry' })
		.orderBy(['created_at', 'id']);
	return rows.map(toOrder);
}

/** Orders whose time is over and that nobody has asked to cancel, earliest first. */
export async function expiringOrders(conn: Conn, now: number, limit: number): Promise<Order[]> {
	const rows = await conn<OrderRow>('orders')
		.where('expires_at', '<=', now)
		.whereNull('closed_at')
		.whereNot({ pending: 'cancel' })
		.orderBy(['expires_at', 'id'])
		.limit(limit);
	return rows.map(toOrder);
}

/** Replacements that wait until what they replace is over, oldest first. */
export async function waitingReplacements(conn: Conn, limit: number): Promise<Order[]> {
	const rows = await conn<OrderRow>('orders')
		.whereNotNull('waits_for')
		.where({ state: 'CREATED' })
		.orderBy(['created_at', 'id'])
		.limit(limit);
	return rows.map(toOrder);
}

/** Orders of the trade, oldest first. */
export async function ordersOfTrade(conn: Conn, tradeId: TradeId): Promise<Order[]> {
	const rows = await conn<OrderRow>('orders').where({ trade_id: tradeId }).orderBy(['created_at', 'id']);
	return rows.map(toOrder);
}

/** Orders of ours that are not over, of one account or all, oldest first. Others' are left alone. */
export async function workingOrders(
	conn: Conn,
	filter: { readonly accountId?: AccountId; readonly symbol?: string } = {},
): Promise<Order[]> {
	const query = conn<OrderRow>('orders')
		.whereIn('state', [...WORKING_STATES])
		.whereNot('origin', 'EXTERNAL' satisfies Order['origin']);
	if (filter.accountId !== undefined) void query.where({ account_id: filter.accountId });
	if (filter.symbol !== undefined) void query.where({ symbol: filter.symbol });
	return (await query.orderBy(['created_at', 'id'])).map(toOrder);
}

/**
 * What the venue holds back of the account's currency for others' working purchases: nothing that
 * an entry of ours could use. Those without a price hold an amount that nobody knows.
 */
export async function heldByForeign(
	conn: Conn,
	accountId: AccountId,
	currency: string,
): Promise<Decimal> {
	const rows = await conn<OrderRow>('orders')
		.where({ account_id: accountId, origin: 'EXTERNAL', side: 'buy' })
		.whereIn('state', [...WORKING_STATES])
		.select('symbol', 'quantity', 'filled_quantity', 'price', 'trigger_price');
	const own = rows.filter(({ symbol }) => symbol.split('/')[1] === currency);
	return add(
		...own.map((row) =>
			mul(sub(row.quantity, row.filled_quantity), row.price ?? row.trigger_price ?? ZERO),
		),
	);
}

/** Which orders a list shows. */
export interface OrderFilter {
	readonly accountId?: AccountId;
	readonly memberId?: MemberId;
	readonly signalId?: SignalId;
	readonly state?: OrderState;
	/** Newest first; 50 unless given. */
	readonly limit?: number;
}

export async function listOrders(conn: Conn, filter: OrderFilter = {}): Promise<Order[]> {
	const query = conn<OrderRow>('orders');
	if (filter.accountId !== undefined) void query.where({ account_id: filter.accountId });
	if (filter.memberId !== undefined) void query.where({ member_id: filter.memberId });
	if (filter.signalId !== undefined) void query.where({ signal_id: filter.signalId });
	if (filter.state !== undefined) void query.where({ state: filter.state });
	const rows = await query.orderBy([
		{ column: 'created_at', order: 'desc' },
		{ column: 'id', order: 'desc' },
	]).limit(filter.limit ?? 50);
	return rows.map(toOrder);
}

/** Steps of these orders, oldest first, by order. */
export async function historyOf(
	conn: Conn,
	orderIds: readonly OrderId[],
): Promise<Map<OrderId, OrderStep[]>> {
	const rows = await conn<OrderHistoryRow>('order_history')
		.whereIn('order_id', [...orderIds])
		.orderBy('seq');
	const steps = new Map<OrderId, OrderStep[]>(orderIds.map((id) => [id, []]));
	for (const row of rows) steps.get(row.order_id)?.push(toOrderStep(row));
	return steps;
}

/** Fills of these orders, oldest first, by order. */
export async function fillsOf(
	conn: Conn,
	orderIds: readonly OrderId[],
): Promise<Map<OrderId, Fill[]>> {
	const rows = await conn<FillRow>('fills').whereIn('order_id', [...orderIds]).orderBy(['at', 'id']);
	const fills = new Map<OrderId, Fill[]>(orderIds.map((id) => [id, []]));
	for (const row of rows) fills.get(row.order_id)?.push(toFill(row));
	return fills;
}

/** Trades that a signal led to, one an account, oldest first. */
export async function tradesOfSignal(conn: Conn, signalId: SignalId): Promise<Trade[]> {
	const rows = await conn<TradeRow>('trades').where({ signal_id: signalId }).orderBy('created_at');
	return rows.map(toTrade);
}

/** Orders in one state, oldest first. */
export async function ordersInState(conn: Conn, state: OrderState): Promise<Order[]> {
	const rows = await conn<OrderRow>('orders').where({ state }).orderBy(['created_at', 'id']);
	return rows.map(toOrder);
}

/** CREATED orders whose time to be sent has come: exits first, then entries in their order. */
export async function dueOrders(conn: Conn, now: number, limit: number): Promise<Order[]> {
	const rows = await conn<OrderRow>('orders')
		.where({ state: 'CREATED' })
		.where('send_after', '<=', now)
		.whereNull('waits_for')
		.orderBy([{ column: 'reduce_only', order: 'desc' }, { column: 'send_after' }, { column: 'id' }])
		.limit(limit);
	return rows.map(toOrder);
}
