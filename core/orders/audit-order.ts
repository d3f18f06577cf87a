import { appendAudit } from '../audit';
import type { Kernel, Trx } from '../db';
import type { Order } from './order';

/** Writes down what became of the decision to order, by whom and by which algorithm. */
export async function auditOrder(
	trx: Trx,
	kernel: Pick<Kernel, 'clock' | 'rules'>,
	order: Order,
	action: 'order.created' | 'order.denied',
): Promise<void> {
	await appendAudit(trx, kernel, {
		actor: order.actor,
		action,
		subjectId: order.id,
		correlationId: order.signalId,
		memberId: order.memberId,
		accountId: order.accountId,
		details: {
			client_order_id: order.clientOrderId,
			algo_id: order.algoId,
			leg: order.leg,
			reason: order.reason,
			symbol: order.symbol,
			side: order.side,
			type: order.type,
			quantity: order.quantity,
			price: order.price,
			trigger_price: order.triggerPrice,
			code: order.code,
		},
	});
}
