import ICAL from 'ical.js';
import { DateTime, IANAZone } from 'luxon';
import { shorten } from '../../../model';
import { feedError } from '../news.errors';

/** How the clocks of one zone run. */
export interface ZoneClock {
	/** ms UTC at which its clocks show this; the later side of a gap, the earlier of an overlap. */
	at(shown: ICAL.Time): number;
	/** What its clocks show at this time, as a time without a zone. */
	show(at: number): ICAL.Time;
}

function partsOf({ year, month, day, hour, minute, second }: ICAL.Time) {
	return { year, month, day, hour, minute, second };
}

/** A time without a zone, for counting on. */
export function unzoned(time: ICAL.Time): ICAL.Time {
	const { year, month, day } = time;
	return new ICAL.Time(time.isDate ? { year, month, day, isDate: true } : { ...partsOf(time), isDate: false });
}

function ianaClock(zone: string): ZoneClock {
	return {
		at: (shown) => DateTime.fromObject(partsOf(shown), { zone }).toMillis(),
		show: (at) => {
			const { year, month, day, hour, minute, second } = DateTime.fromMillis(at, { zone });
			return new ICAL.Time({ year, month, day, hour, minute, second, isDate: false });
		},
	};
}

function definedClock(timezone: ICAL.Timezone): ZoneClock {
	return {
		at: (shown) => new ICAL.Time(partsOf(shown), timezone).toUnixTime() * 1_000,
		show: (at) => {
			const { year, month, day, hour, minute, second } = DateTime.fromMillis(at, { zone: 'UTC' });
			const utc = new ICAL.Time({ year, month, day, hour, minute, second }, ICAL.Timezone.utcTimezone);
			return unzoned(utc.convertToZone(timezone));
		},
	};
}

/** A name of the IANA list, also at the end of a path such as `/vendor/20260101/Europe/Berlin`. */
function ianaName(tzid: string): string | null {
	const parts = tzid.split('/');
	const names = [tzid, parts.slice(-2).join('/'), parts.slice(-3).join('/')];
	return names.find((name) => name !== '' && IANAZone.isValidZone(name)) ?? null;
}

/** The clocks of a calendar: by the IANA list, else by the calendar's own definitions. */
export class ZoneClocks {
	readonly #known = new Map<string, ZoneClock>();
	readonly #calendar: ICAL.Component;
	readonly #host: string;
	/** IANA zone of times that name none; null: there must be none. */
	readonly #floating: string | null;

	constructor(calendar: ICAL.Component, host: string, floating: string | null) {
		this.#calendar = calendar;
		this.#host = host;
		this.#floating = floating;
	}

	#make(tzid: string): ZoneClock {
		const iana = ianaName(tzid);
		if (iana !== null) return ianaClock(iana);
		const component = this.#calendar
			.getAllSubcomponents('vtimezone')
			.find((zone) => zone.getFirstPropertyValue('tzid') === tzid);
		if (component !== undefined) return definedClock(new ICAL.Timezone({ component, tzid }));
		throw feedError('NEWS_FEED_UNREADABLE', `${this.#host} names the time zone "${shorten(tzid, 60)}", which is not on the IANA list and which the calendar does not define.`);
	}

	/**
	 * The clock by which a time of this property is meant.
	 * @throws FirecontrolError `NEWS_FEED_UNREADABLE` where the zone is unknown, or none is named
	 */
	of(property: ICAL.Property, value: ICAL.Time): ZoneClock {
		const named = property.getParameter('tzid');
		const utc = !value.isDate && value.zone === ICAL.Timezone.utcTimezone;
		const tzid = utc ? 'UTC' : typeof named === 'string' && !value.isDate ? named : this.#floating;
		if (tzid === null) {
			throw feedError('NEWS_FEED_UNREADABLE', `${this.#host} sent times without a time zone, and names none for the calendar. Set "Time Zone".`);
		}
		const known = this.#known.get(tzid) ?? this.#make(tzid);
		this.#known.set(tzid, known);
		return known;
	}
}
