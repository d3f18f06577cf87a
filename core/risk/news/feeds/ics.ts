import ICAL from 'ical.js';
import { IANAZone } from 'luxon';
import { DAY, messageOf, sha256, shorten } from '../../../model';
import type { NewsDraft, NewsRules } from '../event';
import { hasWords, readImpact, weighed } from '../impact';
import { ALL_CURRENCIES, type NewsImpact } from '../news';
import { feedError } from '../news.errors';
import type { FeedContent } from './content';
import { occurrencesOf, type Occurrence } from './ics-occurrences';
import { tidy } from './rows';

/** How a calendar file is read. */
export interface IcsTerms {
	readonly rules: NewsRules;
	/** IANA zone of floating and all-day events, before the calendar's own; null: the calendar's own. */
	readonly zone: string | null;
	/** Impact of events that state none. */
	readonly impact: NewsImpact;
	/** Currencies of events that name none; empty: they concern everybody. */
	readonly currencies: readonly string[];
	readonly now: number;
}

const TITLE_MAX = 300;
const STATED = /impact\s*[:=]\s*(high|medium|low|holiday)/i;

function textOf(component: ICAL.Component, name: string): string {
	const value = component.getFirstPropertyValue(name);
	return typeof value === 'string' ? tidy(value) : '';
}

function categoriesOf(component: ICAL.Component): string[] {
	return component
		.getAllProperties('categories')
		.flatMap((property) => property.getValues())
		.map((value) => tidy(String(value)));
}

/** What the event says of its impact: a category, a property of its own, or a line of its text. */
function statedImpact(component: ICAL.Component): NewsImpact | null {
	const words = [textOf(component, 'x-impact'), textOf(component, 'x-importance'), ...categoriesOf(component)];
	const named = words.map(readImpact).find((impact) => impact !== null);
	const [, written] = STATED.exec(textOf(component, 'description')) ?? [];
	return named ?? (written === undefined ? null : readImpact(written));
}

/** Currency codes that the title or a category names. */
function namedCurrencies(component: ICAL.Component, title: string, { fiat }: NewsRules): string[] {
	const said = [title, textOf(component, 'x-currency'), ...categoriesOf(component)].join(' ');
	const capitals = said.replace(/[a-z]/g, '\u0001');
	return fiat.filter((code) => hasWords(capitals, code)).sort();
}

const KEY_MAX = 200;

/** Names of any length, kept as they are where they are short. */
function keyOf(name: string): string {
	return name.length > KEY_MAX ? sha256(name) : name;
}

function draftOf({ component, uid, recurrence, startsAt, endsAt, allDay }: Occurrence, terms: IcsTerms): NewsDraft {
	const title = shorten(textOf(component, 'summary') || 'Event without a title', TITLE_MAX);
	const stated = statedImpact(component);
	const named = namedCurrencies(component, title, terms.rules);
	const others = terms.currencies.length > 0 ? terms.currencies : [ALL_CURRENCIES];
	return {
		key: keyOf(`${recurrence ?? 'once'}|${uid}`),
		title,
		impact: weighed(stated ?? terms.impact, title, terms.rules),
		statedImpact: stated,
		currencies: named.length > 0 ? named : [...others],
		startsAt,
		endsAt,
		allDay,
		exact: false,
	};
}

function calendarOf(text: string, host: string): ICAL.Component {
	// The parser takes any END for the right one.
	if (/^BEGIN:VCALENDAR\b/i.test(text.trim()) && !/\nEND:VCALENDAR$/i.test(text.trim())) {
		throw feedError('NEWS_FEED_UNREADABLE', `${host} sent a calendar that is cut off.`, true);
	}
	try {
		const parsed = ICAL.parse(text.replace(/^\uFEFF/, ''));
		const calendar = new ICAL.Component(parsed);
		if (calendar.name === 'vcalendar') return calendar;
	} catch (error) {
		const detail = shorten(tidy(messageOf(error)), 120);
		throw feedError('NEWS_FEED_UNREADABLE', `${host} sent a calendar that is broken or cut off (${detail}).`, true);
	}
	throw feedError('NEWS_FEED_UNREADABLE', `${host} sent text that is no iCalendar file.`);
}

/**
 * A calendar in the iCalendar format: single and recurring events, their exceptions, zones by the
 * IANA list or by the calendar's own definition. What was cancelled is left out. Events are written
 * out from some days ago to the horizon.
 * @throws FirecontrolError `NEWS_FEED_UNREADABLE`, `NEWS_FEED_EMPTY`
 */
export function parseIcs(text: string, host: string, terms: IcsTerms): FeedContent {
	const calendar = calendarOf(text, host);
	const { rules, now } = terms;
	const from = now - rules.keepDays * DAY;
	const until = now + rules.horizonDays * DAY;
	const own = textOf(calendar, 'x-wr-timezone');
	const zone = terms.zone ?? (IANAZone.isValidZone(own) ? own : null);
	if (calendar.getAllSubcomponents('vevent').length === 0) {
		throw feedError('NEWS_FEED_EMPTY', `${host} sent a calendar without a single event.`);
	}
	const events = occurrencesOf(calendar, { host, zone, from, until, eventsMax: rules.eventsMax }).map((occurrence) =>
		draftOf(occurrence, terms),
	);
	return { events: [...new Map(events.map((event) => [event.key, event])).values()], from, until };
}
