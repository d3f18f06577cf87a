import { decimal, isoTime, MINUTE, STANDARD_POLICY } from '../../../../core/model';
import { newsConfidenceExtra, pausesForNews, type NewsFacts, type NewsWindow } from '../../../../core/risk/news';
import { isOpen, newsWindowOf, type NewsDraft } from '../../../../core/risk/news/event';
import { byWeight } from '../../../../core/risk/news/news-for.repository';
import { lockedUntil, standingOf } from '../../../../core/risk/news/standing';

const NOW = Date.UTC(2026, 10, 20, 10);
const PARTS = { base: 'BTC', quote: 'USDT' };
const window = (fromMinutes: number, untilMinutes: number, more: Partial<NewsWindow> = {}): NewsWindow => ({
	eventId: 'nws_1', title: 'CPI', impact: 'HIGH', currency: 'USD',
	from: NOW + fromMinutes * MINUTE, until: NOW + untilMinutes * MINUTE, ...more,
});
const facts = (more: Partial<NewsFacts> & { ahead?: NewsWindow[] } = {}) => ({
	status: 'fresh' as const, refreshedAt: NOW - MINUTE, windows: [], ahead: [], ...more,
});
const standing = (more: Partial<NewsFacts> & { ahead?: NewsWindow[] } = {}) =>
	standingOf('BTC/USDT', PARTS, facts(more), STANDARD_POLICY);

describe('when a lock ends', () => {
	test.each([
		['nothing open', [], [window(10, 20)], null],
		['one', [window(-5, 5)], [], 5],
		['the longest of several', [window(-5, 5), window(-9, 25), window(-1, 9)], [], 25],
		['one that overlaps goes on', [window(-5, 5)], [window(3, 12)], 12],
		['one that touches goes on', [window(-5, 5)], [window(5, 12)], 12],
		['one after a gap does not', [window(-5, 5)], [window(6, 12)], 5],
		['a chain in any order', [window(-5, 5)], [window(20, 30), window(4, 10), window(9, 21), window(31, 40)], 30],
		['a short one inside of a long one', [window(-5, 50)], [window(5, 12), window(40, 45)], 50],
	])('%s', (_, open, ahead, minutes) => {
		expect(lockedUntil(open, ahead)).toBe(minutes === null ? null : NOW + minutes * MINUTE);
	});
});

describe('what a symbol stands at', () => {
	test('free, and what comes next', () => {
		const next = window(40, 100, { title: 'NFP' });
		expect(standing({ ahead: [window(300, 400), next, window(20, 30, { impact: 'MEDIUM' })] })).toEqual({
			symbol: 'BTC/USDT', ...PARTS, locked: false, code: 'OK', message: 'Open: no event near.', until: null, titles: [], confidenceExtra: 0,
			status: 'fresh', refreshedAt: NOW - MINUTE, windows: [], next,
		});
	});

	test('locked: until when and by what, each title once', () => {
		const windows = [window(-1, 9), window(-2, 5), window(-3, 30, { title: 'FOMC' }), window(0, 99, { impact: 'MEDIUM', title: 'Cars' })];
		expect(standing({ windows })).toMatchObject({
			locked: true, code: 'NEWS_WINDOW', until: NOW + 30 * MINUTE, titles: ['CPI', 'FOMC'], confidenceExtra: 10, next: null, windows,
			message: `News near for BTC/USDT: CPI, FOMC. No new entries until ${isoTime(NOW + 30 * MINUTE)}; exits pass.`,
		});
	});

	test('MEDIUM only: free, but more confidence', () => {
		expect(standing({ windows: [window(-1, 9, { impact: 'MEDIUM' })] })).toMatchObject({ locked: false, code: 'OK', confidenceExtra: 10, titles: [] });
	});

	test('stale locks, never set up does not, and each says so', () => {
		const stale = standing({ status: 'stale' });
		expect(stale).toMatchObject({ locked: true, code: 'NEWS_CALENDAR_STALE', until: null });
		expect(stale.message).toContain(isoTime(NOW - MINUTE));
		expect(stale.message).toContain('24 h');
		expect(standing({ status: 'never_configured', refreshedAt: null })).toMatchObject({ locked: false, code: 'NEWS_NOT_CONFIGURED' });
		expect(standing({ status: 'stale', windows: [window(-1, 9)] })).toMatchObject({ code: 'NEWS_WINDOW', until: NOW + 9 * MINUTE });
		expect(standing({ status: 'never_configured', windows: [window(-1, 9)] })).toMatchObject({ code: 'NEWS_WINDOW', locked: true });
	});
});

describe('what news ask of openings', () => {
	test('HIGH alone asks for no confidence: it blocks', () => {
		expect(newsConfidenceExtra(facts({ windows: [window(-1, 9)] }), STANDARD_POLICY)).toBe(0);
		expect(newsConfidenceExtra(facts({ windows: [window(-1, 9), window(-1, 9, { impact: 'MEDIUM' })] }), STANDARD_POLICY)).toBe(10);
	});

	test.each([
		['nothing near', {}, '91', false],
		['HIGH', { windows: [window(-1, 9)] }, '100', true],
		['stale', { status: 'stale' }, '100', true],
		['never set up', { status: 'never_configured' }, '91', false],
		['MEDIUM, confident enough', { windows: [window(-1, 9, { impact: 'MEDIUM' })] }, '95', false],
		['MEDIUM, not confident enough', { windows: [window(-1, 9, { impact: 'MEDIUM' })] }, '94.9', true],
		['MEDIUM, no confidence', { windows: [window(-1, 9, { impact: 'MEDIUM' })] }, null, true],
	] as const)('what fires by itself, %s', (_, more, confidence, waits) => {
		const given = confidence === null ? null : decimal(confidence);
		expect(pausesForNews(facts(more as Partial<NewsFacts>), given, STANDARD_POLICY)).toBe(waits);
	});

	test('a policy under which MEDIUM asks for nothing waits for nothing', () => {
		const policy = { ...STANDARD_POLICY, news: { ...STANDARD_POLICY.news, mediumConfidence: 0 } };
		expect(pausesForNews(facts({ windows: [window(-1, 9, { impact: 'MEDIUM' })] }), null, policy)).toBe(false);
	});
});

describe('windows', () => {
	const draft: NewsDraft = {
		key: 'k', title: 'CPI', impact: 'HIGH', statedImpact: null, currencies: ['USD'], startsAt: NOW, endsAt: NOW + 5 * MINUTE,
		allDay: false, exact: false,
	};
	const rules = { ...STANDARD_POLICY.news, beforeMinutes: 10, afterMinutes: 20 };

	test('the minutes of the policy around an event; none around an exact one; none of a light one', () => {
		expect(newsWindowOf(draft, rules)).toEqual({ from: NOW - 10 * MINUTE, until: NOW + 25 * MINUTE });
		expect(newsWindowOf({ ...draft, exact: true }, rules)).toEqual({ from: NOW, until: NOW + 5 * MINUTE });
		expect(newsWindowOf({ ...draft, impact: 'MEDIUM' }, rules)).not.toBeNull();
		expect(newsWindowOf({ ...draft, impact: 'LOW' }, rules)).toBeNull();
		expect(newsWindowOf({ ...draft, impact: 'HOLIDAY' }, rules)).toBeNull();
	});

	test('open from its first millisecond until before its end', () => {
		const open = [-1, 0, 1, 299_999, 300_000].map((at) => isOpen({ from: NOW, until: NOW + 300_000 }, NOW + at));
		expect(open).toEqual([false, true, true, true, false]);
	});

	test('HIGH before MEDIUM, then by beginning, then by title', () => {
		const windows = [
			window(0, 1, { title: 'd', impact: 'MEDIUM' }), window(2, 3, { title: 'c' }), window(1, 3, { title: 'b' }), window(1, 3, { title: 'a' }),
			window(-9, 3, { title: 'e', impact: 'MEDIUM' }),
		];
		expect([...windows].sort(byWeight).map(({ title }) => title)).toEqual(['a', 'b', 'c', 'e', 'd']);
		expect([...windows].reverse().sort(byWeight).map(({ title }) => title)).toEqual(['a', 'b', 'c', 'e', 'd']);
	});
});
