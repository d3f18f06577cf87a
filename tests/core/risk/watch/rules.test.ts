import fc from 'fast-check';
import { decimal, MINUTE, refuse, SECOND, STANDARD_POLICY, type Decimal } from '../../../../core/model';
import { decide, steadyLevel, type Surroundings } from '../../../../core/risk/watch/decide';
import { feedAfter, isLost, type Feed } from '../../../../core/risk/watch/feed';
import { percentOf, type PositionStanding, type Standing } from '../../../../core/risk/watch/standing';
import { moveOf, volatilityOf, withPrice, type PriceWindow } from '../../../../core/risk/watch/volatility';
import { unseen, type AccountMemory, type WatchDecision } from '../../../../core/risk/watch/watch';
import { riskLevel } from '../../../../core/risk/exposure';
import { START } from '../../../support/databases';

const policy = STANDARD_POLICY;
const d = decimal;
const ALONE: Surroundings = { openCauses: new Set(), rearmedAt: null };

const held: PositionStanding = {
	tradeId: 'trd_1', symbol: 'BTC/USDT', side: 'buy', quantity: d('0.1'), entryPrice: d(60_000), mark: d(60_000),
	stopLoss: d(59_000), lossIfStopped: d(100), loss: d(0), lossLimit: d(500), closing: false,
};

/** An account of 10,000 with a limit of 600, at its start, that has `used` in use. */
function standing(change: Partial<Omit<Standing, 'used'>> & { readonly used?: Decimal } = {}): Standing {
	const used = change.used ?? d(0);
	const limit = d(600);
	return {
		accountId: 'acc_1', memberId: 'mbr_1', currency: 'USDT', zone: 'UTC', now: START, riskDay: '2026-11-20',
		cash: d(10_000), equity: d(10_000), equityAt: change.now ?? START, dayStartEquity: d(10_000),
		realisedToday: d(0), realisedLoss: d(0), openRisk: used, limit, usedPercent: percentOf(used, limit),
		level: riskLevel(used, limit, policy), drop: d(0), peak: d(10_000), drawdown: d(0), drawdownPercent: d(0),
		positions: [], ...change, used,
	};
}

const kinds = (decisions: readonly WatchDecision[]): string[] =>
	decisions.map((each) => {
		if (each.kind === 'level') return `level ${each.previous ?? '-'}>${each.level}`;
		if (each.kind === 'warn') return `warn ${each.warning}`;
		return each.kind === 'trip' ? `trip ${each.cause}` : each.kind;
	});

/** One look after the other; what each led to. */
function looks(all: readonly Standing[], around: Surroundings = ALONE): string[][] {
	let memory: AccountMemory = unseen('acc_1');
	return all.map((each) => {
		const decided = decide(each, memory, policy, around);
		memory = decided.memory;
		return kinds(decided.decisions);
	});
}

describe('risk level', () => {
	it.each([
		[0, 'LOW'], [299.99, 'LOW'], [300, 'MEDIUM'], [419.99, 'MEDIUM'], [420, 'HIGH'], [539.99, 'HIGH'],
		[540, 'CRITICAL'], [600, 'CRITICAL'], [1_000, 'CRITICAL'],
	])('%d of 600 is %s', (used, level) => {
		expect(standing({ used: d(used) }).level).toBe(level);
	});

	it.each([
		['MEDIUM', 49.99, 'MEDIUM'], ['MEDIUM', 45, 'MEDIUM'], ['MEDIUM', 44.99, 'LOW'], ['CRITICAL', 85, 'CRITICAL'],
		['CRITICAL', 84.99, 'HIGH'], ['CRITICAL', 10, 'LOW'], ['LOW', 95, 'CRITICAL'], ['HIGH', 66, 'HIGH'],
	] as const)('after %s, %d %% is %s', (before, percent, level) => {
		const seen = riskLevel(d(percent * 6), d(600), policy);
		expect(steadyLevel(before, seen, d(percent), policy)).toBe(level);
	});

	it('is told as it changes, the same one again after five minutes only', () => {
		const at = (minutes: number, used: number): Standing => standing({ now: START + minutes * MINUTE, used: d(used) });
		expect(looks([at(0, 0), at(1, 310), at(1, 310), at(2, 100), at(3, 310), at(4, 100), at(7, 310), at(8, 100)])).toEqual([
			[], ['level LOW>MEDIUM'], [], ['level MEDIUM>LOW'], [], [], ['level LOW>MEDIUM'], ['level MEDIUM>LOW'],
		]);
	});

	it('begins anew with the day', () => {
		const evening = standing({ used: d(550) });
		const morning = standing({ now: START + 1, riskDay: '2026-11-21', used: d(520) });
		expect(looks([evening, morning])[1]).toEqual(['level CRITICAL>HIGH', 'warn daily_loss']);
		expect(looks([evening, standing({ now: START + 1, riskDay: '2026-11-21' })])[1]).toEqual([]);
	});

	it('is not known while the loss in use is not', () => {
		const unknown = { ...standing({ used: d(590) }), used: refuse('EQUITY_UNKNOWN', { limit: 60 }), usedPercent: null, level: null };
		expect(looks([standing({ used: d(310) }), unknown, standing({ used: d(310) })])).toEqual([['level ->MEDIUM'], [], []]);
	});
});

describe('stops by money', () => {
	it.each<[string, Partial<Omit<Standing, 'used'>>, string[]]>([
		['a loss just below the limit', { realisedLoss: d('599.99') }, []],
		['a loss of the limit', { realisedLoss: d(600) }, ['trip daily_loss']],
		['a loss of an account that began with nothing', { realisedLoss: d(600), limit: d(0), usedPercent: null, level: null }, []],
	])('%s', (_what, change, expected) => {
		expect(looks([standing(change)])[0]?.filter((each) => each.startsWith('trip'))).toEqual(expected);
	});

	const falls = (seconds: number, drop: number, percent: number, computed = true): Standing => {
		const now = START + seconds * SECOND;
		return standing({ now, equityAt: computed ? now : now - SECOND, drop: d(drop), drawdown: d(percent * 100), drawdownPercent: d(percent) });
	};
	const trips = (all: readonly Standing[], around?: Surroundings): number[] =>
		looks(all, around).map((each) => each.filter((kind) => kind.startsWith('trip')).length);

	it.each<[string, readonly Standing[], number[]]>([
		['a fall that lasts', [falls(0, 600, 15), falls(1, 600, 15), falls(2, 600, 15)], [0, 0, 2]],
		['one odd price', [falls(0, 900, 40), falls(1, 0, 0), falls(2, 900, 40), falls(3, 900, 40)], [0, 0, 0, 0]],
		['just below both limits', [falls(0, 599, 14.9), falls(9, 599, 14.9)], [0, 0]],
		['a figure that was stored before', [falls(0, 900, 40, false), falls(9, 900, 40, false)], [0, 0]],
		['seen once, and then only stored', [falls(0, 900, 40), falls(9, 900, 40, false), falls(10, 900, 40)], [0, 0, 2]],
	])('%s', (_what, all, expected) => {
		expect(trips(all)).toEqual(expected);
	});

	it('what stops the account already is not stopped again, and not warned of', () => {
		const all = [falls(0, 600, 15), falls(3, 600, 15)];
		const around = { openCauses: new Set(['drawdown', 'equity_drop'] as const), rearmedAt: null };
		expect(looks(all, around)).toEqual([[], []]);
		expect(looks(all)[0]).toEqual(['warn equity_drop', 'warn drawdown']);
	});

	it('a re-arm begins a new peak once, when the equity is known and no drawdown is open', () => {
		const rearmedAt = START - MINUTE;
		const deep = { ...falls(0, 0, 20), equity: d(8_000) };
		const again = { ...deep, now: START + 5 * SECOND, equityAt: START + 5 * SECOND };
		expect(looks([deep, again, again], { openCauses: new Set(), rearmedAt })).toEqual([
			['new_peak'], ['warn drawdown'], [],
		]);
		expect(looks([deep], { openCauses: new Set(['drawdown']), rearmedAt })[0]).not.toContain('new_peak');
		const unknown = { ...deep, equity: refuse('EQUITY_UNKNOWN', { limit: 60 }), equityAt: null, drop: null, drawdown: null, drawdownPercent: null };
		expect(looks([unknown], { openCauses: new Set(), rearmedAt })[0]).toEqual([]);
	});
});

describe('warnings', () => {
	it.each<[string, Partial<Omit<Standing, 'used'>> & { used?: Decimal }, string[]]>([
		['below 80 % of the day', { used: d(479) }, []],
		['80 % of the day', { used: d(480) }, ['warn daily_loss']],
		['80 % of the drop', { drop: d(480) }, ['warn equity_drop']],
		['80 % of the drawdown', { drawdown: d(1_200), drawdownPercent: d(12) }, ['warn drawdown']],
		['80 % of what a position may lose', { positions: [{ ...held, loss: d(400) }] }, ['warn position_loss']],
		['a position that gains', { positions: [{ ...held, loss: d(-400) }] }, []],
		['a position that is being closed', { positions: [{ ...held, loss: d(450), closing: true }] }, []],
		['a position without a stop', { positions: [{ ...held, stopLoss: null }] }, ['warn missing_stop']],
	])('%s', (_what, change, expected) => {
		expect(looks([standing(change)])[0]?.filter((each) => each.startsWith('warn'))).toEqual(expected);
	});

	it.each<[string, readonly PositionStanding[], number, string[]]>([
		['that something is open in, not at once', [held], 59, []],
		['that something is open in, after a minute', [held], 60, ['warn equity_unknown']],
		['that nothing is open in', [], 600, []],
	])('an equity that is not known, %s', (_what, positions, seconds, expected) => {
		const unknown = (second: number): Standing => standing({
			now: START + second * SECOND, equity: refuse('EQUITY_UNKNOWN', { limit: 60 }), equityAt: null, drop: null, drawdown: null,
			drawdownPercent: null, positions: positions.map((each) => ({ ...each, lossLimit: null })),
		});
		expect(looks([unknown(0), unknown(seconds)])).toEqual([[], expected]);
		expect(looks([unknown(0), standing({ now: START + SECOND }), unknown(seconds)])[2]).toEqual([]);
	});

	it('are given once; again only after they were clearly over, and not within the hour', () => {
		const at = (minutes: number, percent: number): Standing =>
			standing({ now: START + minutes * MINUTE, drawdown: d(percent * 100), drawdownPercent: d(percent) });
		expect(looks([at(0, 12), at(1, 13), at(2, 11.3), at(3, 12), at(4, 11), at(5, 12), at(6, 11), at(61, 12)])).toEqual([
			['warn drawdown'], [], [], [], [], [], [], ['warn drawdown'],
		]);
	});

	it('for any way of an account: each warning, level and stop at most as often as its own rule lets it', () => {
		const step = fc.record({ used: fc.integer({ min: 0, max: 900 }), drop: fc.integer({ min: 0, max: 900 }), fall: fc.integer({ min: 0, max: 20 }), wait: fc.integer({ min: 1, max: 400 }) });
		fc.assert(
			fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
				let now = START;
				let memory = unseen('acc_1');
				const told = new Map<string, number>();
				for (const { used, drop, fall, wait } of steps) {
					now += wait * SECOND;
					const seen = standing({ now, used: d(used), drop: d(drop), drawdown: d(fall * 100), drawdownPercent: d(fall) });
					const { memory: next, decisions } = decide(seen, memory, policy, ALONE);
					// The same look again leads to nothing more, but for stops, which safety knows.
					const repeat = decide(seen, next, policy, { ...ALONE, openCauses: new Set(decisions.flatMap((each) => (each.kind === 'trip' ? [each.cause] : []))) });
					expect(repeat).toEqual({ memory: next, decisions: [] });
					for (const each of decisions) {
						const key = each.kind === 'warn' ? each.key : each.kind === 'level' ? each.level : null;
						if (key === null) continue;
						const gap = each.kind === 'warn' ? policy.watch.warnAgainMinutes : policy.watch.levelAgainMinutes;
						expect(now - (told.get(key) ?? 0)).toBeGreaterThanOrEqual(gap * MINUTE);
						told.set(key, now);
					}
					memory = next;
				}
			}),
		);
	});
});

describe('volatility', () => {
	const window = (...prices: readonly (readonly [second: number, price: number])[]): PriceWindow =>
		prices.reduce<PriceWindow>((before, [second, price]) => withPrice(before, START + second * SECOND, d(price), 5), []);

	it.each<[string, PriceWindow, string]>([
		['nothing seen', [], '0'],
		['one price', window([0, 100]), '0'],
		['up and down within a step', window([0, 100], [1, 105], [2, 102]), '5'],
		['a fall', window([0, 100], [60, 96]), '4.166666666666666666666667'],
		['what is older than five minutes is forgotten', window([0, 50], [310, 100]), '0'],
		['but no sooner', window([0, 50], [309, 100]), '100'],
		['a price of nothing', window([0, 0], [1, 5]), '0'],
	])('%s', (_what, prices, move) => {
		expect(moveOf(prices)).toBe(move);
	});

	it.each<[number, number | null, number | null]>([
		[104.99, null, null], [105, null, 45], [105, 44.5, null], [105, 44, 45], [105, 30, 45],
	])('%d after 100, paused for %s min more: paused for %s', (price, paused, expected) => {
		const now = START + 2 * SECOND;
		const until = paused === null ? null : now + paused * MINUTE;
		const found = volatilityOf(window([0, 100], [1, price]), now, until, policy.watch);
		expect(found?.until ?? null).toBe(expected === null ? null : now + expected * MINUTE);
	});

	it('for any prices: the move is what the extremes of the window say', () => {
		const tick = fc.tuple(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 1_000 }));
		fc.assert(
			fc.property(fc.array(tick, { minLength: 1, maxLength: 40 }), (ticks) => {
				let at = START;
				let prices: PriceWindow = [];
				const seen: { at: number; price: number }[] = [];
				for (const [wait, price] of ticks) {
					at += wait * SECOND;
					prices = withPrice(prices, at, d(price), 5);
					seen.push({ at, price });
				}
				// Steps of ten seconds: of the oldest all is kept or nothing.
				const kept = seen.filter((each) => Math.floor(each.at / 10_000) * 10_000 + 10_000 > at - 5 * MINUTE).map(({ price }) => price);
				const [low, high] = [Math.min(...kept), Math.max(...kept)];
				expect(Number(moveOf(prices))).toBeCloseTo(((high - low) / low) * 100, 9);
			}),
		);
	});
});

describe('feed', () => {
	const after = (...steps: readonly (readonly [second: number, fresh: boolean])[]): Feed | null =>
		steps.reduce<Feed | null>(
			(before, [second, fresh]) => feedAfter(before, { venue: 'v', symbol: 's', fresh, now: START + second * SECOND }), null,
		);
	const lost = (feed: Feed | null, second: number): boolean => feed !== null && isLost(feed, START + second * SECOND, 60);

	it('is lost after more than a minute of looks without a price', () => {
		const every = (to: number) => Array.from({ length: to / 5 + 1 }, (_, index) => [index * 5, false] as const);
		expect(lost(after(...every(60)), 60)).toBe(false);
		expect(lost(after(...every(65)), 65)).toBe(true);
		expect(lost(after(...every(65), [66, true]), 66)).toBe(false);
	});

	it('is not lost by a time in which nobody looked', () => {
		expect(lost(after([0, false], [5, false], [600, false]), 600)).toBe(false);
		expect(after([0, false], [5, false], [600, false])?.lostSince).toBe(START + 600 * SECOND);
	});
});
