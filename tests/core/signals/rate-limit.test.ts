import fc from 'fast-check';
import { ManualClock } from '../../../core/model';
import { createRateLimiter } from '../../../core/signals/rate-limit';
import { START } from '../../support/databases';
import { RUNS } from './support';

const RULES = { ratePerSecond: 50, burst: 100 };

describe('rate limit', () => {
	it('lets a burst through, then the rate, each key for itself', () => {
		const clock = new ManualClock(START);
		const limiter = createRateLimiter(clock, RULES);
		expect([limiter.take('a', 100), limiter.take('a', 1), limiter.take('b', 100)]).toEqual([0, 1, 0]);
		expect(limiter.take('a', 100)).toBe(2);
		clock.advance(20);
		expect([limiter.take('a', 1), limiter.take('a', 1)]).toEqual([0, 1]);
		clock.advance(-3_600_000);
		expect(limiter.take('a', 1)).toBe(1);
	});

	it('never passes more than burst and rate allow, and keeps its word on when to come again', () => {
		const calls = fc.array(fc.tuple(fc.nat({ max: 3_000 }), fc.integer({ min: 1, max: 100 })), { maxLength: 60 });
		fc.assert(
			fc.property(calls, (schedule) => {
				const clock = new ManualClock(START);
				const limiter = createRateLimiter(clock, RULES);
				let passed = 0;
				for (const [pause, count] of schedule) {
					clock.advance(pause);
					const wait = limiter.take('a', count);
					if (wait > 0) {
						clock.advance(wait * 1_000);
						expect(limiter.take('a', count)).toBe(0);
					}
					passed += count;
					const elapsed = (clock.now() - START) / 1_000;
					expect(passed).toBeLessThanOrEqual(RULES.burst + RULES.ratePerSecond * elapsed + 1e-6);
				}
			}),
			{ numRuns: RUNS },
		);
	});
});
