import { z } from 'zod';
import { TIERS, type Tier } from './words';

const minutes = z.number().int().positive();
const points = z.number().int().positive();
/** A part that a risk is multiplied by. It never raises one. */
const factor = z.string().regex(/^(0\.\d*[1-9]\d*|1)$/, 'must be a decimal above 0, at most 1');

const tiltSchema = z
	.strictObject({
		/** Points from which a member is warned, locked out, and tripped. */
		warnPoints: points,
		lockoutPoints: points,
		tripPoints: points,
		lockoutMinutes: minutes,
		/** How long a sign other than a loss counts. */
		windowMinutes: minutes,
		/** Wins, without a loss between, that clear it. */
		winsToClear: points,
		riskFactor: factor,
		/** An order sooner after a loss than this is a sign. */
		reentryMinutes: minutes,
		/** Risk of an order above that of the trade just lost, in percent of it, that is a sign. */
		sizeUpPercent: z.number().nonnegative(),
		/** So many orders within so long are a sign. */
		frequencyOrders: z.number().int().min(2),
		frequencyMinutes: minutes,
		/** Hours of the member's zone in which an order is a sign: from the first, before the last. */
		nightFromHour: z.number().int().min(0).max(23),
		nightToHour: z.number().int().min(1).max(24),
	})
	.refine(({ warnPoints, lockoutPoints, tripPoints }) => warnPoints <= lockoutPoints && lockoutPoints <= tripPoints, {
		message: 'warnPoints, lockoutPoints and tripPoints must ascend',
	})
	.refine(({ nightFromHour, nightToHour }) => nightFromHour < nightToHour, {
		message: 'the night must begin before it ends',
	});

/** What losses and haste do to a member's freedom to open trades. */
export const behaviourSchema = z.strictObject({
	/** Confidence asked for on top after so many losses in a row today; the last one stays. */
	confidenceExtra: z.array(z.number().min(0).max(100)).min(1),
	/** From this loss in a row on, each one is followed by a break. */
	cooldownLosses: points,
	cooldownMinutes: minutes,
	revengeMinutes: minutes,
	highRisk: z.strictObject({
		/** Risk of a trade, percent of equity at two decimals, from which it counts. */
		riskPercent: z.number().positive().max(2),
		/** Such losses, with no win between, that end in a break. */
		losses: points,
		hours: z.record(z.enum(TIERS), z.number().positive()),
	}),
	tilt: tiltSchema,
	medic: z.strictObject({
		/** Loss of the risk day, percent of its first equity. */
		lossPercent: z.number().positive().max(10),
		riskFactor: factor,
		positions: z.number().int().min(1).max(5),
	}),
	/** Farthest end of a lockout of one's own: later ones are likely a mistake, and nobody could lift them. */
	selfLockoutDaysMax: z.number().int().positive().max(3_660),
});

export type BehaviourPolicy = z.infer<typeof behaviourSchema>;

const HIGH_RISK_HOURS = {
	PRESS_PASS: 4, NIBBLER: 6, FANG: 4, COMMANDER: 4, OPERATOR: 4,
} satisfies Record<Tier, number>;

export const STANDARD_BEHAVIOUR: BehaviourPolicy = {
	confidenceExtra: [0, 11, 16],
	cooldownLosses: 3,
	cooldownMinutes: 60,
	revengeMinutes: 5,
	highRisk: { riskPercent: 1.5, losses: 2, hours: HIGH_RISK_HOURS },
	tilt: {
		warnPoints: 3, lockoutPoints: 4, tripPoints: 5, lockoutMinutes: 60, windowMinutes: 60,
		winsToClear: 2, riskFactor: '0.5', reentryMinutes: 5, sizeUpPercent: 25, frequencyOrders: 5,
		frequencyMinutes: 10, nightFromHour: 2, nightToHour: 5,
	},
	medic: { lossPercent: 5, riskFactor: '0.5', positions: 1 },
	selfLockoutDaysMax: 366,
};
