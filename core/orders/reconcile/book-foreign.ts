import type { Kernel, Trx } from '../../db';
import type { VenueFill, VenueOrder } from '../../exchange';
import { lockAccount } from '../../members';
import { newId, ZERO } from '../../model';
import { announceOrder } from '../booking/announce';
import type { Order } from '../order';
import { isTerminal } from '../order-state';
import { countFill, move, statusEvent, type MovingOrder } from '../booking/order-update';
import { appendSteps, lockOrder, saveOrder } from '../orders.repository';
import { feeInCurrency } from '../booking/positions';
import { insertFill } from '../trades.repository';

/**
 * Books what became of somebody else's order: its executions stand with it and move no trade,
 * position or cash of ours; what they did to the account shows in its balances.
 */
export async function bookForeign(
	trx: Trx,
	kernel: Kernel,
	handle: Pick<Order, 'accountId' | 'id'>,
	venue: VenueOrder,
	fills: readonly VenueFill[],
): Promise<Order> {
	const account = await lockAccount(trx, handle.accountId);
	const before = await lockOrder(trx, handle.id);
	const now = kernel.clock.now();
	let moving: MovingOrder = { order: before, steps: [] };
	for (const fill of [...fills].sort((a, b) => a.at - b.at)) {
		const isNew = await insertFill(trx, {
			...fill,
			id: newId('fil', kernel.clock, kernel.rng),
			accountId: before.accountId,
			orderId: before.id,
			tradeId: null,
		});
		if (!isNew) continue;
		const fee = feeInCurrency({ ...fill, symbol: before.symbol }, account.currency) ?? ZERO;
		moving = countFill(moving, { quantity: fill.quantity, price: fill.price, fee }, now);
	}
	const event = statusEvent(moving.order, venue, now);
	if (event !== null) moving = move(moving, event, now, {}, venue.message);
	if (moving.steps.length === 0) return before;
	await saveOrder(trx, moving.order);
	await appendSteps(trx, before.id, moving.steps);
	await announceOrder(trx, kernel, moving.order, before.state);
	return moving.order;
}

/** Ends somebody else's order that the venue does not know any more. */
export async function forgetForeign(trx: Trx, kernel: Kernel, handle: Order): Promise<Order> {
	await lockAccount(trx, handle.accountId);
	const before = await lockOrder(trx, handle.id);
	if (isTerminal(before.state)) return before;
	const moved = move({ order: before, steps: [] }, 'Cancel', kernel.clock.now(), {}, 'gone from the venue');
	await saveOrder(trx, moved.order);
	await appendSteps(trx, before.id, moved.steps);
	await announceOrder(trx, kernel, moved.order, before.state);
	return moved.order;
}
