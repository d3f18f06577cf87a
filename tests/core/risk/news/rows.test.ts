import fc from 'fast-check';
import { STANDARD_POLICY } from '../../../../core/model';
import { readRows, readTime, type RowTerms } from '../../../../core/risk/news/feeds/rows';

const terms: RowTerms = { rules: STANDARD_POLICY.news, zone: null };
const ROW = { title: 'CPI m/m', country: 'USD', date: '2026-11-20T08:30:00-05:00', impact: 'High' };
const AT = Date.UTC(2026, 10, 20, 13, 30);

const faultsOf = (row: unknown, more: Partial<RowTerms> = {}) => readRows([row], { ...terms, ...more }).faults;
const eventOf = (row: unknown, more: Partial<RowTerms> = {}) => readRows([row], { ...terms, ...more }).events[0];

describe('rows of a list', () => {
	test('a row as event', () => {
		expect(eventOf(ROW)).toMatchObject({
			title: 'CPI m/m', currencies: ['USD'], impact: 'HIGH', statedImpact: 'HIGH', startsAt: AT, endsAt: AT,
			allDay: false, exact: false,
		});
	});

	test('other names of the fields, several currencies, an end', () => {
		const row = { name: 'Summit', currencies: ['eur', 'USD'], importance: 2, start: AT, end: '2026-11-20T14:30:00Z' };
		expect(eventOf(row)).toMatchObject({
			title: 'Summit', currencies: ['EUR', 'USD'], impact: 'MEDIUM', startsAt: AT, endsAt: AT + 3_600_000,
		});
	});

	test.each([
		['title', { ...ROW, title: '' }, 'is empty', 'Write what the event is called.'],
		['title', { ...ROW, title: 7 }, '"7"', 'Write what the event is called.'],
		['country', { ...ROW, country: 'U$' }, '"U$"', 'Write currency codes such as USD, or All.'],
		['currency', { ...ROW, country: undefined }, 'is empty', 'Write currency codes such as USD, or All.'],
		['impact', { ...ROW, impact: 'huge' }, '"huge"', 'Write High, Medium, Low or Holiday.'],
		['date', { ...ROW, date: 'tomorrow' }, '"tomorrow"', 'Write date and time'],
		['date', { ...ROW, date: '2026-11-20' }, '"2026-11-20"', 'Write date and time'],
		['date', { ...ROW, date: '2026-11-20T08:30:00' }, '"2026-11-20T08:30:00"', 'no offset from UTC'],
		['date', { ...ROW, date: '2026-02-30T08:30:00Z' }, '"2026-02-30T08:30:00Z"', 'no time that exists'],
		['date', { ...ROW, date: '1026-02-20T08:30:00Z' }, '"1026-02-20T08:30:00Z"', 'no time that exists'],
		['date', { ...ROW, date: 12 }, '"12"', 'Write date and time'],
		['end', { ...ROW, end: '2026-11-20T08:00:00-05:00' }, '"2026-11-20T08:00:00-05:00"', 'before the start'],
		['row', 'CPI', '"CPI"', 'Each row is an object'],
		['row', null, 'is empty', 'Each row is an object'],
	])('what is wrong with %s is said', (field, row, value, advice) => {
		const faults = faultsOf(row);
		expect(faults).toHaveLength(1);
		expect(faults[0]).toMatchObject({ row: 1, field, value });
		expect(faults[0]?.advice).toContain(advice);
	});

	test('every fault of every row is named, by the row as people count', () => {
		const { faults } = readRows([ROW, { title: '', impact: 'x' }, ROW, { ...ROW, impact: '' }], terms);
		expect(faults.map(({ row, field }) => `${row} ${field}`)).toEqual([
			'2 title', '2 currency', '2 impact', '2 date', '4 impact',
		]);
	});

	test('the same event twice is one, as heavy as the heavier', () => {
		const { events } = readRows([{ ...ROW, impact: 'Low' }, ROW, { ...ROW, impact: 'Medium', title: 'cars' }], terms);
		expect(events.map(({ title, impact }) => [title, impact])).toEqual([['CPI m/m', 'HIGH'], ['cars', 'MEDIUM']]);
	});

	test('line breaks and control characters do not come in', () => {
		expect(eventOf({ ...ROW, title: ' CPI\n\u0000 m/m\t' })?.title).toBe('CPI m/m');
	});
});

describe('times of rows', () => {
	test.each([
		['2026-11-20T08:30:00-05:00', null, AT],
		['2026-11-20T13:30:00Z', null, AT],
		['2026-11-20T13:30:00.000+00:00', 'Asia/Tokyo', AT],
		['2026-11-20 08:30:00-0500', null, AT],
		['2026-11-20T08:30', 'America/New_York', AT],
		[AT, null, AT],
		// The clocks of New York change on 8 March and 1 November 2026, those of Berlin on 29 March and 25 October.
		['2026-03-06T08:30:00', 'America/New_York', Date.UTC(2026, 2, 6, 13, 30)],
		['2026-03-09T08:30:00', 'America/New_York', Date.UTC(2026, 2, 9, 12, 30)],
		['2026-10-30T08:30:00', 'America/New_York', Date.UTC(2026, 9, 30, 12, 30)],
		['2026-11-02T08:30:00', 'America/New_York', Date.UTC(2026, 10, 2, 13, 30)],
		['2026-03-27T14:15:00', 'Europe/Berlin', Date.UTC(2026, 2, 27, 13, 15)],
		['2026-03-30T14:15:00', 'Europe/Berlin', Date.UTC(2026, 2, 30, 12, 15)],
		['2026-03-09T08:30:00-04:00', null, Date.UTC(2026, 2, 9, 12, 30)],
	])('%s (%s)', (text, zone, at) => {
		expect(readTime(text, zone)).toBe(at);
	});

	test('any time survives any offset it is written with', () => {
		const minute = fc.integer({ min: Date.UTC(2001, 0) / 60_000, max: Date.UTC(2190, 0) / 60_000 });
		fc.assert(
			fc.property(minute, fc.integer({ min: -14 * 60, max: 14 * 60 }), (at, offset) => {
				const local = new Date((at + offset) * 60_000).toISOString().slice(0, 19);
				const size = Math.abs(offset);
				const shown = `${String(Math.floor(size / 60)).padStart(2, '0')}:${String(size % 60).padStart(2, '0')}`;
				expect(readTime(`${local}${offset < 0 ? '-' : '+'}${shown}`, null)).toBe(at * 60_000);
			}),
		);
	});
});
