import type { AccountId, ReadinessPolicy } from '../model';

/** What is scored, in the order of the report. */
export const READINESS_COMPONENTS = [
	'duration', 'trades', 'winRate', 'profitFactor', 'deviation', 'drawdown', 'breaches',
	'reliability',
] as const;
export type ReadinessComponentName = (typeof READINESS_COMPONENTS)[number];

export const READINESS_BANDS = ['ready', 'conditional', 'not_ready'] as const;
export type ReadinessBand = (typeof READINESS_BANDS)[number];

/** What a source has done on a paper account. Ratios and percents as plain numbers, for scoring. */
export interface ReadinessFacts {
	/** From the first opening to the last close, in days. */
	readonly days: number;
	readonly trades: number;
	readonly wins: number;
	readonly losses: number;
	/** Gains and losses after fees, both positive, in the account's currency. */
	readonly gained: number;
	readonly lost: number;
	/** Largest loss of one day, in percent of the balance at its start. */
	readonly dailyDrawdownPercent: number;
	/** Largest fall from a peak of the realised balance, in percent of that peak. */
	readonly drawdownPercent: number;
	/** Trades that lost more than the hardest limit of a trade allows. */
	readonly oversizedLosses: number;
	/** Losing trades whose stop was not honoured. */
	readonly stopsMissed: number;
	/** Times that the account was stopped at its daily loss or drawdown. */
	readonly limitTrips: number;
	/** Orders that went out, and those of them that the venue refused or never had. */
	readonly orders: number;
	readonly failedOrders: number;
	/** Open issues of severity critical, and orders whose outcome nobody knows. */
	readonly criticalIssues: number;
	/** Difference to the backtest in percent; null: there is none. */
	readonly deviationPercent: number | null;
	/** The account simulates what a venue does to orders. */
	readonly realistic: boolean;
}

/** One component with what it was judged by. */
export interface ReadinessComponent {
	readonly component: ReadinessComponentName;
	/** Null: not measured, and left out of the sum. */
	readonly points: number | null;
	readonly max: number;
	readonly observed: number | null;
	readonly threshold: number;
	/** In words, with the numbers and how many rows they come from. */
	readonly evidence: string;
}

export const HARD_FAILS = [
	'RULE_BREACHED', 'TOO_SHORT', 'TOO_FEW_TRADES', 'CRITICAL_OPEN', 'SIMPLE_MODEL',
] as const;
export type HardFailCode = (typeof HARD_FAILS)[number];

/** What alone keeps a source from being ready. */
export interface HardFail {
	readonly code: HardFailCode;
	readonly message: string;
}

/** How ready a source is for live money, out of 100. */
export interface ReadinessScore {
	readonly score: number;
	readonly band: ReadinessBand;
	readonly components: readonly ReadinessComponent[];
	readonly hardFails: readonly HardFail[];
	readonly notMeasured: readonly ReadinessComponentName[];
}

/** A stored score: whose, and when it was computed (ms UTC). */
export interface StoredReadiness extends ReadinessScore {
	readonly accountId: AccountId;
	readonly source: string;
	readonly computedAt: number;
	readonly policyVersion: string;
}

const round = (value: number, digits = 2): number => Number(value.toFixed(digits));

/** Points that grow with the value until it reaches the threshold. */
function growing(value: number, threshold: number, max: number): number {
	return max * Math.min(1, Math.max(0, value / threshold));
}

/** All points up to the threshold; from there they shrink to none at twice the threshold. */
function shrinking(value: number, threshold: number, max: number): number {
	return max * Math.min(1, Math.max(0, 2 - value / threshold));
}

/** Gains a unit of loss; a source that never lost has all it needs if it gained at all. */
export function profitFactor({ gained, lost }: Pick<ReadinessFacts, 'gained' | 'lost'>): number | null {
	if (lost > 0) return gained / lost;
	return gained > 0 ? null : 0;
}

type Judge = (facts: ReadinessFacts, rules: ReadinessPolicy, max: number) =>
	Omit<ReadinessComponent, 'component' | 'max'>;

const JUDGES: Readonly<Record<ReadinessComponentName, Judge>> = {
	duration: ({ days, trades }, { durationDays }, max) => ({
		points: growing(days, durationDays, max),
		observed: round(days),
		threshold: durationDays,
		evidence: `${round(days)} days from the first opening to the last close of ${trades} trades; ${durationDays} give all points.`,
	}),
	trades: ({ trades }, rules, max) => ({
		points: growing(trades, rules.trades, max),
		observed: trades,
		threshold: rules.trades,
		evidence: `${trades} closed trades; ${rules.trades} give all points.`,
	}),
	winRate: ({ wins, losses, trades }, { winRatePercent }, max) => {
		const rate = trades === 0 ? 0 : (wins / trades) * 100;
		return {
			points: growing(rate, winRatePercent, max),
			observed: round(rate),
			threshold: winRatePercent,
			evidence: `${wins} of ${trades} closed trades won, ${losses} lost: ${round(rate)} %; ${winRatePercent} % give all points.`,
		};
	},
	profitFactor: (facts, rules, max) => {
		const factor = profitFactor(facts);
		return {
			points: factor === null ? max : growing(factor, rules.profitFactor, max),
			observed: factor === null ? null : round(factor),
			threshold: rules.profitFactor,
			evidence: `${round(facts.gained)} gained and ${round(facts.lost)} lost after fees in ${facts.trades} trades: ${factor === null ? 'no loss' : round(factor)}; ${rules.profitFactor} gives all points.`,
		};
	},
	deviation: ({ deviationPercent: percent }, rules, max) => ({
		points: percent === null ? null : shrinking(percent, rules.deviationPercent, max),
		observed: percent === null ? null : round(percent),
		threshold: rules.deviationPercent,
		evidence:
			percent === null
				? 'Not measured: there is no backtest of this source. The other components count in its place.'
				: `${round(percent)} % away from the backtest; up to ${rules.deviationPercent} % give all points.`,
	}),
	drawdown: ({ dailyDrawdownPercent: daily, drawdownPercent: whole, trades }, rules, max) => {
		const day = shrinking(daily, rules.dailyDrawdownPercent, max);
		const all = shrinking(whole, rules.drawdownPercent, max);
		return {
			points: Math.min(day, all),
			observed: round(daily),
			threshold: rules.dailyDrawdownPercent,
			evidence: `Worst day ${round(daily)} % (limit ${rules.dailyDrawdownPercent} %), largest fall from a peak ${round(whole)} % (limit ${rules.drawdownPercent} %), over ${trades} trades.`,
		};
	},
	breaches: (facts, _, max) => {
		const count = breachesOf(facts);
		return {
			points: count === 0 ? max : 0,
			observed: count,
			threshold: 0,
			evidence: `${facts.oversizedLosses} losses beyond the limit of a trade, ${facts.stopsMissed} stops not honoured, ${facts.limitTrips} stops of the account at its daily loss or drawdown.`,
		};
	},
	reliability: ({ orders, failedOrders, criticalIssues }, rules, max) => {
		const percent = orders === 0 ? 0 : (failedOrders / orders) * 100;
		return {
			points: criticalIssues > 0 ? 0 : shrinking(percent, rules.failedOrdersPercent, max),
			observed: round(percent),
			threshold: rules.failedOrdersPercent,
			evidence: `${failedOrders} of ${orders} orders refused or failed (${round(percent)} %, limit ${rules.failedOrdersPercent} %), ${criticalIssues} critical issues open.`,
		};
	},
};

/** Components that say nothing before the first trade is closed, or the first order has gone out. */
const OF_TRADES: ReadonlySet<ReadinessComponentName> = new Set([
	'winRate', 'profitFactor', 'drawdown', 'breaches',
]);

function judged(
	component: ReadinessComponentName,
	facts: ReadinessFacts,
	rules: ReadinessPolicy,
	max: number,
): ReturnType<Judge> {
	const result = JUDGES[component](facts, rules, max);
	const without = (what: string): ReturnType<Judge> => ({
		...result, points: null, observed: null, evidence: `Not measured: ${what} of this source yet.`,
	});
	if (facts.trades === 0 && OF_TRADES.has(component)) return without('no closed trade');
	if (facts.orders === 0 && component === 'reliability') return without('no order');
	return result;
}

function breachesOf(facts: ReadinessFacts): number {
	return facts.oversizedLosses + facts.stopsMissed + facts.limitTrips;
}

/** What caps the score, in words. */
export function hardFailsOf(facts: ReadinessFacts, rules: ReadinessPolicy): HardFail[] {
	const fails: (HardFail | null)[] = [
		breachesOf(facts) === 0 ? null : {
			code: 'RULE_BREACHED', message: `Risk rules were breached ${breachesOf(facts)} times.`,
		},
		facts.days >= rules.durationDaysMin ? null : {
			code: 'TOO_SHORT', message: `Traded for ${round(facts.days)} days; at least ${rules.durationDaysMin} are needed.`,
		},
		facts.trades >= rules.tradesMin ? null : {
			code: 'TOO_FEW_TRADES', message: `${facts.trades} closed trades; at least ${rules.tradesMin} are needed.`,
		},
		facts.criticalIssues === 0 ? null : {
			code: 'CRITICAL_OPEN', message: `${facts.criticalIssues} critical issues are open on the account. Resolve them first.`,
		},
		facts.realistic ? null : {
			code: 'SIMPLE_MODEL',
			message: 'The paper account fills at once and whole, which flatters. Give it the realistic model; trades count from then on.',
		},
	];
	return fails.filter((fail) => fail !== null);
}

export function bandOf(score: number, rules: ReadinessPolicy): ReadinessBand {
	if (score >= rules.readyScore) return 'ready';
	return score >= rules.conditionalScore ? 'conditional' : 'not_ready';
}

/**
 * The score out of 100, rounded down: points of what can be measured, over the points that it could
 * give at most. Better facts never lower it. A hard fail caps it below the conditional band.
 */
export function scoreReadiness(facts: ReadinessFacts, rules: ReadinessPolicy): ReadinessScore {
	const components = READINESS_COMPONENTS.map((component): ReadinessComponent => {
		const max = rules.points[component];
		const result = judged(component, facts, rules, max);
		return { component, max, ...result, points: result.points === null ? null : round(result.points) };
	});
	const measured = components.filter(({ points }) => points !== null);
	const possible = measured.reduce((sum, { max }) => sum + max, 0);
	const earned = measured.reduce((sum, { points }) => sum + (points ?? 0), 0);
	const hardFails = hardFailsOf(facts, rules);
	const whole = possible === 0 ? 0 : Math.floor(round((earned / possible) * 100, 6));
	const score = hardFails.length === 0 ? whole : Math.min(whole, rules.hardFailCap);
	return {
		score,
		band: bandOf(score, rules),
		components,
		hardFails,
		notMeasured: components.filter(({ points }) => points === null).map(({ component }) => component),
	};
}
