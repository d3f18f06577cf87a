import { cancel } from '../sending/cancel';
import { ENGINE_ACTOR, type OrderDeps } from '../deps';
import { forEach } from '../for-each';
import { expiringOrders } from '../orders.queries';

/** Orders that one run of the job takes back at most. */
const EXPIRING_MAX = 200;

/**
 * Job: takes back orders whose time is over (DAY, GTD, the square-off of an exit plan). What has
 * filled stays. A cancel without an answer is repeated by the watch. @returns how many
 */
export async function expireDue(deps: OrderDeps): Promise<number> {
	const { kernel } = deps;
	const due = await expiringOrders(kernel.conn, kernel.clock.now(), EXPIRING_MAX);
	await forEach(deps, due, async (order) => {
		await cancel(deps, order.id, ENGINE_ACTOR);
	});
	return due.length;
}
