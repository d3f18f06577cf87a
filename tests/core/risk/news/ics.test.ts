import fc from 'fast-check';
import { DAY, HOUR, isoTime, STANDARD_POLICY } from '../../../../core/model';
import { parseIcs, type IcsTerms } from '../../../../core/risk/news/feeds/ics';

const NOW = Date.UTC(2026, 2, 1);
const TERMS: IcsTerms = {
	rules: STANDARD_POLICY.news, zone: null, impact: 'HIGH', currencies: ['USD'], now: NOW,
};

const NEW_YORK_BY_HAND = `BEGIN:VTIMEZONE
TZID:Eastern Standard Time
BEGIN:STANDARD
DTSTART:16010101T020000
TZOFFSETFROM:-0400
TZOFFSETTO:-0500
RRULE:FREQ=YEARLY;BYDAY=1SU;BYMONTH=11
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:-0500
TZOFFSETTO:-0400
RRULE:FREQ=YEARLY;BYDAY=2SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE`;

const calendar = (...parts: string[]): string =>
	['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//test//EN', ...parts, 'END:VCALENDAR', '']
		.join('\n')
		.replace(/\n/g, '\r\n');
const event = (...lines: string[]): string => ['BEGIN:VEVENT', ...lines, 'END:VEVENT'].join('\n');
const read = (text: string, more: Partial<IcsTerms> = {}) => parseIcs(text, 'feed.test', { ...TERMS, ...more });
const starts = (text: string, more: Partial<IcsTerms> = {}): string[] =>
	read(text, more).events.map(({ startsAt }) => isoTime(startsAt).slice(0, 16)).sort();
const codeOf = (text: string, more: Partial<IcsTerms> = {}): unknown => {
	try {
		read(text, more);
		return null;
	} catch (error) {
		return Reflect.get(error as object, 'code');
	}
};

describe('single events', () => {
	test('a moment in UTC', () => {
		const text = calendar(event('UID:a', 'SUMMARY:CPI', 'DTSTART:20260310T123000Z'));
		expect(read(text).events).toEqual([
			{
				key: 'once|a', title: 'CPI', impact: 'HIGH', statedImpact: null, currencies: ['USD'],
				startsAt: Date.UTC(2026, 2, 10, 12, 30), endsAt: Date.UTC(2026, 2, 10, 12, 30), allDay: false, exact: false,
			},
		]);
	});

	test.each([
		['DTEND:20260310T133000Z', 1],
		['DURATION:PT45M', 0.75],
		['DTEND:20260310T120000Z', 0],
	])('%s: its end', (line, hours) => {
		const [found] = read(calendar(event('UID:a', 'SUMMARY:x', 'DTSTART:20260310T123000Z', line))).events;
		expect(((found?.endsAt ?? 0) - (found?.startsAt ?? 0)) / HOUR).toBe(hours);
	});

	test.each([
		['DTSTART;TZID=America/New_York:20260306T083000', '2026-03-06T13:30'],
		['DTSTART;TZID=America/New_York:20260309T083000', '2026-03-09T12:30'],
		['DTSTART;TZID=Europe/London:20260327T093000', '2026-03-27T09:30'],
		['DTSTART;TZID=Europe/London:20260330T093000', '2026-03-30T08:30'],
		['DTSTART;TZID=/vendor/20260101_1/America/New_York:20260309T083000', '2026-03-09T12:30'],
		['DTSTART;TZID=Eastern Standard Time:20260306T083000', '2026-03-06T13:30'],
		['DTSTART;TZID=Eastern Standard Time:20260309T083000', '2026-03-09T12:30'],
	])('%s', (line, at) => {
		expect(starts(calendar(NEW_YORK_BY_HAND, event('UID:a', 'SUMMARY:x', line)))).toEqual([at]);
	});

	test('times without a zone: the operator’s zone, else the calendar’s own, else refused', () => {
		const floating = event('UID:a', 'SUMMARY:x', 'DTSTART:20260310T083000');
		const own = calendar('X-WR-TIMEZONE:America/New_York', floating);
		expect(starts(own)).toEqual(['2026-03-10T12:30']);
		expect(starts(own, { zone: 'Europe/Berlin' })).toEqual(['2026-03-10T07:30']);
		expect(starts(calendar(floating), { zone: 'Asia/Tokyo' })).toEqual(['2026-03-09T23:30']);
		expect(codeOf(calendar(floating))).toBe('NEWS_FEED_UNREADABLE');
		expect(codeOf(calendar('X-WR-TIMEZONE:Somewhere', floating))).toBe('NEWS_FEED_UNREADABLE');
	});

	test('a zone that nobody knows is refused by name', () => {
		const text = calendar(event('UID:a', 'SUMMARY:x', 'DTSTART;TZID=Mars/Olympus:20260310T083000'));
		expect(() => read(text)).toThrow('"Mars/Olympus"');
	});

	test.each([
		['20260308', 'DTEND;VALUE=DATE:20260309', '2026-03-08T05:00', 23],
		['20260307', 'DTEND;VALUE=DATE:20260309', '2026-03-07T05:00', 47],
		['20260310', '', '2026-03-10T04:00', 24],
		['20260310', 'DURATION:P2D', '2026-03-10T04:00', 48],
	])('all day %s %s in New York lasts %s + %d h', (day, end, at, hours) => {
		const lines = ['UID:a', 'SUMMARY:x', `DTSTART;VALUE=DATE:${day}`, ...(end === '' ? [] : [end])];
		const [found] = read(calendar(event(...lines)), { zone: 'America/New_York' }).events;
		expect(found?.allDay).toBe(true);
		expect(isoTime(found?.startsAt ?? 0).slice(0, 16)).toBe(at);
		expect(((found?.endsAt ?? 0) - (found?.startsAt ?? 0)) / HOUR).toBe(hours);
	});

	test('what was cancelled is none', () => {
		const kept = event('UID:b', 'SUMMARY:y', 'DTSTART:20260311T123000Z', 'STATUS:CONFIRMED');
		const text = calendar(event('UID:a', 'SUMMARY:x', 'DTSTART:20260310T123000Z', 'STATUS:CANCELLED'), kept);
		expect(starts(text)).toEqual(['2026-03-11T12:30']);
	});

	test('names of any length are told apart', () => {
		const long = 'u'.repeat(600);
		const text = calendar(
			event(`UID:${long}1`, 'SUMMARY:x', 'DTSTART:20260310T123000Z'), event(`UID:${long}2`, 'SUMMARY:y', 'DTSTART:20260311T123000Z'),
		);
		expect(read(text).events.map(({ key }) => key.length)).toEqual([64, 64]);
		expect(starts(text)).toHaveLength(2);
	});

	test('several events of one name are several', () => {
		const one = event('UID:same', 'SUMMARY:x', 'DTSTART:20260310T123000Z');
		const two = event('UID:same', 'SUMMARY:y', 'DTSTART:20260311T123000Z');
		expect(starts(calendar(one, two))).toEqual(['2026-03-10T12:30', '2026-03-11T12:30']);
	});
});

describe('recurring events', () => {
	const series = (rule: string, ...more: string[]) =>
		calendar(NEW_YORK_BY_HAND, event('UID:s', 'SUMMARY:x', 'DTSTART;TZID=America/New_York:20260302T083000', rule, ...more));

	test('the wall clock stays when the clocks change', () => {
		expect(starts(series('RRULE:FREQ=WEEKLY;COUNT=3'))).toEqual([
			'2026-03-02T13:30', '2026-03-09T12:30', '2026-03-16T12:30',
		]);
	});

	test('the same by a zone that only the calendar defines', () => {
		const text = calendar(
			NEW_YORK_BY_HAND,
			event('UID:s', 'SUMMARY:x', 'DTSTART;TZID=Eastern Standard Time:20260302T083000', 'RRULE:FREQ=WEEKLY;COUNT=3'),
		);
		expect(starts(text)).toEqual(['2026-03-02T13:30', '2026-03-09T12:30', '2026-03-16T12:30']);
	});

	test.each([
		// 12:30 UTC is 08:30 in New York on 16 March: that occurrence is in, the next is not.
		['UNTIL=20260316T123000Z', 3],
		['UNTIL=20260316T122959Z', 2],
		['UNTIL=20260316', 3],
		['UNTIL=20260315', 2],
		['UNTIL=20260316T083000', 3],
	])('%s ends it: %d', (until, count) => {
		expect(starts(series(`RRULE:FREQ=WEEKLY;${until}`))).toHaveLength(count);
	});

	test('dates taken out, dates put in, by whatever clock they are written', () => {
		const text = series(
			'RRULE:FREQ=WEEKLY;COUNT=5',
			'EXDATE;TZID=America/New_York:20260309T083000',
			'EXDATE:20260316T123000Z',
			'EXDATE;VALUE=DATE:20260323',
			'RDATE;TZID=America/New_York:20260304T140000,20260305T140000',
		);
		expect(starts(text)).toEqual([
			'2026-03-02T13:30', '2026-03-04T19:00', '2026-03-05T19:00', '2026-03-30T12:30',
		]);
	});

	test('one occurrence moved, one cancelled; the key of the moved one stays', () => {
		const moved = event(
			'UID:s', 'SUMMARY:moved', 'RECURRENCE-ID;TZID=America/New_York:20260309T083000',
			'DTSTART;TZID=America/New_York:20260310T100000', 'DURATION:PT30M',
		);
		const gone = event('UID:s', 'SUMMARY:x', 'RECURRENCE-ID:20260316T123000Z', 'DTSTART:20260316T123000Z', 'STATUS:CANCELLED');
		const base = series('RRULE:FREQ=WEEKLY;COUNT=4').replace('END:VCALENDAR', '');
		const text = `${base}${[moved, gone].join('\r\n')}\r\nEND:VCALENDAR\r\n`;
		expect(starts(text)).toEqual(['2026-03-02T13:30', '2026-03-10T14:00', '2026-03-23T12:30']);
		const found = read(text).events.find(({ title }) => title === 'moved');
		expect(found?.key).toBe(`${Date.UTC(2026, 2, 9, 12, 30)}|s`);
		expect((found?.endsAt ?? 0) - (found?.startsAt ?? 0)).toBe(HOUR / 2);
	});

	test('one and all that follow moved', () => {
		const change = event(
			'UID:s', 'SUMMARY:later', 'RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=America/New_York:20260309T083000',
			'DTSTART;TZID=America/New_York:20260309T093000',
		);
		const text = series('RRULE:FREQ=WEEKLY;COUNT=3').replace('END:VCALENDAR', `${change}\r\nEND:VCALENDAR`);
		expect(starts(text)).toEqual(['2026-03-02T13:30', '2026-03-09T13:30', '2026-03-16T13:30']);
	});

	test('an occurrence moved into sight from beyond the horizon, and an orphan, are seen', () => {
		const text = calendar(
			event('UID:far', 'SUMMARY:x', 'DTSTART:20260302T083000Z', 'RRULE:FREQ=YEARLY;COUNT=3'),
			event('UID:far', 'SUMMARY:early', 'RECURRENCE-ID:20280302T083000Z', 'DTSTART:20260401T083000Z'),
			event('UID:orphan', 'SUMMARY:alone', 'RECURRENCE-ID:20260405T083000Z', 'DTSTART:20260405T093000Z'),
		);
		expect(starts(text)).toEqual(['2026-03-02T08:30', '2026-04-01T08:30', '2026-04-05T09:30']);
	});

	test('an old series is written out near today only', () => {
		const text = calendar(event('UID:s', 'SUMMARY:x', 'DTSTART;TZID=America/New_York:20100105T083000', 'RRULE:FREQ=WEEKLY'));
		const found = read(text).events;
		expect(found[0]?.startsAt).toBeGreaterThanOrEqual(NOW - 7 * DAY);
		expect(found.at(-1)?.startsAt).toBeLessThanOrEqual(NOW + 120 * DAY);
		expect(found).toHaveLength(18);
	});

	test('all-day series keep the local midnight', () => {
		const text = calendar(event('UID:s', 'SUMMARY:x', 'DTSTART;VALUE=DATE:20260307', 'RRULE:FREQ=DAILY;COUNT=3'));
		expect(starts(text, { zone: 'America/New_York' })).toEqual(['2026-03-07T05:00', '2026-03-08T05:00', '2026-03-09T04:00']);
	});

	test('a day that does not exist is no event', () => {
		const text = calendar(
			event('UID:s', 'SUMMARY:x', 'DTSTART:20260131T083000Z', 'RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30'),
			event('UID:b', 'SUMMARY:y', 'DTSTART:20260303T083000Z'),
			event('UID:m', 'SUMMARY:z', 'DTSTART:20260228T083000Z', 'RRULE:FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=2'),
		);
		expect(starts(text)).toEqual(['2026-02-28T08:30', '2026-03-03T08:30', '2026-03-31T08:30']);
	});

	test.each([
		'FREQ=SECONDLY',
		'FREQ=DAILY;BYMONTHDAY=31;BYMONTH=2',
		'FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30',
		'FREQ=DAILY;BYDAY=5MO',
	])('%s ends in an error, soon', (rule) => {
		const begun = performance.now();
		expect(codeOf(calendar(event('UID:s', 'SUMMARY:x', 'DTSTART:20260302T083000Z', `RRULE:${rule}`)))).toBe('NEWS_FEED_TOO_LARGE');
		expect(performance.now() - begun).toBeLessThan(10_000);
	});

	test('any weekly series: every occurrence shows the same wall clock', () => {
		const zone = fc.constantFrom('America/New_York', 'Europe/Berlin', 'Australia/Sydney', 'Asia/Tokyo', 'America/Sao_Paulo');
		fc.assert(
			fc.property(zone, fc.integer({ min: 4, max: 23 }), fc.integer({ min: 1, max: 28 }), (tz, hour, day) => {
				const clock = `${String(hour).padStart(2, '0')}:17`;
				const start = `202602${String(day).padStart(2, '0')}T${clock.replace(':', '')}00`;
				const text = calendar(event('UID:s', 'SUMMARY:x', `DTSTART;TZID=${tz}:${start}`, 'RRULE:FREQ=WEEKLY'));
				const { events } = read(text);
				expect(events.length).toBeGreaterThan(12);
				for (const { startsAt } of events) {
					const format = { timeZone: tz, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
					expect(new Intl.DateTimeFormat('en-GB', format).format(startsAt)).toBe(clock);
				}
			}),
			{ numRuns: 40 },
		);
	});
});

describe('what an event says of itself', () => {
	const said = (...lines: string[]) => read(calendar(event('UID:a', 'DTSTART:20260310T123000Z', ...lines))).events[0];

	test.each([
		[['SUMMARY:USD: Building Permits', 'CATEGORIES:Economy,Low'], 'LOW', ['USD']],
		[['SUMMARY:[EUR] ECB Interest Rate Decision', 'X-IMPACT:Medium'], 'HIGH', ['EUR']],
		[['SUMMARY:Shipments', 'DESCRIPTION:Previous: 1\\nImpact: Medium\\nCurrency'], 'MEDIUM', ['USD']],
		[['SUMMARY:EUR/GBP summit', 'CATEGORIES:High'], 'HIGH', ['EUR', 'GBP']],
		[['SUMMARY:Data', 'CATEGORIES:JPY'], 'HIGH', ['JPY']],
		[['SUMMARY:Bank Holiday', 'CATEGORIES:Holiday'], 'HOLIDAY', ['USD']],
		// A word is no currency.
		[['SUMMARY:Try again in Usd land'], 'HIGH', ['USD']],
	])('%j', (lines, impact, currencies) => {
		expect(said(...lines)).toMatchObject({ impact, currencies });
	});

	test('an event that names no currency concerns everybody, unless the operator says whom', () => {
		const text = calendar(event('UID:a', 'DTSTART:20260310T123000Z', 'SUMMARY:Data'));
		expect(read(text, { currencies: [] }).events[0]?.currencies).toEqual(['ALL']);
	});

	test('an event that states no impact has the one the operator says', () => {
		const text = calendar(event('UID:a', 'DTSTART:20260310T123000Z', 'SUMMARY:Data'));
		expect(read(text, { impact: 'LOW' }).events[0]).toMatchObject({ impact: 'LOW', statedImpact: null });
		const cpi = calendar(event('UID:a', 'DTSTART:20260310T123000Z', 'SUMMARY:CPI'));
		expect(read(cpi, { impact: 'MEDIUM' }).events[0]?.impact).toBe('HIGH');
	});

	test('no title, no UID', () => {
		expect(read(calendar(event('DTSTART:20260310T123000Z'))).events[0]?.title).toBe('Event without a title');
	});
});

describe('answers that cannot be used', () => {
	const whole = calendar(event('UID:a', 'SUMMARY:x', 'DTSTART:20260310T123000Z'));

	test.each([
		['cut off', whole.slice(0, -20), 'NEWS_FEED_UNREADABLE'],
		['cut off inside of an event', whole.slice(0, whole.indexOf('END:VEVENT')), 'NEWS_FEED_UNREADABLE'],
		['no calendar', 'hello', 'NEWS_FEED_UNREADABLE'],
		['empty', '', 'NEWS_FEED_UNREADABLE'],
		['a web page', '<html><body>Sign in</body></html>', 'NEWS_FEED_UNREADABLE'],
		['JSON', '[]', 'NEWS_FEED_UNREADABLE'],
		['without events', calendar(), 'NEWS_FEED_EMPTY'],
		['an event without a start', calendar(event('UID:a', 'SUMMARY:x')), 'NEWS_FEED_UNREADABLE'],
		['a broken rule', calendar(event('UID:a', 'DTSTART:20260310T123000Z', 'RRULE:FREQ=SOMETIMES')), 'NEWS_FEED_UNREADABLE'],
		['a broken start', calendar(event('UID:a', 'DTSTART:2026-03-10')), 'NEWS_FEED_UNREADABLE'],
	])('%s', (_, text, code) => {
		expect(codeOf(text)).toBe(code);
	});

	test('more events than are kept', () => {
		const text = calendar(event('UID:a', 'SUMMARY:x', 'DTSTART:20260301T003000Z', 'RRULE:FREQ=HOURLY'));
		expect(codeOf(text, { rules: { ...TERMS.rules, eventsMax: 100 } })).toBe('NEWS_FEED_TOO_LARGE');
	});

	test('however it is cut off, it never counts as whole', () => {
		fc.assert(
			fc.property(fc.integer({ min: 0, max: whole.trimEnd().length - 1 }), (length) => {
				expect(codeOf(whole.slice(0, length))).not.toBeNull();
			}),
		);
	});
});
