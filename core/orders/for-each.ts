import { messageOf } from '../model';
import type { OrderDeps } from './deps';

/** Venue calls of one job that are under way at the same time. */
const AT_ONCE = 4;

/**
 * Works on every item, a few at a time. One that fails is logged and does not keep the others from
 * their turn: one account's trouble must not stop another's exit.
 */
export async function forEach<T extends { readonly id: string }>(
	{ kernel }: OrderDeps,
	items: readonly T[],
	work: (item: T) => Promise<void>,
	atOnce: number = AT_ONCE,
): Promise<void> {
	const queue = [...items];
	const worker = async (): Promise<void> => {
		for (let item = queue.shift(); item !== undefined; item = queue.shift()) {
			try {
				await work(item);
			} catch (error) {
				kernel.log.error('Work on an order or trade failed; it is tried again.', {
					id: item.id,
					error: messageOf(error),
				});
			}
		}
	};
	await Promise.all(Array.from({ length: Math.min(atOnce, queue.length) }, worker));
}
