import fc from 'fast-check';
import {
	isWithinHours, outsideBand, slippageBasisPoints, timeOfDayFactor, withSpread,
} from '../../../../core/exchange/paper/market';
import { decimal, gte, lte, MINUTE, STANDARD_POLICY } from '../../../../core/model';
import { runs } from '../../../support/runs';

const { realistic } = STANDARD_POLICY.paper;
const quiet = Date.UTC(2026, 10, 20, 10, 0);
const busy = Date.UTC(2026, 10, 20, 13, 45);
const points = (quantity: number, barVolume: number, at = quiet, factor = 1) =>
	Number(slippageBasisPoints({ quantity: decimal(quantity), barVolume: decimal(barVolume), at, factor }, realistic));

describe('slippage on paper', () => {
	it.each([
		// 5 × (0.5 + 1) × √(quantity ÷ volume)
		[1, 100, quiet, 0.75],
		[4, 100, quiet, 1.5],
		[100, 100, quiet, 7.5],
		// 5 × (0.5 + 1.5) × √…
		[1, 100, busy, 1],
		[4_500, 100, quiet, 50],
		[1_000_000, 1, quiet, 50],
		[1, 0, quiet, 50],
	])('of %d in a bar of %d is so many basis points', (quantity, volume, at, expected) => {
		expect(points(quantity, volume, at)).toBeCloseTo(expected, 4);
	});

	it('is multiplied by the account’s factor, within the cap', () => {
		expect(points(1, 100, quiet, 3)).toBeCloseTo(2.25, 4);
		expect(points(2_000, 100, quiet, 10)).toBe(50);
	});

	it('grows with size, never below nothing and never above the cap', () => {
		const size = fc.integer({ min: 1, max: 1_000_000 });
		fc.assert(
			fc.property(size, size, size, fc.integer({ min: 0, max: 1439 }), (a, b, volume, minute) => {
				const at = Date.UTC(2026, 10, 20) + minute * MINUTE;
				const [small, large] = a < b ? [a, b] : [b, a];
				expect(points(small, volume, at)).toBeLessThanOrEqual(points(large, volume, at));
				expect(points(small, volume, at)).toBeGreaterThanOrEqual(0);
				expect(points(large, volume, at)).toBeLessThanOrEqual(50);
				expect(points(small, volume, at)).toBeGreaterThanOrEqual(points(small, volume, quiet));
			}),
			{ numRuns: runs(300) },
		);
	});
});

describe('times of the paper market', () => {
	it.each([
		['2026-11-20T00:00', 1.5], ['2026-11-20T00:14', 1.5], ['2026-11-20T00:15', 1],
		['2026-11-20T13:29', 1], ['2026-11-20T13:30', 1.5], ['2026-11-20T14:00', 1],
	])('at %s slippage is times %d', (text, factor) => {
		expect(timeOfDayFactor(Date.parse(`${text}:00Z`), realistic.busyWindows)).toBe(factor);
	});

	it('a busy window may go over midnight; of two the busier counts', () => {
		const windows = [{ from: 1_430, to: 10, factor: 2 }, { from: 0, to: 5, factor: 3 }];
		const at = (text: string) => timeOfDayFactor(Date.parse(`2026-11-20T${text}:00Z`), windows);
		expect([at('23:49'), at('23:50'), at('00:00'), at('00:05'), at('00:10')]).toEqual([1, 2, 3, 2, 1]);
	});

	const weekdays = { from: 225, to: 600, days: [1, 2, 3, 4, 5] };
	const overnight = { from: 1_380, to: 120, days: [5] };
	it.each([
		['always open without hours', null, '2026-11-22T03:00', true],
		['Friday in its hours', weekdays, '2026-11-20T03:45', true],
		['Friday before', weekdays, '2026-11-20T03:44', false],
		['Friday at the end', weekdays, '2026-11-20T10:00', false],
		['Saturday', weekdays, '2026-11-21T04:00', false],
		['Sunday', weekdays, '2026-11-22T04:00', false],
		['Monday', weekdays, '2026-11-23T04:00', true],
		['the night that began on Friday', overnight, '2026-11-21T01:00', true],
		['the night that began on Thursday', overnight, '2026-11-20T01:00', false],
	])('%s', (_, hours, text, expected) => {
		expect(isWithinHours(hours, Date.parse(`${text}:00Z`))).toBe(expected);
	});
});

describe('quotes of the paper market', () => {
	const quote = (bid: number, ask: number) => ({ symbol: 'X/Y', bid: decimal(bid), ask: decimal(ask), at: 0 });

	it('widens a spread that is too good and leaves a wide one', () => {
		expect(withSpread(quote(100, 100), decimal(2))).toMatchObject({ bid: '99.98', ask: '100.02' });
		expect(withSpread(quote(99, 101), decimal(2))).toMatchObject({ bid: '99', ask: '101' });
	});

	it('never makes an offer better', () => {
		const price = fc.integer({ min: 1, max: 100_000 });
		fc.assert(
			fc.property(price, price, fc.integer({ min: 0, max: 100 }), (a, b, half) => {
				const given = quote(Math.min(a, b), Math.max(a, b));
				const met = withSpread(given, decimal(half));
				expect(lte(met.bid, given.bid) && gte(met.ask, given.ask)).toBe(true);
			}),
			{ numRuns: runs(200) },
		);
	});

	it.each([[120, false], ['120.01', true], [80, false], ['79.99', true]])(
		'a price of %s against 100 lies outside 20 %%: %s',
		(price, outside) => {
			expect(outsideBand(decimal(price), quote(99, 101), 20)).toBe(outside);
		},
	);
});
