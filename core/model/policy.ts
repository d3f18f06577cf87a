import { z } from 'zod';
import { recordOf } from './brand';
import { FirecontrolError } from './errors';
import { sha256 } from './ids';
import { behaviourSchema, STANDARD_BEHAVIOUR } from './policy-behaviour';
import { emergencySchema, STANDARD_EMERGENCY } from './policy-emergency';
import { complianceSchema, STANDARD_COMPLIANCE } from './policy-compliance';
import { newsSchema, STANDARD_NEWS } from './policy-news';
import { exposureSchema, STANDARD_EXPOSURE, STANDARD_WEEKEND, weekendSchema } from './policy-exposure';
import { realisticPaperSchema, STANDARD_REALISTIC_PAPER } from './policy-paper';
import { readinessSchema, STANDARD_READINESS } from './policy-readiness';
import { STANDARD_WATCH, watchSchema } from './policy-watch';
import { stableJson } from './text';
import { FIRE_MODES, SIGNAL_CLASSES, TIERS, type SignalClass, type Tier } from './words';

const share = z.number().min(0).max(100);
const seconds = z.number().int().positive();
const count = z.number().int().nonnegative();

const tierSchema = z.strictObject({
	classesSeen: z.array(z.enum(SIGNAL_CLASSES)),
	classesExecuted: z.array(z.enum(SIGNAL_CLASSES)),
	fireModes: z.array(z.enum(FIRE_MODES)),
	ordersPerDay: count,
	openPositions: count.max(5),
	/** Percent of equity. Hard bound: 2. */
	riskPerTradePercent: share.max(2),
	riskBoostPercent: share.max(2),
	/** Percent of day-start equity. Hard bound: 10. */
	dailyLossPercent: share.max(10),
	/** Between two opening orders of a member. Hard bound: a day. */
	cooldownMinutes: count.max(1440),
	autoSlots: count.max(3),
	minConfidence: share,
	/** Confidence that FULL_AUTO asks for; 0 where the tier has no such mode. */
	autoConfidence: share,
	paperOnly: z.boolean(),
	/** Class floors of this tier; the required confidence is the highest of all floors. */
	classFloors: z.record(z.enum(SIGNAL_CLASSES), share),
});

const policySchema = z.strictObject({
	tiers: z.record(z.enum(TIERS), tierSchema),
	risk: z.strictObject({
		rewardRiskMin: z.number().positive(),
		rewardRiskWarn: z.number().positive(),
		stopDistanceWarnPercent: share,
		priceBandPercent: share,
		cashBufferFactor: z.string(),
		marketCashFactor: z.string(),
		positionValuePercent: share,
		unboundedQuantityMax: z.string(),
		orderToTradeBase: count,
		orderToTradePerFill: count,
		totalOpenRiskPercent: share.max(10),
		unprotectedRiskPercent: share,
		dailyLossWarnShare: z.number().min(0).max(1),
		/** Percent of the daily limit in use from which the risk level is at least this. */
		riskLevelPercents: z.strictObject({ medium: share, high: share, critical: share }),
		duplicateSeconds: seconds,
		reservationSeconds: seconds,
		quoteFreshSeconds: seconds,
		equityFreshSeconds: seconds,
		heartbeatFreshSeconds: seconds,
		slippageAlertPercent: share,
		/** Loss of one position, as percent of the account's equity, that closes it. */
		positionLossPercent: share,
		/** What losses and news raise the required confidence to at most. */
		requiredConfidenceMax: share.default(95),
	}),
	exposure: exposureSchema.prefault({}),
	weekend: weekendSchema.prefault({}),
	orders: z.strictObject({
		/** Entries a second of one account. */
		entryRatePerSecond: z.number().positive(),
		/** Entries a second to one venue, over all its accounts. */
		venueEntryRatePerSecond: z.number().positive(),
		entryWaitSeconds: seconds,
		sendWithinSeconds: seconds,
		lookupSeconds: z.array(seconds).length(5),
		/** A trailed stop moves by this part of the price at least, so that venues are not flooded. */
		trailStepBasisPoints: z.string().default('2'),
		exitRulesMax: count.positive().default(10),
	}),
	protection: z.strictObject({
		/** Price beyond a resting stop for so long and the venue has not filled it: the engine closes. */
		stopGraceSeconds: seconds,
		/** A resting stop is replaced for a better price no sooner than this after it was sent. */
		rearmSeconds: count,
		/** Where stops need a limit: how far beyond the trigger it lies, as percent of the trigger. */
		stopLimitOffsetPercent: z.string(),
		/** Failed calls in a minute that pause the accounts of a venue, and for how long. */
		apiErrorsPerMinute: count.positive(),
		apiErrorsPauseMinutes: count.positive(),
		/** Without prices for so long, a venue's accounts are paused; and go on after so long with. */
		feedLostSeconds: seconds,
		feedHealthySeconds: seconds,
	}),
	emergency: emergencySchema.default(STANDARD_EMERGENCY),
	watch: watchSchema.default(STANDARD_WATCH),
	compliance: complianceSchema.default(STANDARD_COMPLIANCE),
	behaviour: behaviourSchema.default(STANDARD_BEHAVIOUR),
	reconciliation: z.strictObject({
		/** How often all open orders are listed, others' included; ours are compared every ten seconds. */
		allOrdersSeconds: count.positive(),
		/** Cycles in a row in which the same difference is seen before it is told and corrected. */
		graceCycles: count.positive(),
		/** How far the venue's average price may be from ours, as percent of ours. */
		priceTolerancePercent: z.string(),
		/** How far back a start looks at least. */
		lookbackMinutes: count.positive(),
		/** Queries about one order each, of one account and cycle at most. */
		singleQueriesMax: count.positive(),
		/** An account that could not be compared for so long is paused. */
		failedAfterSeconds: seconds,
		/** And goes on after so long without trouble. */
		healthySeconds: seconds,
		/** An account that no comparison has got to for so long is told of. */
		stalledAfterSeconds: count.positive().default(300),
	}),
	paper: z.strictObject({
		feePercent: z.string(),
		halfSpreadBasisPoints: z.string(),
		slippageBasisPoints: z.string(),
		startBalance: z.string(),
		currency: z.string(),
		realistic: realisticPaperSchema,
	}),
	readiness: readinessSchema,
	news: newsSchema.default(STANDARD_NEWS),
	intake: z.strictObject({
		ratePerSecond: z.number().positive(),
		burst: count.positive(),
		expirySeconds: seconds,
		staleSeconds: seconds,
		futureSeconds: seconds,
		dedupeSeconds: seconds,
		signatureToleranceSeconds: seconds,
		bodyBytesMax: count.positive(),
		batchMax: count.positive(),
		leaseSeconds: seconds,
		leaseRenewSeconds: seconds,
		pumpBatchMax: count.positive(),
	}),
	xp: z.strictObject({
		planKept: count,
		stopsHonoured: count,
		insideLimits: count,
		levels: z.array(z.strictObject({ upTo: count, each: count })),
		ranks: z.array(z.strictObject({ name: z.string(), lifetime: count })),
	}),
	notifications: z.strictObject({
		retrySeconds: z.array(seconds),
		telegramPerChatPerSecond: z.number().positive(),
		telegramPerSecond: z.number().positive(),
	}),
});

/** Every number that is a rule. Immutable; its version is the hash of its content. */
export type Policy = z.infer<typeof policySchema>;
export type TierPolicy = z.infer<typeof tierSchema>;

const ALL = [...SIGNAL_CLASSES];
const floors = (rapid: number): Record<SignalClass, number> => ({
	RAPID_ASSAULT: rapid,
	SNIPER_OPS: 87,
	MIDNIGHT_HAMMER: 92,
});

const STANDARD_TIERS = {
	PRESS_PASS: {
		classesSeen: ['RAPID_ASSAULT'], classesExecuted: ['RAPID_ASSAULT'], fireModes: ['MANUAL'],
		ordersPerDay: 6, openPositions: 1, riskPerTradePercent: 1, riskBoostPercent: 1,
		dailyLossPercent: 7, cooldownMinutes: 30, autoSlots: 0, minConfidence: 70, autoConfidence: 0,
		paperOnly: true, classFloors: floors(70),
	},
	NIBBLER: {
		classesSeen: ['RAPID_ASSAULT', 'SNIPER_OPS'], classesExecuted: ['RAPID_ASSAULT'],
		fireModes: ['MANUAL'], ordersPerDay: 6, openPositions: 1, riskPerTradePercent: 1,
		riskBoostPercent: 1.5, dailyLossPercent: 7, cooldownMinutes: 30, autoSlots: 0,
		minConfidence: 70, autoConfidence: 0, paperOnly: false, classFloors: floors(70),
	},
	FANG: {
		classesSeen: ALL, classesExecuted: ALL, fireModes: ['MANUAL', 'CHAINGUN'], ordersPerDay: 10,
		openPositions: 2, riskPerTradePercent: 1.25, riskBoostPercent: 2, dailyLossPercent: 8.5,
		cooldownMinutes: 20, autoSlots: 0, minConfidence: 75, autoConfidence: 0, paperOnly: false,
		classFloors: floors(75),
	},
	COMMANDER: {
		classesSeen: ALL, classesExecuted: ALL, fireModes: [...FIRE_MODES], ordersPerDay: 20,
		openPositions: 5, riskPerTradePercent: 1.25, riskBoostPercent: 2, dailyLossPercent: 10,
		cooldownMinutes: 15, autoSlots: 3, minConfidence: 75, autoConfidence: 91, paperOnly: false,
		classFloors: floors(75),
	},
	OPERATOR: {
		classesSeen: ALL, classesExecuted: ALL, fireModes: [...FIRE_MODES], ordersPerDay: 50,
		openPositions: 5, riskPerTradePercent: 1, riskBoostPercent: 2, dailyLossPercent: 6,
		cooldownMinutes: 0, autoSlots: 3, minConfidence: 70, autoConfidence: 91, paperOnly: false,
		classFloors: floors(75),
	},
} satisfies Record<Tier, TierPolicy>;

/** The policy that ships as default. */
export const STANDARD_POLICY: Policy = {
	tiers: STANDARD_TIERS,
	risk: {
		rewardRiskMin: 2, rewardRiskWarn: 2.5, stopDistanceWarnPercent: 0.5, priceBandPercent: 10,
		cashBufferFactor: '1.05', marketCashFactor: '1.02', positionValuePercent: 30,
		unboundedQuantityMax: '1000', orderToTradeBase: 20, orderToTradePerFill: 10,
		totalOpenRiskPercent: 10, unprotectedRiskPercent: 5, dailyLossWarnShare: 0.8,
		riskLevelPercents: { medium: 50, high: 70, critical: 90 },
		duplicateSeconds: 60, reservationSeconds: 30, quoteFreshSeconds: 5, equityFreshSeconds: 60,
		heartbeatFreshSeconds: 15, slippageAlertPercent: 0.5, positionLossPercent: 5,
		requiredConfidenceMax: 95,
	},
	exposure: STANDARD_EXPOSURE,
	weekend: STANDARD_WEEKEND,
	orders: {
		entryRatePerSecond: 1, venueEntryRatePerSecond: 10, entryWaitSeconds: 5, sendWithinSeconds: 2,
		lookupSeconds: [2, 6, 14, 30, 62], trailStepBasisPoints: '2', exitRulesMax: 10,
	},
	protection: {
		stopGraceSeconds: 3, rearmSeconds: 5, stopLimitOffsetPercent: '1', apiErrorsPerMinute: 10,
		apiErrorsPauseMinutes: 10, feedLostSeconds: 60, feedHealthySeconds: 60,
	},
	emergency: STANDARD_EMERGENCY,
	watch: STANDARD_WATCH,
	compliance: STANDARD_COMPLIANCE,
	behaviour: STANDARD_BEHAVIOUR,
	reconciliation: {
		allOrdersSeconds: 120, graceCycles: 2, priceTolerancePercent: '0.01', lookbackMinutes: 60,
		singleQueriesMax: 10, failedAfterSeconds: 60, healthySeconds: 60, stalledAfterSeconds: 300,
	},
	paper: {
		feePercent: '0.1', halfSpreadBasisPoints: '2', slippageBasisPoints: '3',
		startBalance: '10000', currency: 'USDT',
		realistic: STANDARD_REALISTIC_PAPER,
	},
	readiness: STANDARD_READINESS,
	news: STANDARD_NEWS,
	intake: {
		ratePerSecond: 50, burst: 100, expirySeconds: 600, staleSeconds: 300, futureSeconds: 60,
		dedupeSeconds: 60, signatureToleranceSeconds: 300, bodyBytesMax: 65_536, batchMax: 100,
		leaseSeconds: 30, leaseRenewSeconds: 10, pumpBatchMax: 100,
	},
	xp: {
		planKept: 100, stopsHonoured: 50, insideLimits: 50,
		levels: [
			{ upTo: 10, each: 500 }, { upTo: 20, each: 1000 }, { upTo: 30, each: 2000 },
			{ upTo: 40, each: 3500 }, { upTo: 50, each: 5000 },
		],
		ranks: [
			{ name: 'RECRUIT', lifetime: 0 }, { name: 'PRIVATE', lifetime: 100 },
			{ name: 'CORPORAL', lifetime: 500 }, { name: 'SERGEANT', lifetime: 1000 },
			{ name: 'LIEUTENANT', lifetime: 2500 }, { name: 'CAPTAIN', lifetime: 5000 },
			{ name: 'MAJOR', lifetime: 10_000 }, { name: 'COLONEL', lifetime: 25_000 },
			{ name: 'GENERAL', lifetime: 50_000 }, { name: 'COMMANDER', lifetime: 100_000 },
		],
	},
	notifications: {
		retrySeconds: [1, 5, 30, 120, 600, 3600], telegramPerChatPerSecond: 1, telegramPerSecond: 30,
	},
};

/** Presets by name; `conservative` is `standard` with tighter limits for every tier. */
export const POLICY_PRESETS = {
	standard: STANDARD_POLICY,
	conservative: {
		...STANDARD_POLICY,
		watch: { ...STANDARD_WATCH, drawdownPercent: 10 },
		tiers: recordOf(
			TIERS.map((tier): readonly [Tier, TierPolicy] => [
				tier,
				{
					...STANDARD_TIERS[tier],
					dailyLossPercent: 2,
					riskPerTradePercent: Math.min(1, STANDARD_TIERS[tier].riskPerTradePercent),
					riskBoostPercent: 1,
					openPositions: Math.min(3, STANDARD_TIERS[tier].openPositions),
				},
			]),
		),
	},
} satisfies Record<string, Policy>;

/** Content hash by which verdicts name the policy that judged them: `pol_` and 12 hex digits. */
export function policyVersion(policy: Policy): string {
	return `pol_${sha256(stableJson(policy)).slice(0, 12)}`;
}

/** Reads a policy. @throws FirecontrolError `POLICY_INVALID` naming every violation at once. */
export function parsePolicy(value: unknown): Policy {
	const result = policySchema.safeParse(value);
	if (result.success) return result.data;
	const violations = result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
	throw new FirecontrolError('POLICY_INVALID', `The policy is not valid. ${violations.join('; ')}`, {
		details: { violations },
	});
}
