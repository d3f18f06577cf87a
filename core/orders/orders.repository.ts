import { changing, type Conn, type Trx } from '../db';
import type { OrderId, TicketId, TradeId } from '../model';
import { FirecontrolError } from '../model';
import type { Order, OrderStep } from './order';
import { toOrder, toOrderRow, type OrderHistoryRow, type OrderRow } from './orders.table';

/** What an order is from its making on, as far as indexes are made of it. */
const FIXED = [
	'id', 'client_order_id', 'account_id', 'member_id', 'signal_id', 'ticket_id', 'trade_id', 'symbol',
	'created_at',
] as const;

export async function insertOrder(trx: Trx, order: Order): Promise<void> {
	await trx<OrderRow>('orders').insert(toOrderRow(order));
}

/** Rows of one statement at most: each has some fifty columns. */
const BATCH = 50;

/** Inserts many orders with their first steps, in few statements. */
export async function insertOrders(
	trx: Trx,
	made: readonly { readonly order: Order; readonly steps: readonly OrderStep[] }[],
): Promise<void> {
	for (let start = 0; start < made.length; start += BATCH) {
		const part = made.slice(start, start + BATCH);
		await trx<OrderRow>('orders').insert(part.map(({ order }) => toOrderRow(order)));
		const steps = part.flatMap((each) =>
			each.steps.map((step) => toStepRow(each.order.id, step)),
		);
		if (steps.length > 0) await trx<OrderHistoryRow>('order_history').insert(steps);
	}
}

export async function saveOrder(trx: Trx, order: Order): Promise<void> {
	await trx<OrderRow>('orders')
		.where({ id: order.id })
		.update(changing(toOrderRow(order), FIXED));
}

/** A late fill joined another trade: from now on the order belongs to that one. */
export async function joinTrade(trx: Trx, id: OrderId, tradeId: TradeId): Promise<void> {
	await trx<OrderRow>('orders').where({ id }).update({ trade_id: tradeId });
}

function toStepRow(orderId: OrderId, step: OrderStep): Omit<OrderHistoryRow, 'seq'> {
	return {
		order_id: orderId,
		at: step.at,
		from_state: step.from,
		event: step.event,
		to_state: step.to,
		detail: step.detail,
	};
}

/** Appends steps to the order's history, in order. */
export async function appendSteps(
	trx: Trx,
	orderId: OrderId,
	steps: readonly OrderStep[],
): Promise<void> {
	if (steps.length === 0) return;
	await trx<OrderHistoryRow>('order_history').insert(
		steps.map((step) => toStepRow(orderId, step)),
	);
}

export async function findOrder(conn: Conn, id: OrderId): Promise<Order | null> {
	const row = await conn<OrderRow>('orders').where({ id }).first();
	return row === undefined ? null : toOrder(row);
}

/** The order, locked until the transaction ends. @throws FirecontrolError `ORDER_UNKNOWN_ID` */
export async function lockOrder(trx: Trx, id: OrderId): Promise<Order> {
	const row = await trx<OrderRow>('orders').where({ id }).forUpdate().first();
	if (row !== undefined) return toOrder(row);
	throw new FirecontrolError('ORDER_UNKNOWN_ID', `There is no order ${id}.`);
}

export async function findOrderByClientId(conn: Conn, clientOrderId: string): Promise<Order | null> {
	const row = await conn<OrderRow>('orders').where({ client_order_id: clientOrderId }).first();
	return row === undefined ? null : toOrder(row);
}

/** The entry that a ticket was placed as, the first one where it was replaced, or null. */
export async function findEntryByTicket(conn: Conn, ticketId: TicketId): Promise<Order | null> {
	const row = await conn<OrderRow>('orders')
		.where({ ticket_id: ticketId, leg: 'entry' })
		.whereNull('replaces')
		.first();
	return row === undefined ? null : toOrder(row);
}
