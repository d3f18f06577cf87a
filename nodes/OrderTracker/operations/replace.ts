import { isRefused, type Core } from '../../../core';
import { orderItem } from '../../shared/items';
import { refuseLiveByHandOf } from '../../shared/manualRun';
import type { OutputItem } from '../../shared/runItems';
import type { ExitCommand } from '../OrderTracker.exits.params';
import { orderOutput, refusedItem } from './outputs';

/** Orders another quantity or price in place of a working entry. */
export async function replace(
	core: Core,
	{ orderId, wish, actor, run }: Extract<ExitCommand, { kind: 'replace' }>,
): Promise<OutputItem> {
	const next =
		(await refuseLiveByHandOf(core, run, { orderId })) ??
		(await core.firemodes.replace({ orderId, wish, actor }));
	if (!isRefused(next)) return orderOutput(next);
	const order = await core.orders.get(orderId);
	return refusedItem(next, order === null ? { order_id: orderId } : orderItem(order));
}
