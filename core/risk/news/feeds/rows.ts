import { DateTime } from 'luxon';
import { asRecord, sha256, shorten } from '../../../model';
import type { NewsDraft, NewsRules } from '../event';
import { IMPACT_ADVICE, readImpact, weighed } from '../impact';
import { ALL_CURRENCIES, NEWS_IMPACTS, type NewsImpact } from '../news';
import type { RowFault } from '../news.errors';

/** How the rows of a list are read. */
export interface RowTerms {
	readonly rules: NewsRules;
	/** IANA zone of times without an offset; null: such times are refused. */
	readonly zone: string | null;
}

const TITLE_MAX = 300;
const YEARS = { first: 2000, last: 2199 };

type Field<T> = { readonly value: T } | { readonly fault: Omit<RowFault, 'row'> };

function shownValue(value: unknown): string {
	if (value === undefined || value === null || value === '') return 'is empty';
	const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
	return `"${shorten(text, 60)}"`;
}

function wrong(field: string, value: unknown, advice: string): { readonly fault: Omit<RowFault, 'row'> } {
	return { fault: { field, value: shownValue(value), advice } };
}

/** The first of these fields that says anything. */
function pick(row: Readonly<Record<string, unknown>>, names: readonly [string, ...string[]]): readonly [string, unknown] {
	const said = names.find((name) => row[name] !== undefined && row[name] !== null && row[name] !== '');
	return said === undefined ? [names[0], undefined] : [said, row[said]];
}

/** Text without what breaks a line or a database. */
export function tidy(text: string): string {
	return text.replace(/[\p{Cc}\p{Cs}\s]+/gu, ' ').trim();
}

function titleOf(row: Readonly<Record<string, unknown>>): Field<string> {
	const [name, found] = pick(row, ['title', 'event', 'name', 'summary']);
	const text = typeof found === 'string' ? tidy(found) : '';
	if (text !== '') return { value: shorten(text, TITLE_MAX) };
	return wrong(name, found, 'Write what the event is called.');
}

/** Currency codes of a text such as `USD` or `EUR, GBP`; null where one of them is none. */
export function readCurrencies(text: string): string[] | null {
	const codes = text.toUpperCase().split(/[\s,;/+]+/).filter((code) => code !== '');
	if (codes.length === 0 || !codes.every((code) => /^[A-Z]{2,6}$/.test(code))) return null;
	return codes.includes(ALL_CURRENCIES) ? [ALL_CURRENCIES] : [...new Set(codes)].sort();
}

function currenciesOf(row: Readonly<Record<string, unknown>>): Field<string[]> {
	const [name, found] = pick(row, ['currency', 'country', 'currencies']);
	const text = Array.isArray(found) ? found.join(',') : found;
	const codes = typeof text === 'string' ? readCurrencies(text) : null;
	if (codes !== null) return { value: codes };
	return wrong(name, found, 'Write currency codes such as USD, or All.');
}

function impactOf(row: Readonly<Record<string, unknown>>): Field<NewsImpact> {
	const [name, found] = pick(row, ['impact', 'importance']);
	const impact = typeof found === 'string' || typeof found === 'number' ? readImpact(String(found)) : null;
	return impact === null ? wrong(name, found, IMPACT_ADVICE) : { value: impact };
}

/** Whether the text says how far its clock is from UTC. */
const HAS_OFFSET = /(?:Z|[+-]\d{2}(?::?\d{2})?)$/i;

/** A time as ms UTC: a number of ms, or an ISO text; without an offset it is meant in the zone. */
export function readTime(found: unknown, zone: string | null): number | string {
	if (typeof found === 'number' && Number.isInteger(found) && found > 1e11) return found;
	const text = typeof found === 'string' ? found.trim() : '';
	const timed = /\d[T ]\d/.test(text);
	if (!timed) return 'Write date and time, such as 2026-11-20T08:30:00-05:00.';
	const offset = HAS_OFFSET.test(text.replace(/^\d{4}-\d{2}-\d{2}/, ''));
	if (!offset && zone === null) return 'It has no offset from UTC. Add one, or set "Time Zone".';
	const time = DateTime.fromISO(text.replace(' ', 'T'), { zone: offset ? 'UTC' : (zone ?? 'UTC') });
	if (!time.isValid || time.year < YEARS.first || time.year > YEARS.last) {
		return 'This is no time that exists. Write date and time, such as 2026-11-20T08:30:00-05:00.';
	}
	return time.toMillis();
}

function timeOf(
	row: Readonly<Record<string, unknown>>,
	names: readonly [string, ...string[]],
	zone: string | null,
): Field<number> {
	const [name, found] = pick(row, names);
	const time = readTime(found, zone);
	return typeof time === 'number' ? { value: time } : wrong(name, found, time);
}

function endOf(row: Readonly<Record<string, unknown>>, start: number | null, zone: string | null): Field<number | null> {
	const [name, found] = pick(row, ['end', 'until', 'ends_at']);
	if (found === undefined) return { value: start };
	const read = timeOf(row, [name], zone);
	if ('fault' in read || start === null || read.value >= start) return read;
	return wrong(name, found, 'The end lies before the start.');
}

/** A row as event, or what is wrong with each of its fields. */
export function readRow(input: unknown, { rules, zone }: RowTerms): NewsDraft | Omit<RowFault, 'row'>[] {
	const row = asRecord(input);
	if (row === null) return [wrong('row', input, 'Each row is an object with title, currency, impact and date.').fault];
	const title = titleOf(row);
	const currencies = currenciesOf(row);
	const impact = impactOf(row);
	const start = timeOf(row, ['date', 'start', 'starts_at', 'time', 'at'], zone);
	const end = endOf(row, 'value' in start ? start.value : null, zone);
	if (
		'fault' in title || 'fault' in currencies || 'fault' in impact || 'fault' in start ||
		'fault' in end || end.value === null
	) {
		return [title, currencies, impact, start, end].flatMap((field) => ('fault' in field ? [field.fault] : []));
	}
	return {
		key: sha256(`${title.value}|${currencies.value.join(',')}|${start.value}`).slice(0, 32),
		title: title.value,
		impact: weighed(impact.value, title.value, rules),
		statedImpact: impact.value,
		currencies: currencies.value,
		startsAt: start.value,
		endsAt: end.value,
		allDay: false,
		exact: false,
	};
}

function isLighter(event: NewsDraft, known: NewsDraft | undefined): boolean {
	return known !== undefined && NEWS_IMPACTS.indexOf(event.impact) > NEWS_IMPACTS.indexOf(known.impact);
}

/** All rows as events, or every fault of all of them. The same event twice is one, as heavy as the heavier. */
export function readRows(rows: readonly unknown[], terms: RowTerms): { readonly events: NewsDraft[]; readonly faults: RowFault[] } {
	const events = new Map<string, NewsDraft>();
	const faults: RowFault[] = [];
	for (const [index, row] of rows.entries()) {
		const read = readRow(row, terms);
		if (Array.isArray(read)) faults.push(...read.map((fault) => ({ row: index + 1, ...fault })));
		else if (!isLighter(read, events.get(read.key))) events.set(read.key, read);
	}
	return { events: [...events.values()], faults };
}
