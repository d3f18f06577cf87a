import ICAL from 'ical.js';
import { DAY, shorten } from '../../../model';
import { feedError } from '../news.errors';
import { unzoned, type ZoneClock, type ZoneClocks } from './ics-zones';

/** From when to when an event takes place. */
export interface EventSpan {
	/** The start as its clocks show it. */
	readonly shown: ICAL.Time;
	readonly clock: ZoneClock;
	readonly startsAt: number;
	readonly allDay: boolean;
	/** End, ms UTC, of an occurrence that starts at this time. */
	endOf(startsAt: number): number;
}

/** A date of a list, such as those of EXDATE. */
export interface ListedDate {
	readonly at: number;
	readonly isDate: boolean;
	/** `2026-3-8`, as the clocks there show it. */
	readonly day: string;
}

function timeOf(value: unknown): ICAL.Time | null {
	if (value instanceof ICAL.Time) return value;
	return value instanceof ICAL.Period ? value.start : null;
}

/** The dates of all properties of this name; days without a time go by the clock of the event, if given. */
export function datesOf(
	component: ICAL.Component,
	name: string,
	clocks: ZoneClocks,
	ofEvent?: ZoneClock,
): ListedDate[] {
	return component.getAllProperties(name).flatMap((property) =>
		property.getValues().flatMap((value) => {
			const time = timeOf(value);
			if (time === null) return [];
			const { year, month, day, isDate } = time;
			const clock = isDate && ofEvent !== undefined ? ofEvent : clocks.of(property, time);
			return [{ at: clock.at(time), isDate, day: `${year}-${month}-${day}` }];
		}),
	);
}

/** Days from one date to another, as calendars count: clocks that change make no difference. */
function daysBetween(from: ICAL.Time, to: ICAL.Time): number {
	const day = (time: ICAL.Time): number => Date.UTC(time.year, time.month - 1, time.day) / DAY;
	return day(to) - day(from);
}

function dayLater({ year, month, day }: ICAL.Time, days: number): ICAL.Time {
	const later = new Date(Date.UTC(year, month - 1, day + days));
	return new ICAL.Time({
		year: later.getUTCFullYear(), month: later.getUTCMonth() + 1, day: later.getUTCDate(), isDate: true,
	});
}

function allDaySpan(component: ICAL.Component, start: ICAL.Time, clock: ZoneClock): EventSpan {
	const end = component.getFirstPropertyValue('dtend');
	const duration = component.getFirstPropertyValue('duration');
	const given =
		end instanceof ICAL.Time
			? daysBetween(start, end)
			: duration instanceof ICAL.Duration
				? Math.ceil((duration.toSeconds() * 1_000) / DAY)
				: 1;
	const days = Math.max(1, given);
	return {
		shown: start, clock, startsAt: clock.at(start), allDay: true,
		endOf: (at) => clock.at(dayLater(clock.show(at), days)),
	};
}

/**
 * When an event takes place. One without an end is a moment; all-day ones last from midnight to
 * midnight. @throws FirecontrolError `NEWS_FEED_UNREADABLE`
 */
export function spanOf(component: ICAL.Component, clocks: ZoneClocks, host: string): EventSpan {
	const property = component.getFirstProperty('dtstart');
	const start = property?.getFirstValue();
	if (property === null || !(start instanceof ICAL.Time)) {
		const title = shorten(String(component.getFirstPropertyValue('summary') ?? ''), 60);
		throw feedError('NEWS_FEED_UNREADABLE', `${host} sent the event "${title}" without a start.`);
	}
	const clock = clocks.of(property, start);
	if (start.isDate) return allDaySpan(component, start, clock);
	const startsAt = clock.at(start);
	const [end] = datesOf(component, 'dtend', clocks);
	const duration = component.getFirstPropertyValue('duration');
	const seconds = duration instanceof ICAL.Duration ? duration.toSeconds() : 0;
	const length = Math.max(0, end === undefined ? seconds * 1_000 : end.at - startsAt);
	return { shown: unzoned(start), clock, startsAt, allDay: false, endOf: (at) => at + length };
}
