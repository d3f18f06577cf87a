import { ONE, ZERO, type Decimal } from '../../model';

/** How far a member is from playing by the plan, ascending. */
export const TILT_LEVELS = ['none', 'warned', 'locked_out', 'tripped'] as const;
export type TiltLevel = (typeof TILT_LEVELS)[number];

/** What the tilt rule knows of a member. */
export interface TiltFacts {
	/** One for each loss in a row and for each other sign of the last hour. */
	readonly points: number;
	/** The signs in words, for people. */
	readonly reasons: readonly string[];
	readonly level: TiltLevel;
	/** End of the lockout or of the trip, ms UTC; null where the level has none. */
	readonly until: number | null;
}

/** Losses as they are counted. */
export interface LossFacts {
	/** In a row, up to the last win. */
	readonly inARow: number;
	readonly today: number;
}

/**
 * What the behaviour guard says of a member, and of the account that is judged, at one moment.
 * Times in ms UTC; null: not running.
 */
export interface BehaviourFacts {
	/** Losses in a row of the member's day, which the required confidence goes by. */
	readonly consecutiveLosses: number;
	/** Close of the member's last losing trade, on any account. */
	readonly lastLossAt: number | null;
	/** Added to the required confidence (percent points); the sum is capped by the check. */
	readonly requiredConfidenceExtra: number;
	/** No entries before: the third loss in a row, and each further one. */
	readonly cooldownUntil: number | null;
	/** No entries before: two losses in a row at high risk. */
	readonly highRiskCooldownUntil: number | null;
	/** Only the tier's default risk, no boost: from such a cooldown on until the next win. */
	readonly forceDefaultRisk: boolean;
	readonly tilt: TiltFacts;
	/** The member's own lockout; null: none, or over. */
	readonly selfLockedUntil: number | null;
	/** The account lost so much today that it trades small until its next risk day. */
	readonly medic: boolean;
	/** What the risk of an order is multiplied by: in (0, 1]. */
	readonly riskFactor: Decimal;
	/** Open positions at most, on top of the tier's limit; null: no further limit. */
	readonly maxPositions: number | null;
	/** Nothing fires by itself. */
	readonly fullAutoOff: boolean;
	readonly memberLosses: LossFacts;
	/** Of the judged account alone; `netToday` on its risk day, in its currency. */
	readonly accountLosses: LossFacts & { readonly netToday: Decimal };
}

/** A member about whom nothing is known that would hold anything back. */
export const CALM: BehaviourFacts = {
	consecutiveLosses: 0,
	lastLossAt: null,
	requiredConfidenceExtra: 0,
	cooldownUntil: null,
	highRiskCooldownUntil: null,
	forceDefaultRisk: false,
	tilt: { points: 0, reasons: [], level: 'none', until: null },
	selfLockedUntil: null,
	medic: false,
	riskFactor: ONE,
	maxPositions: null,
	fullAutoOff: false,
	memberLosses: { inARow: 0, today: 0 },
	accountLosses: { inARow: 0, today: 0, netToday: ZERO },
};
