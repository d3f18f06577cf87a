import type { Kernel, Trx } from '../../db';
import { appendEvent, type EventType } from '../../events';
import { clientOrderId, ZERO, type FirecontrolError } from '../../model';
import { isIssueKind, type IssueKind, type IssueSeverity } from '../issues/issue';
import { settleIssue, upsertIssue } from '../issues/issues.repository';
import type { Order } from '../order';
import { saveOrder } from '../orders.repository';
import { entryPrice, exitPrice } from './positions';
import { isResting } from '../protection/protection';
import type { Exit, Trade } from '../trade';

type OrderEventType = Extract<EventType, `order.${string}`>;

/** Which event tells of an order that came into this state; null: none does. */
const TOLD: Readonly<Record<Order['state'], OrderEventType | null>> = {
	CREATED: null,
	SUBMITTING: null,
	SUBMITTED: 'order.submitted',
	OPEN: 'order.submitted',
	TRIGGERED: null,
	PARTIALLY_FILLED: null,
	FILLED: 'order.filled',
	CANCELLED: 'order.cancelled',
	EXPIRED: 'order.cancelled',
	DENIED: 'order.rejected',
	REJECTED: 'order.rejected',
	FAILED: 'order.failed',
	UNKNOWN: 'order.unknown',
};

/**
 * Whether it is the engine's own housekeeping: a stop that makes way, or comes back for another price
 * or quantity. The first one of a trade is told of, and every one that fills or fails.
 */
function isHousekeeping(order: Order, type: OrderEventType): boolean {
	if (!isResting(order) || order.tradeId === null) return false;
	if (type === 'order.cancelled') return true;
	const first = clientOrderId(order.tradeId, order.leg, 1);
	return type === 'order.submitted' && order.clientOrderId !== first;
}

/**
 * Appends the event of where the order came to. An order that rests is told of once, when it is
 * first working; one that fills at once only as filled.
 */
export async function announceOrder(
	trx: Trx,
	kernel: Kernel,
	order: Order,
	before: Order['state'] | null,
	actor: string = order.actor,
): Promise<void> {
	const type = TOLD[order.state];
	if (before !== order.state) await trackUnknown(trx, kernel, order, before);
	if (type === null || (before !== null && TOLD[before] === type)) return;
	if (isHousekeeping(order, type)) return;
	await appendEvent(trx, kernel, {
		type,
		memberId: order.memberId,
		accountId: order.accountId,
		signalId: order.signalId,
		subjectId: order.id,
		actor,
		payload: {
			order_id: order.id,
			client_order_id: order.clientOrderId,
			leg: order.leg,
			symbol: order.symbol,
			side: order.side,
			quantity: order.quantity,
			filled_quantity: order.filledQuantity,
			average_price: order.averagePrice,
			code: order.code,
			message: order.message,
		},
	});
}

const about = (trade: Trade, actor: string) =>
	({
		memberId: trade.memberId,
		accountId: trade.accountId,
		signalId: trade.signalId,
		subjectId: trade.id,
		actor,
	}) as const;

/** Tells of the first fill of a trade. */
export async function announceOpened(
	trx: Trx,
	kernel: Kernel,
	trade: Trade,
	exits: readonly Exit[],
	actor: string,
): Promise<void> {
	await appendEvent(trx, kernel, {
		type: 'trade.opened',
		...about(trade, actor),
		payload: {
			trade_id: trade.id,
			symbol: trade.symbol,
			side: trade.side,
			quantity: trade.enteredQuantity,
			entry_price: entryPrice(trade) ?? ZERO,
			stop_loss: trade.stopLoss,
			targets: exits
				.filter((exit) => exit.kind === 'target')
				.map(({ price, share }) => ({ price, share })),
			fees: trade.fees,
		},
	});
}

/** Tells of the final fill of a trade, in the transaction of that fill. */
export async function announceClosed(
	trx: Trx,
	kernel: Kernel,
	trade: Trade,
	currency: string,
	actor: string,
): Promise<void> {
	const now = kernel.clock.now();
	await appendEvent(trx, kernel, {
		type: 'trade.closed',
		...about(trade, actor),
		payload: {
			trade_id: trade.id,
			symbol: trade.symbol,
			side: trade.side,
			quantity: trade.exitedQuantity,
			entry_price: entryPrice(trade) ?? ZERO,
			exit_price: exitPrice(trade) ?? ZERO,
			gross: trade.realisedGross,
			fees: trade.fees,
			net: trade.realisedNet,
			exit_reason: trade.exitReason ?? 'engine',
			plan_kept: trade.planKept,
			stop_honoured: trade.stopHonoured,
			opened_at: trade.openedAt ?? now,
			closed_at: trade.closedAt ?? now,
			currency,
		},
	});
}

/** Raises an issue about an order for the people who run the system: told once while it is open. */
export async function raiseIssue(
	trx: Trx,
	kernel: Kernel,
	order: Pick<Order, 'accountId' | 'id' | 'signalId' | 'symbol'>,
	issue: {
		readonly code: IssueKind;
		readonly message: string;
		readonly severity: IssueSeverity;
	},
): Promise<void> {
	await upsertIssue(trx, kernel, {
		accountId: order.accountId,
		symbol: order.symbol,
		orderId: order.id,
		kind: issue.code,
		severity: issue.severity,
		detail: issue.message,
		signalId: order.signalId,
	});
}

/** An order of unknown outcome is an issue from the first moment, and none any more once it is known. */
async function trackUnknown(
	trx: Trx,
	kernel: Kernel,
	order: Order,
	before: Order['state'] | null,
): Promise<void> {
	if (order.state === 'UNKNOWN') {
		await raiseIssue(trx, kernel, order, {
			code: 'ORDER_UNRESOLVED',
			message: `The outcome of the order ${order.clientOrderId} (${order.side} ${order.quantity} ${order.symbol}) is not known yet. It is being looked up; until it is settled the symbol stays closed to new entries.`,
			severity: 'high',
		});
	} else if (before === 'UNKNOWN') {
		const { accountId, symbol, id: orderId } = order;
		const key = { accountId, symbol, orderId, kind: 'ORDER_UNRESOLVED' } as const;
		await settleIssue(trx, kernel, key, { resolution: `the order is ${order.state}` });
	}
}

/** Notes on the order that its reports cannot be booked, and raises that the first time. */
export async function announceIssueOnce(
	trx: Trx,
	kernel: Kernel,
	order: Order,
	error: FirecontrolError,
): Promise<Order> {
	if (order.code === error.code) return order;
	const noted: Order = { ...order, code: error.code, message: error.message };
	await saveOrder(trx, noted);
	const { code, message } = error;
	if (isIssueKind(code)) await raiseIssue(trx, kernel, order, { code, message, severity: 'critical' });
	return noted;
}
