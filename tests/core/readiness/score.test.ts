import fc from 'fast-check';
import { STANDARD_POLICY } from '../../../core/model';
import { scoreReadiness, type ReadinessFacts } from '../../../core/readiness';
import { divergence, type EntryFill, type ExecutionSide } from '../../../core/readiness/divergence';
import { tradeFacts, type PaperTrade } from '../../../core/readiness/facts';
import { decimal } from '../../../core/model';
import { runs } from '../../support/runs';

const rules = STANDARD_POLICY.readiness;

/** Everything at its threshold. */
const GOOD: ReadinessFacts = {
	days: 30, trades: 100, wins: 50, losses: 50, gained: 1_500, lost: 1_000, dailyDrawdownPercent: 5,
	drawdownPercent: 15, oversizedLosses: 0, stopsMissed: 0, limitTrips: 0, orders: 200, failedOrders: 10,
	criticalIssues: 0, deviationPercent: 15, realistic: true,
};
const score = (change: Partial<ReadinessFacts> = {}) => scoreReadiness({ ...GOOD, ...change }, rules);
const pointsOf = (component: string, change: Partial<ReadinessFacts> = {}) =>
	score(change).components.find((each) => each.component === component)?.points;

describe('readiness score', () => {
	it('is 100 where every threshold is met, with all points on the table', () => {
		const { score: total, band, components, hardFails, notMeasured } = score();
		expect([total, band, hardFails, notMeasured]).toEqual([100, 'ready', [], []]);
		expect(components.map(({ component, max, points }) => [component, max, points])).toEqual([
			['duration', 15, 15], ['trades', 15, 15], ['winRate', 10, 10], ['profitFactor', 20, 20],
			['deviation', 15, 15], ['drawdown', 10, 10], ['breaches', 10, 10], ['reliability', 5, 5],
		]);
		for (const { evidence } of components) expect(evidence).toMatch(/\d/);
	});

	it.each<[string, Partial<ReadinessFacts>, number]>([
		['duration', { days: 15 }, 7.5],
		['duration', { days: 300 }, 15],
		['trades', { trades: 60 }, 9],
		['winRate', { wins: 25 }, 5],
		['profitFactor', { gained: 750 }, 10],
		['profitFactor', { gained: 0 }, 0],
		['profitFactor', { gained: 10, lost: 0 }, 20],
		['profitFactor', { gained: 0, lost: 0 }, 0],
		['deviation', { deviationPercent: 22.5 }, 7.5],
		['deviation', { deviationPercent: 30 }, 0],
		['drawdown', { dailyDrawdownPercent: 7.5 }, 5],
		['drawdown', { drawdownPercent: 30 }, 0],
		['drawdown', { dailyDrawdownPercent: 0, drawdownPercent: 18 }, 8],
		['breaches', { stopsMissed: 1 }, 0],
		['breaches', { oversizedLosses: 1 }, 0],
		['breaches', { limitTrips: 1 }, 0],
		['reliability', { failedOrders: 15 }, 2.5],
		['reliability', { failedOrders: 20 }, 0],
		['reliability', { criticalIssues: 1 }, 0],
	])('%s with %j gives %d points', (component, change, points) => {
		expect(pointsOf(component, change)).toBe(points);
	});

	it('a source that never traded is not measured by what others have done well', () => {
		const none = { days: 0, trades: 0, wins: 0, losses: 0, gained: 0, lost: 0, orders: 0, failedOrders: 0, deviationPercent: null };
		const result = score(none);
		expect(result.score).toBe(0);
		expect(result.notMeasured).toEqual(['winRate', 'profitFactor', 'deviation', 'drawdown', 'breaches', 'reliability']);
		expect(score({ ...none, orders: 3, failedOrders: 0 }).notMeasured).not.toContain('reliability');
	});

	it('leaves out what cannot be measured and rescales the rest', () => {
		const without = score({ deviationPercent: null, gained: 0 });
		expect(without.notMeasured).toEqual(['deviation']);
		expect(without.components.find(({ component }) => component === 'deviation')).toMatchObject({
			points: null, observed: null, evidence: expect.stringContaining('Not measured'),
		});
		// 65 of 85 points.
		expect([without.score, without.band]).toEqual([76, 'conditional']);
		expect(score({ deviationPercent: null }).score).toBe(100);
	});

	it.each<[string, Partial<ReadinessFacts>]>([
		['RULE_BREACHED', { stopsMissed: 1 }],
		['RULE_BREACHED', { oversizedLosses: 2 }],
		['RULE_BREACHED', { limitTrips: 1 }],
		['TOO_SHORT', { days: 9.99 }],
		['TOO_FEW_TRADES', { trades: 49, wins: 49 }],
		['CRITICAL_OPEN', { criticalIssues: 1 }],
		['SIMPLE_MODEL', { realistic: false }],
	])('%s alone caps it at 59: %j', (code, change) => {
		const { score: total, band, hardFails } = score(change);
		expect(total).toBeLessThanOrEqual(59);
		expect([band, hardFails.map((fail) => fail.code)]).toEqual(['not_ready', [code]]);
		expect(hardFails[0]?.message).toMatch(/\.$/);
	});

	it.each([[100, 'ready'], [80, 'ready'], [79, 'conditional'], [60, 'conditional'], [59, 'not_ready']] as const)(
		'%d is %s',
		(target, band) => {
			const none = { duration: 0, winRate: 0, profitFactor: 0, deviation: 0, drawdown: 0, breaches: 0, reliability: 0 };
			const onlyTrades = { ...rules, points: { ...none, trades: 100 } };
			expect(scoreReadiness({ ...GOOD, trades: target }, onlyTrades)).toMatchObject({ score: target, band });
		},
	);

	const facts = fc.record({
		days: fc.double({ min: 0, max: 60, noNaN: true }),
		trades: fc.integer({ min: 1, max: 200 }),
		winShare: fc.double({ min: 0, max: 1, noNaN: true }),
		gained: fc.integer({ min: 0, max: 5_000 }),
		lost: fc.integer({ min: 0, max: 5_000 }),
		dailyDrawdownPercent: fc.double({ min: 0, max: 20, noNaN: true }),
		drawdownPercent: fc.double({ min: 0, max: 50, noNaN: true }),
		oversizedLosses: fc.integer({ min: 0, max: 2 }),
		stopsMissed: fc.integer({ min: 0, max: 2 }),
		limitTrips: fc.integer({ min: 0, max: 2 }),
		orders: fc.integer({ min: 20, max: 400 }),
		failedOrders: fc.integer({ min: 0, max: 20 }),
		criticalIssues: fc.integer({ min: 0, max: 2 }),
		deviationPercent: fc.option(fc.double({ min: 0, max: 50, noNaN: true })),
		realistic: fc.boolean(),
	}).map(({ winShare, ...rest }): ReadinessFacts => {
		const wins = Math.floor(rest.trades * winShare);
		return { ...rest, wins, losses: rest.trades - wins };
	});
	/** Each makes the facts better, or leaves them. */
	const better: readonly ((given: ReadinessFacts, by: number) => ReadinessFacts)[] = [
		(given, by) => ({ ...given, days: given.days + by }),
		(given, by) => ({ ...given, trades: given.trades + by, wins: given.wins + by }),
		(given, by) => ({ ...given, wins: Math.min(given.trades, given.wins + by) }),
		(given, by) => ({ ...given, gained: given.gained + by }),
		(given, by) => ({ ...given, lost: Math.max(0, given.lost - by) }),
		(given, by) => ({ ...given, dailyDrawdownPercent: Math.max(0, given.dailyDrawdownPercent - by) }),
		(given, by) => ({ ...given, drawdownPercent: Math.max(0, given.drawdownPercent - by) }),
		(given, by) => ({ ...given, oversizedLosses: Math.max(0, given.oversizedLosses - by) }),
		(given, by) => ({ ...given, stopsMissed: Math.max(0, given.stopsMissed - by) }),
		(given, by) => ({ ...given, limitTrips: Math.max(0, given.limitTrips - by) }),
		(given, by) => ({ ...given, orders: given.orders + by }),
		(given, by) => ({ ...given, failedOrders: Math.max(0, given.failedOrders - by) }),
		(given, by) => ({ ...given, criticalIssues: Math.max(0, given.criticalIssues - by) }),
		(given, by) =>
			given.deviationPercent === null
				? given
				: { ...given, deviationPercent: Math.max(0, given.deviationPercent - by) },
		(given) => ({ ...given, realistic: true }),
	];

	it('never falls when something gets better, and stays within 0 and 100', () => {
		fc.assert(
			fc.property(facts, fc.integer({ min: 0, max: better.length - 1 }), fc.integer({ min: 1, max: 50 }), (given, which, by) => {
				const before = scoreReadiness(given, rules);
				const after = scoreReadiness(better[which]?.(given, by) ?? given, rules);
				expect(after.score).toBeGreaterThanOrEqual(before.score);
				expect(before.score).toBeGreaterThanOrEqual(0);
				expect(after.score).toBeLessThanOrEqual(100);
				expect(before.hardFails.length === 0 || before.score <= 59).toBe(true);
			}),
			{ numRuns: runs(1_000) },
		);
	});
});

const DAY = 86_400_000;
let made = 0;
function trade(net: number, day: number, change: Partial<PaperTrade> = {}): PaperTrade {
	made += 1;
	return {
		id: `trd_${made}`, source: 'ema', net: decimal(net), stopHonoured: null,
		openedAt: day * DAY, closedAt: day * DAY + DAY / 2, day: `day ${day}`, ...change,
	};
}

describe('what trades tell', () => {
	it('counts, sums and measures falls, of one source only', () => {
		const trades = [
			trade(100, 0), trade(-50, 1), trade(-60, 1), trade(0, 2), trade(-500, 2, { source: 'other' }),
			trade(-20, 3, { stopHonoured: false }), trade(300, 4, { stopHonoured: true }),
		];
		const facts = tradeFacts(decimal(1_000), trades, 'ema', 2);
		expect(facts).toMatchObject({
			days: 4.5, trades: 6, wins: 2, losses: 3, gained: 400, lost: 130, stopsMissed: 1,
			// −50 of 1,100, −60 of 1,050 and −20 of 490: all beyond 2 %.
			oversizedLosses: 3,
		});
		expect(facts.dailyDrawdownPercent).toBeCloseTo(10, 10);
		expect(facts.drawdownPercent).toBeCloseTo((130 / 1_100) * 100, 10);
	});

	it('of none are nothing', () => {
		expect(tradeFacts(decimal(1_000), [], 'ema', 2)).toEqual({
			days: 0, trades: 0, wins: 0, losses: 0, gained: 0, lost: 0, dailyDrawdownPercent: 0,
			drawdownPercent: 0, oversizedLosses: 0, stopsMissed: 0,
		});
	});

	it('a loss of exactly the limit is none too large', () => {
		expect(tradeFacts(decimal(1_000), [trade(-20, 0)], 'ema', 2).oversizedLosses).toBe(0);
		expect(tradeFacts(decimal(1_000), [trade(-20.01, 0)], 'ema', 2).oversizedLosses).toBe(1);
	});
});

describe('paper against live', () => {
	const entry = (signalId: string, price: number, change: Partial<EntryFill> = {}): EntryFill => ({
		signalId, symbol: 'BTC/USDT', side: 'buy', averagePrice: decimal(price), referencePrice: decimal(100), ...change,
	});
	const side = (entries: readonly EntryFill[], orders = 10, rejected = 1): ExecutionSide => ({ orders, rejected, entries });

	it('is not measured before both exist', () => {
		expect(divergence(side([entry('a', 100)]), side([], 0, 0))).toEqual({
			fillPriceBasisPoints: 'not measured', pairs: 0, slippageBasisPoints: 'not measured',
			rejectPercent: 'not measured', orders: { paper: 10, live: 0 },
		});
	});

	it('compares the fills of the same signals, each side’s slippage and its refusals', () => {
		const paper = side([entry('a', 100), entry('b', 100, { side: 'sell' }), entry('c', 50)], 20, 1);
		const live = side([entry('a', 101), entry('b', 99, { side: 'sell' }), entry('d', 500, { referencePrice: null })], 10, 3);
		expect(divergence(paper, live)).toEqual({
			// A buy 1 % dearer and a sale 1 % cheaper: live is worse by 100 basis points in both.
			fillPriceBasisPoints: 100, pairs: 2,
			slippageBasisPoints: { paper: Number(((0 + 0 - 5_000) / 3).toFixed(2)), live: 100 },
			rejectPercent: { paper: 5, live: 30 },
			orders: { paper: 20, live: 10 },
		});
	});

	it('does not pair other symbols or sides of one signal, nor what no signal made', () => {
		const paper = side([entry('a', 100), { ...entry('a', 100), signalId: null }]);
		const live = side([entry('a', 101, { symbol: 'ETH/USDT' }), entry('a', 101, { side: 'sell' }), { ...entry('a', 101), signalId: null }]);
		expect(divergence(paper, live).pairs).toBe(0);
	});
});
