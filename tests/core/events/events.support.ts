import type { Kernel } from '../../../core/db';
import { appendEvent, type Events } from '../../../core/events';
import type { EventId } from '../../../core/model';

export const consumer = 'workflow:1';

export async function levelUp(kernel: Kernel, ...levels: number[]): Promise<EventId[]> {
	return kernel.transaction(async (trx) => {
		const ids: EventId[] = [];
		for (const level of levels) {
			ids.push(
				await appendEvent(trx, kernel, {
					type: 'xp.level_up',
					memberId: 'mbr_1',
					signalId: 'sig_1',
					actor: 'system',
					payload: { level },
				}),
			);
		}
		return ids;
	});
}

export async function rankUp(kernel: Kernel, rank: string): Promise<void> {
	await kernel.transaction(async (trx) => {
		await appendEvent(trx, kernel, { type: 'xp.rank_up', actor: 'system', payload: { rank } });
	});
}

export async function levels(events: Events, limit = 100, name = consumer): Promise<number[] | null> {
	const delivery = await claim(events, limit, name);
	return delivery === null ? null : delivery.levels;
}

export async function claim(
	events: Events,
	limit = 100,
	name = consumer,
): Promise<{ id: number; attempt: number; levels: number[] } | null> {
	const delivery = await eventually(async () => events.claim(name, ['xp.level_up'], limit));
	if (delivery === null) return null;
	return {
		id: delivery.deliveryId,
		attempt: delivery.attempt,
		levels: delivery.events.map((event) => (event.type === 'xp.level_up' ? event.payload.level : -1)),
	};
}

/** Another suite's transaction on the same server may hold events back for a moment. */
export async function eventually<T>(look: () => Promise<T | null>): Promise<T | null> {
	for (let tries = 0; tries < 20; tries++) {
		const found = await look();
		if (found !== null) return found;
		await new Promise((resolve) => setTimeout(resolve, 10));
	}
	return null;
}
