import { z } from 'zod';

const points = z.number().min(0).max(100);
const positive = z.number().positive();

/** Points that each component gives at most; a component that cannot be measured is left out. */
const pointsSchema = z.strictObject({
	duration: points,
	trades: points,
	winRate: points,
	profitFactor: points,
	deviation: points,
	drawdown: points,
	breaches: points,
	reliability: points,
});

/** What a source must have shown on paper before it may trade live money. */
export const readinessSchema = z
	.strictObject({
		points: pointsSchema,
		/** Values at which a component has all its points. */
		durationDays: positive,
		trades: positive,
		winRatePercent: positive.max(100),
		profitFactor: positive,
		deviationPercent: positive.max(100),
		dailyDrawdownPercent: positive.max(100),
		drawdownPercent: positive.max(100),
		failedOrdersPercent: positive.max(100),
		/** A trade that lost more than this, in percent of the balance, breached the rules. */
		tradeLossPercent: positive.max(5),
		/** Less than this is a hard fail. */
		durationDaysMin: z.number().nonnegative(),
		tradesMin: z.number().int().nonnegative(),
		/** Highest score with a hard fail. Hard bound: 59. */
		hardFailCap: points.max(59),
		readyScore: points.min(60),
		conditionalScore: points,
		/** A stored score older than this is none. */
		freshHours: positive,
	})
	.refine(
		(rules) => Object.values(rules.points).reduce((sum, value) => sum + value, 0) === 100,
		{ path: ['points'], message: 'The points must add up to 100.' },
	)
	.refine((rules) => rules.conditionalScore <= rules.readyScore, {
		path: ['conditionalScore'],
		message: 'The conditional band must not begin above the ready one.',
	})
	.refine((rules) => rules.hardFailCap < rules.readyScore, {
		path: ['hardFailCap'],
		message: 'A hard fail must never be ready.',
	});

export type ReadinessPolicy = z.infer<typeof readinessSchema>;

export const STANDARD_READINESS: ReadinessPolicy = {
	points: {
		duration: 15, trades: 15, winRate: 10, profitFactor: 20, deviation: 15, drawdown: 10,
		breaches: 10, reliability: 5,
	},
	durationDays: 30, trades: 100, winRatePercent: 50, profitFactor: 1.5, deviationPercent: 15,
	dailyDrawdownPercent: 5, drawdownPercent: 15, failedOrdersPercent: 5,
	tradeLossPercent: 2, durationDaysMin: 10, tradesMin: 50, hardFailCap: 59, readyScore: 80, conditionalScore: 60,
	freshHours: 26,
};
