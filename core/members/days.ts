import { DateTime, IANAZone } from 'luxon';
import { FirecontrolError, HOUR } from '../model';

/** Longest a local day can be, with a margin: 25 h, or 48 h where a zone left out a date. */
const LONGEST_DAY = 50 * HOUR;

/** Whether the text is a time zone of the IANA list, such as `Europe/Berlin` or `UTC`. */
export function isZone(zone: string): boolean {
	return IANAZone.isValidZone(zone);
}

/** The date, `YYYY-MM-DD`, that clocks in the zone show at `now`. */
export function memberDay(zone: string, now: number): string {
	const day = DateTime.fromMillis(now, { zone }).toISODate();
	if (day !== null) return day;
	throw new FirecontrolError(
		'ZONE_UNKNOWN',
		`"${zone}" is not a time zone. Use a name such as Europe/Berlin.`,
	);
}

/** The date in UTC. */
export function utcDay(now: number): string {
	return memberDay('UTC', now);
}

/** The account's risk day: the date in the account's own zone. */
export function riskDay(account: { readonly zone: string }, now: number): string {
	return memberDay(account.zone, now);
}

/**
 * The first millisecond after `now` whose date in the account's zone is a later one. Searched, not
 * computed: some zones have no midnight on the day the clocks change, and one left out a date.
 */
export function nextRiskDayAt(account: { readonly zone: string }, now: number): number {
	const today = riskDay(account, now);
	let before = now;
	let after = now + LONGEST_DAY;
	while (after - before > 1) {
		const middle = Math.floor((before + after) / 2);
		if (riskDay(account, middle) > today) after = middle;
		else before = middle;
	}
	return after;
}

/** The hour, 0 to 23, that clocks in the zone show at `now`. */
export function hourOfDay(zone: string, now: number): number {
	return DateTime.fromMillis(now, { zone }).hour;
}

/** The first millisecond of the risk day of `now`, found the same way. */
export function riskDayStart(account: { readonly zone: string }, now: number): number {
	const today = riskDay(account, now);
	let before = now - LONGEST_DAY;
	let within = now;
	while (within - before > 1) {
		const middle = Math.floor((before + within) / 2);
		if (riskDay(account, middle) < today) before = middle;
		else within = middle;
	}
	return within;
}

/** An ISO time as ms UTC; one that names no zone is meant in this one. Null: no time. */
export function timeInZone(text: string, zone: string): number | null {
	const time = DateTime.fromISO(text, { zone });
	return time.isValid ? time.toMillis() : null;
}

/** `HH:MM` on a clock of 24 hours. */
const CLOCK_TIME = /^([01]\d|2[0-3]):([0-5]\d)$/;

/** Whether the text is a time of day such as `15:15`. */
export function isClockTime(text: string): boolean {
	return CLOCK_TIME.test(text);
}

/**
 * The first moment after `after`, ms UTC, at which clocks in the zone show this time of day. Where
 * the clocks skip it, the moment to which they jump counts; where they show it twice, the first.
 * @throws FirecontrolError `CLOCK_TIME_INVALID`, `ZONE_UNKNOWN`
 */
export function nextClockTime(zone: string, time: string, after: number): number {
	const [, hour, minute] = CLOCK_TIME.exec(time) ?? [];
	if (hour === undefined || minute === undefined) {
		throw new FirecontrolError('CLOCK_TIME_INVALID', `"${time}" is no time of day such as 15:15.`);
	}
	const shown = { hour: Number(hour), minute: Number(minute), second: 0, millisecond: 0 };
	const day = DateTime.fromISO(memberDay(zone, after), { zone });
	const candidates = [0, 1, 2].map((days) => day.plus({ days }).set(shown).toMillis());
	return candidates.find((at) => at > after) ?? after;
}
