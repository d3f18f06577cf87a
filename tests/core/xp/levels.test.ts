import fc from 'fast-check';
import { STANDARD_POLICY } from '../../../core/model';
import { levelProgress, nextRank, rankIndex, rankName } from '../../../core/xp';

const policy = STANDARD_POLICY.xp;
const level = (lifetime: number) => levelProgress(lifetime, policy).level;
const rank = (lifetime: number) => rankName(rankIndex(lifetime, policy), policy);

describe('levels', () => {
	it.each([
		[0, 1], [499, 1], [500, 2], [4_500, 10], [4_999, 10], [5_000, 11], [15_000, 21],
		[35_000, 31], [70_000, 41], [110_000, 49], [114_999, 49], [115_000, 50], [1_000_000, 50],
	])('%i XP is level %i', (lifetime, expected) => {
		expect(level(lifetime)).toBe(expected);
	});

	it('tells how far the level has come', () => {
		expect(levelProgress(750, policy)).toEqual({ level: 2, into: 250, needed: 500 });
		expect(levelProgress(5_400, policy)).toEqual({ level: 11, into: 400, needed: 1_000 });
		expect(levelProgress(115_500, policy)).toEqual({ level: 50, into: 500, needed: null });
		expect(levelProgress(-20, policy)).toEqual({ level: 1, into: 0, needed: 500 });
	});

	it('rises one level at a time and never falls with more XP', () => {
		fc.assert(
			fc.property(fc.nat(130_000), (lifetime) => {
				const step = level(lifetime + 1) - level(lifetime);
				expect(step === 0 || step === 1).toBe(true);
				const { into, needed } = levelProgress(lifetime, policy);
				expect(into).toBeGreaterThanOrEqual(0);
				if (needed !== null) expect(into).toBeLessThan(needed);
			}),
		);
	});
});

describe('ranks', () => {
	it.each([
		[0, 'RECRUIT'], [99, 'RECRUIT'], [100, 'PRIVATE'], [499, 'PRIVATE'], [500, 'CORPORAL'],
		[1_000, 'SERGEANT'], [2_500, 'LIEUTENANT'], [5_000, 'CAPTAIN'], [10_000, 'MAJOR'],
		[25_000, 'COLONEL'], [50_000, 'GENERAL'], [99_999, 'GENERAL'], [100_000, 'COMMANDER'],
	])('%i XP is %s', (lifetime, expected) => {
		expect(rank(lifetime)).toBe(expected);
	});

	it('names the next one, and none after the last', () => {
		expect(nextRank(150, policy)).toEqual({ name: 'CORPORAL', lifetime: 500 });
		expect(nextRank(100_000, policy)).toBeNull();
	});
});
