import { isoTime, STANDARD_POLICY } from '../../../../core/model';
import { parseForexFactory } from '../../../../core/risk/news/feeds/forex-factory';

const terms = { rules: STANDARD_POLICY.news, zone: null };
const read = (value: unknown) =>
	parseForexFactory(typeof value === 'string' ? value : JSON.stringify(value), 'feed.test', terms);
const row = (date: string, more: object = {}) => ({
	title: 'Core CPI m/m', country: 'USD', date, impact: 'Medium', forecast: '0.3%', previous: '0.2%', ...more,
});
const codeOf = (value: unknown): unknown => {
	try {
		return read(value);
	} catch (error) {
		return Reflect.get(error as object, 'code');
	}
};

test('a week: offsets, impact by title, currencies, and the time it tells about', () => {
	const content = read([
		row('2026-11-16T08:30:00-05:00'),
		row('2026-11-18T14:00:00-05:00', { title: 'Natural Gas Storage', impact: 'Low' }),
		row('2026-11-19T00:00:00-05:00', { title: 'G20 Meetings', country: 'All', impact: 'Medium' }),
		row('2026-11-20T04:00:00-05:00', { title: 'Bank Holiday', country: 'JPY', impact: 'Holiday' }),
	]);
	expect(content.events.map(({ impact, currencies }) => [impact, ...currencies])).toEqual([
		['HIGH', 'USD'], ['LOW', 'USD'], ['MEDIUM', 'ALL'], ['HOLIDAY', 'JPY'],
	]);
	expect(content.events[0]).toMatchObject({ statedImpact: 'MEDIUM', startsAt: Date.UTC(2026, 10, 16, 13, 30) });
	expect([content.from, content.until].map(isoTime)).toEqual(['2026-11-15T05:00:00.000Z', '2026-11-22T05:00:00.000Z']);
});

test.each([
	// Weeks in which the clocks of New York change are an hour shorter or longer.
	['2026-03-10T08:30:00-04:00', '2026-03-08T05:00:00.000Z', '2026-03-15T04:00:00.000Z'],
	['2026-11-02T08:30:00-05:00', '2026-11-01T04:00:00.000Z', '2026-11-08T05:00:00.000Z'],
	['2026-11-15T00:00:00-05:00', '2026-11-15T05:00:00.000Z', '2026-11-22T05:00:00.000Z'],
	['2026-11-21T23:59:00-05:00', '2026-11-15T05:00:00.000Z', '2026-11-22T05:00:00.000Z'],
	// Already Sunday in Tokyo, still Saturday in New York.
	['2026-11-22T10:00:00+09:00', '2026-11-15T05:00:00.000Z', '2026-11-22T05:00:00.000Z'],
])('%s lies in the week from %s to %s', (date, from, until) => {
	const content = read([row(date)]);
	expect([content.from, content.until].map(isoTime)).toEqual([from, until]);
});

test.each([
	['cut off', '[{"title":"CPI","country":"USD"', 'NEWS_FEED_UNREADABLE'],
	['an object', { error: 'rate limited' }, 'NEWS_FEED_UNREADABLE'],
	['null', 'null', 'NEWS_FEED_UNREADABLE'],
	['empty', [], 'NEWS_FEED_EMPTY'],
	['one row without a date', [row('2026-11-16T08:30:00-05:00'), row('')], 'NEWS_FEED_UNREADABLE'],
	['one row without an offset', [row('2026-11-16T08:30:00')], 'NEWS_FEED_UNREADABLE'],
	['an impact that nobody knows', [row('2026-11-16T08:30:00-05:00', { impact: 'Tentative' })], 'NEWS_FEED_UNREADABLE'],
])('%s is refused as a whole', (_, value, code) => {
	expect(codeOf(value)).toBe(code);
});

test('what is wrong is named by row, field and value', () => {
	expect(() => read([row('2026-11-16T08:30:00-05:00'), row('soon')])).toThrow('Row 2, date: "soon".');
});

test('a byte order mark is no fault', () => {
	expect(read(`\uFEFF${JSON.stringify([row('2026-11-16T08:30:00-05:00')])}`).events).toHaveLength(1);
});
