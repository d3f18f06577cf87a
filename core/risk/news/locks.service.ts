import { appendAudit } from '../../audit';
import type { Kernel, Trx } from '../../db';
import { appendEvent } from '../../events';
import { newsWindowOf, isOpen, type NewsEvent } from './event';
import { markTold, untoldNear } from './news.repository';

/** HIGH events whose window is open and that nobody was told of. */
async function justOpened(trx: Trx, { clock, rules }: Kernel): Promise<{ event: NewsEvent; until: number }[]> {
	const { news } = rules.policy;
	const now = clock.now();
	return (await untoldNear(trx, now, news)).flatMap((event) => {
		const window = newsWindowOf(event, news);
		return window !== null && isOpen(window, now) ? [{ event, until: window.until }] : [];
	});
}

/** Tells once of every lock that has begun, all that begin together in one event. */
export async function tellLocks(trx: Trx, kernel: Kernel): Promise<void> {
	const opened = await justOpened(trx, kernel);
	if (opened.length === 0) return;
	const ids = opened.map(({ event }) => event.id);
	await markTold(trx, ids, kernel.clock.now());
	const until = Math.max(...opened.map((each) => each.until));
	const titles = [...new Set(opened.map(({ event }) => event.title))];
	const currencies = [...new Set(opened.flatMap(({ event }) => event.currencies))].sort();
	await appendAudit(trx, kernel, {
		actor: 'engine', action: 'news.locked', subjectId: ids[0] ?? null, details: { ids, titles, currencies, until },
	});
	await appendEvent(trx, kernel, {
		type: 'news.locked',
		subjectId: ids[0] ?? null,
		actor: 'engine',
		payload: { event_ids: ids, titles, currencies, until },
	});
}
