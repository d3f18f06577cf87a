import fc from 'fast-check';
import { draw, latencyQuantile, normalQuantile } from '../../../../core/exchange/paper/chance';
import { runs } from '../../../support/runs';

const LATENCY = { medianMs: 150, p95Ms: 500, maxMs: 5_000 };
const who = (clientOrderId: string, seed = 7) => ({ seed, accountId: 'acc_1', clientOrderId });

describe('chance of the paper venue', () => {
	it.each([
		[0.5, 150],
		[0.95, 500],
		[0.05, 45],
		[0.99999999, 5_000],
	])('the latency that a share of %d stays below is %d ms', (share, expected) => {
		expect(Math.abs(latencyQuantile(share, LATENCY) - expected)).toBeLessThanOrEqual(1);
	});

	it.each([
		[0.5, 0],
		[0.841344746, 1],
		[0.975, 1.959964],
		[0.025, -1.959964],
		[0.001, -3.090232],
	])('the normal quantile of %d is %d', (share, expected) => {
		expect(Math.abs(normalQuantile(share) - expected)).toBeLessThan(0.0005);
	});

	it('is lognormal by its own draws: median and 95th percentile of twenty thousand orders', () => {
		const all = Array.from({ length: 20_000 }, (_, index) =>
			latencyQuantile(draw(who(`fc${index}`), 'submit|latency'), LATENCY),
		).sort((a, b) => a - b);
		expect(all[10_000]).toBeGreaterThan(145);
		expect(all[10_000]).toBeLessThan(155);
		expect(all[19_000]).toBeGreaterThan(475);
		expect(all[19_000]).toBeLessThan(525);
		expect(Math.max(...all)).toBeLessThanOrEqual(5_000);
		expect(Math.min(...all)).toBeGreaterThanOrEqual(1);
	});

	it('draws the same for the same, and something else for every other seed, account, order and purpose', () => {
		const first = draw(who('fc1'), 'reject');
		expect(draw(who('fc1'), 'reject')).toBe(first);
		const others = [
			draw(who('fc2'), 'reject'), draw(who('fc1', 8), 'reject'), draw(who('fc1'), 'latency'),
			draw({ ...who('fc1'), accountId: 'acc_2' }, 'reject'),
		];
		expect(new Set([first, ...others]).size).toBe(5);
	});

	it('never leaves its bounds, and a larger share never has a smaller latency', () => {
		fc.assert(
			fc.property(
				fc.double({ min: 1e-9, max: 1 - 1e-9, noNaN: true }),
				fc.double({ min: 1e-9, max: 1 - 1e-9, noNaN: true }),
				fc.string(),
				(one, other, name) => {
					const [low, high] = one < other ? [one, other] : [other, one];
					expect(latencyQuantile(low, LATENCY)).toBeLessThanOrEqual(latencyQuantile(high, LATENCY));
					const drawn = draw(who(name), 'x');
					expect(drawn > 0 && drawn < 1).toBe(true);
				},
			),
			{ numRuns: runs(300) },
		);
	});
});
