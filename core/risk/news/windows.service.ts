import { appendAudit } from '../../audit';
import type { Kernel, Trx } from '../../db';
import { FirecontrolError, HOUR, isoTime, newId, sha256, shorten, type NewsEventId } from '../../model';
import { BY_HAND, type NewsEvent } from './event';
import { readCurrencies, tidy } from './feeds/rows';
import { ALL_CURRENCIES, type NewsWindow } from './news';
import { windowInvalid } from './news.errors';
import { deleteEvents, findByKey, findEvent, insertEvents } from './news.repository';

/** A window that a person adds: open exactly from one time to the other. Times in ms UTC. */
export interface WindowInput {
	readonly title: string;
	/** Codes; empty: all currencies. */
	readonly currencies: readonly string[];
	readonly impact: NewsWindow['impact'];
	readonly from: number;
	readonly until: number;
	readonly actor: string;
}

const TITLE_MAX = 200;

function checkedCurrencies(given: readonly string[]): string[] {
	if (given.length === 0) return [ALL_CURRENCIES];
	const codes = readCurrencies(given.join(','));
	if (codes !== null) return codes;
	throw windowInvalid(`The currencies "${shorten(given.join(', '), 60)}" are no codes. Write codes such as USD, EUR, or leave them out for all.`);
}

function checkTimes(kernel: Kernel, { from, until }: WindowInput): void {
	const { windowHoursMax } = kernel.rules.policy.news;
	if (until <= from) throw windowInvalid(`The window would end at ${isoTime(until)}, before it begins at ${isoTime(from)}. Give an end later than the beginning.`);
	if (until <= kernel.clock.now()) throw windowInvalid(`The window ended at ${isoTime(until)} already.`);
	if (until - from > windowHoursMax * HOUR) {
		throw windowInvalid(`A window may be ${windowHoursMax} h long at most. To stop trading for longer, use the Kill Switch.`);
	}
}

/** Adds a window; the same once more gives the one that is there. @throws FirecontrolError `NEWS_WINDOW_INVALID` */
export async function addWindow(trx: Trx, kernel: Kernel, input: WindowInput): Promise<NewsEvent> {
	const { impact, from, until, actor } = input;
	const title = shorten(tidy(input.title), TITLE_MAX) || 'Added by hand';
	const currencies = checkedCurrencies(input.currencies);
	checkTimes(kernel, input);
	const key = sha256(JSON.stringify([title, currencies, impact, from, until])).slice(0, 32);
	const known = await findByKey(trx, BY_HAND, key);
	if (known !== null) return known;
	const now = kernel.clock.now();
	const event: NewsEvent = {
		id: newId('nws', kernel.clock, kernel.rng), source: BY_HAND, key, title, impact, statedImpact: impact,
		currencies, startsAt: from, endsAt: until, allDay: false, exact: true, addedBy: actor, createdAt: now,
		updatedAt: now,
	};
	await insertEvents(trx, [event]);
	await appendAudit(trx, kernel, {
		actor, action: 'news.window_added', subjectId: event.id, details: { title, currencies, impact, from, until },
	});
	return event;
}

/**
 * Takes a window of a person back. @throws FirecontrolError `NEWS_WINDOW_UNKNOWN`;
 * `NEWS_WINDOW_OF_FEED` for events of a calendar, which its next refresh would bring back
 */
export async function removeWindow(trx: Trx, kernel: Kernel, id: NewsEventId, actor: string): Promise<NewsEvent> {
	const event = await findEvent(trx, id);
	if (event === null) {
		throw new FirecontrolError('NEWS_WINDOW_UNKNOWN', `There is no window ${id}. It may be over, or removed already.`);
	}
	if (event.source !== BY_HAND) {
		throw new FirecontrolError('NEWS_WINDOW_OF_FEED', `"${event.title}" comes from the calendar "${event.source}"; its next refresh would bring it back. Only windows that people added can be removed.`);
	}
	await deleteEvents(trx, [id]);
	const { title, currencies, startsAt, endsAt, addedBy } = event;
	await appendAudit(trx, kernel, {
		actor, action: 'news.window_removed', subjectId: id, details: { title, currencies, starts_at: startsAt, ends_at: endsAt, added_by: addedBy },
	});
	return event;
}
