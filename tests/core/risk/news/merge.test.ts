import fc from 'fast-check';
import { DAY, HOUR } from '../../../../core/model';
import type { NewsDraft, NewsEvent } from '../../../../core/risk/news/event';
import { mergeCalendar } from '../../../../core/risk/news/merge';

const NOW = Date.UTC(2026, 10, 18, 12);
const WEEK = { from: NOW - 3 * DAY, until: NOW + 4 * DAY };
const draft = (key: string, startsAt: number, more: Partial<NewsDraft> = {}): NewsDraft => ({
	key, title: key, impact: 'HIGH', statedImpact: 'HIGH', currencies: ['USD'], startsAt, endsAt: startsAt,
	allDay: false, exact: false, ...more,
});
const known = (of: NewsDraft): NewsEvent => ({
	...of, id: `nws_${of.key}`, source: 'week', addedBy: 'node:test', createdAt: 0, updatedAt: 0,
});
const merge = (before: readonly NewsDraft[], events: readonly NewsDraft[], now = NOW) =>
	mergeCalendar(before.map(known), { events, ...WEEK }, { now, keepDays: 7 });
const keys = (events: readonly { readonly key: string }[]): string[] => events.map(({ key }) => key);

test('new ones come, changed ones change, the same stay', () => {
	const stay = draft('stay', NOW + HOUR);
	const before = [stay, draft('change', NOW + HOUR, { impact: 'MEDIUM' })];
	const result = merge(before, [stay, draft('change', NOW + 2 * HOUR), draft('new', NOW + HOUR)]);
	expect(keys(result.added)).toEqual(['new']);
	expect(result.changed.map(({ known: { key }, draft: { impact, startsAt } }) => [key, impact, startsAt])).toEqual([
		['change', 'HIGH', NOW + 2 * HOUR],
	]);
	expect(result).toMatchObject({ removed: [], kept: 1 });
});

test.each([
	['lies ahead in the week that was told', NOW + 1, true],
	['begins right now', NOW, false],
	['has begun: its window may be open', NOW - HOUR, false],
	['lies in the week after', NOW + 4 * DAY, false],
	['is the last of the week', NOW + 4 * DAY - 1, true],
	['is over since less than is kept', NOW - 7 * DAY, false],
	['is over since longer than is kept', NOW - 7 * DAY - 1, true],
])('one that is told no more and %s', (_, startsAt, removed) => {
	const result = merge([draft('gone', startsAt)], [draft('other', NOW + HOUR)]);
	expect(keys(result.removed)).toEqual(removed ? ['gone'] : []);
});

test('what is long over does not come in', () => {
	expect(merge([], [draft('old', NOW - 8 * DAY), draft('new', NOW - 6 * DAY)]).added).toHaveLength(1);
});

test('a second refresh with the same answer changes nothing; nothing that has begun is ever lost', () => {
	const at = fc.integer({ min: -8 * 24, max: 10 * 24 }).map((hours) => NOW + hours * HOUR);
	const list = fc.uniqueArray(fc.record({ key: fc.constantFrom(...'abcdefghij'), at }), { selector: ({ key }) => key });
	fc.assert(
		fc.property(list, list, (before, told) => {
			const old = before.map(({ key, at: startsAt }) => draft(key, startsAt));
			const events = told.map(({ key, at: startsAt }) => draft(key, startsAt));
			const first = merge(old, events);
			const gone = new Set(keys(first.removed));
			const changes = new Map(first.changed.map((change) => [change.known.key, change.draft]));
			const after = [...old.filter(({ key }) => !gone.has(key)).map((event) => changes.get(event.key) ?? event), ...first.added];
			expect(merge(after, events)).toMatchObject({ added: [], changed: [], removed: [], kept: after.length });
			const open = old.filter(({ startsAt }) => startsAt <= NOW && startsAt >= NOW - 7 * DAY);
			for (const { key } of open) expect(keys(after)).toContain(key);
			// What is told and not long over is there as told.
			for (const event of events.filter(({ endsAt }) => endsAt >= NOW - 7 * DAY)) {
				expect(after).toContainEqual(expect.objectContaining(event));
			}
		}),
	);
});
