import type ICAL from 'ical.js';
import { messageOf, shorten } from '../../../model';
import { calendarTooLarge, feedError } from '../news.errors';
import { ruleStarts, StepBudget } from './ics-rules';
import { datesOf, spanOf, type EventSpan } from './ics-span';
import { ZoneClocks } from './ics-zones';

/** What is written out of a calendar, and how much at most. */
export interface OccurrenceTerms {
	readonly host: string;
	/** IANA zone of floating times and all-day events. */
	readonly zone: string | null;
	/** ms UTC. */
	readonly from: number;
	readonly until: number;
	readonly eventsMax: number;
}

/** One time at which an event takes place, in ms UTC. */
export interface Occurrence {
	readonly component: ICAL.Component;
	readonly uid: string;
	/** Which of a series, by when it was meant to begin, or which of several of one name; null: the only one. */
	readonly recurrence: number | null;
	readonly startsAt: number;
	readonly endsAt: number;
	readonly allDay: boolean;
}

interface Work extends OccurrenceTerms {
	readonly clocks: ZoneClocks;
	readonly budget: StepBudget;
}

/** A change of one occurrence, or of it and all later ones. */
interface Override {
	readonly component: ICAL.Component;
	readonly span: EventSpan;
	readonly at: number;
	readonly following: boolean;
}

const isCancelled = (component: ICAL.Component): boolean =>
	String(component.getFirstPropertyValue('status') ?? '').toUpperCase() === 'CANCELLED';

/** When the occurrences of a series begin, before anything was moved; those excepted are left out. */
function seriesStarts(component: ICAL.Component, span: EventSpan, work: Work): number[] {
	const ruled = ruleStarts(component, span, work.until, work.budget);
	const added = datesOf(component, 'rdate', work.clocks, span.clock).map(({ at }) => at);
	const hasRule = component.getFirstProperty('rrule') !== null;
	const excepted = datesOf(component, 'exdate', work.clocks, span.clock);
	const gone = new Set(excepted.map(({ at }) => at));
	const goneDays = new Set(excepted.filter(({ isDate }) => isDate).map(({ day }) => day));
	const starts = new Set([...(hasRule ? [] : [span.startsAt]), ...ruled, ...added]);
	const dayOf = (at: number): string => {
		const { year, month, day } = span.clock.show(at);
		return `${year}-${month}-${day}`;
	};
	return [...starts].filter((at) => !gone.has(at) && !(goneDays.size > 0 && goneDays.has(dayOf(at))));
}

function overrideOf(component: ICAL.Component, work: Work): Override | null {
	const property = component.getFirstProperty('recurrence-id');
	const [date] = datesOf(component, 'recurrence-id', work.clocks);
	if (property === null || date === undefined) return null;
	const following = property.getParameter('range') === 'THISANDFUTURE';
	return { component, span: spanOf(component, work.clocks, work.host), at: date.at, following };
}

function changed(at: number, overrides: readonly Override[]): Override | null {
	const own = overrides.find((override) => override.at === at);
	return own ?? overrides.filter((override) => override.following && override.at < at).at(-1) ?? null;
}

function occurrence(
	uid: string,
	recurrence: number | null,
	{ component, span }: Pick<Override, 'component' | 'span'>,
	startsAt: number,
): Occurrence {
	return { component, uid, recurrence, startsAt, endsAt: span.endOf(startsAt), allDay: span.allDay };
}

function series(master: ICAL.Component, uid: string, overrides: readonly Override[], work: Work): Occurrence[] {
	const span = spanOf(master, work.clocks, work.host);
	const starts = seriesStarts(master, span, work);
	// What was moved into the time that is looked at may have been meant for a time outside of it.
	const moved = overrides.map(({ at }) => at).filter((at) => !starts.includes(at));
	return [...starts, ...moved].flatMap((at) => {
		const change = changed(at, overrides);
		if (change === null) return isCancelled(master) ? [] : [occurrence(uid, at, { component: master, span }, at)];
		if (isCancelled(change.component)) return [];
		return [occurrence(uid, at, change, at + (change.span.startsAt - change.at))];
	});
}

function uidOf(component: ICAL.Component): string {
	const uid = component.getFirstPropertyValue('uid');
	if (typeof uid === 'string' && uid.trim() !== '') return uid.trim();
	return `${String(component.getFirstPropertyValue('summary'))}`;
}

const repeats = (component: ICAL.Component): boolean =>
	component.getFirstProperty('rrule') !== null || component.getFirstProperty('rdate') !== null;

function ofOneUid(uid: string, components: readonly ICAL.Component[], work: Work): Occurrence[] {
	const overrides = components
		.map((component) => overrideOf(component, work))
		.filter((override) => override !== null)
		.sort((a, b) => a.at - b.at);
	const masters = components.filter((component) => component.getFirstProperty('recurrence-id') === null);
	const [only] = masters;
	if (only !== undefined && masters.length === 1 && repeats(only)) return series(only, uid, overrides, work);
	const orphans = overrides
		.filter(({ component }) => !isCancelled(component))
		.map((override) => occurrence(uid, override.at, override, override.span.startsAt));
	const singles = masters.flatMap((component) => {
		if (repeats(component)) return series(component, uid, [], work);
		const span = spanOf(component, work.clocks, work.host);
		if (isCancelled(component)) return [];
		return [occurrence(uid, masters.length > 1 ? span.startsAt : null, { component, span }, span.startsAt)];
	});
	return [...singles, ...orphans];
}

/**
 * Every occurrence that touches the time asked for, without what was cancelled.
 * @throws FirecontrolError `NEWS_FEED_UNREADABLE`, `NEWS_FEED_TOO_LARGE`
 */
export function occurrencesOf(calendar: ICAL.Component, terms: OccurrenceTerms): Occurrence[] {
	const { host, zone, from, until, eventsMax } = terms;
	const work: Work = { ...terms, clocks: new ZoneClocks(calendar, host, zone), budget: new StepBudget(host) };
	const byUid = Map.groupBy(calendar.getAllSubcomponents('vevent'), uidOf);
	const found: Occurrence[] = [];
	for (const [uid, components] of byUid) {
		try {
			const all = ofOneUid(uid, components, work);
			found.push(...all.filter(({ startsAt, endsAt }) => endsAt >= from && startsAt <= until));
		} catch (error) {
			if (error instanceof Error && error.name === 'FirecontrolError') throw error;
			const title = shorten(String(components[0]?.getFirstPropertyValue('summary') ?? uid), 60);
			throw feedError('NEWS_FEED_UNREADABLE', `${host} sent the event "${title}" with a rule or time that cannot be read (${shorten(messageOf(error), 120)}).`);
		}
		if (found.length > eventsMax) throw calendarTooLarge(host, `more than ${eventsMax} events`);
	}
	return found;
}
