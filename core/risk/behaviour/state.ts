import { memberDay, nextRiskDayAt } from '../../members';
import { ZERO, type AccountId, type BehaviourPolicy, type Decimal, type SignalId, type Tier } from '../../model';
import type { EventPayloads, EventType } from '../../events';
import type { TiltLevel } from './facts';

/** Signs of tilt other than losses. */
export const SIGNS = ['size_up', 'early_reentry', 'order_frequency', 'stop_loosened', 'night'] as const;
export type Sign = (typeof SIGNS)[number];

/** What is counted of one account. */
export interface AccountCount {
	/** Losses since its last win. */
	readonly inARow: number;
	/** Risk day that the two below belong to. */
	readonly day: string;
	readonly losses: number;
	readonly net: Decimal;
	/** Medic mode of a risk day, until it ends; null: off. */
	readonly medic: { readonly day: string; readonly until: number } | null;
}

/** Where a member stands. Times in ms UTC. */
export interface BehaviourState {
	/** As of this moment. */
	readonly at: number;
	/** The member's day, in their zone, and when it ends. */
	readonly day: string;
	readonly dayEndsAt: number;
	/** Losing trades of the day. */
	readonly lossesToday: number;
	/** Losses in a row of the day, which the required confidence goes by. */
	readonly postLoss: number;
	readonly cooldownUntil: number | null;
	readonly lastLossAt: number | null;
	/** Risk of the last losing trade, percent of equity. */
	readonly lastLossRisk: Decimal | null;
	/** Losses since the last win, over days, and their signals. */
	readonly streak: { readonly losses: number; readonly signals: readonly SignalId[] };
	readonly highRisk: {
		/** Losses at high risk since the last win or break. */
		readonly losses: number;
		readonly until: number | null;
		/** From a break on until the next win. */
		readonly forced: boolean;
	};
	/** When each sign was last seen. */
	readonly signs: { readonly [S in Sign]?: number };
	/** Orders of the last minutes. */
	readonly orders: readonly { readonly at: number; readonly signalId: SignalId | null }[];
	readonly tilt: {
		readonly level: TiltLevel;
		readonly until: number | null;
		/** Wins since the last loss, and their signals, while there is something to clear. */
		readonly wins: number;
		readonly signals: readonly SignalId[];
	};
	readonly accounts: Readonly<Record<AccountId, AccountCount>>;
}

/** What folding goes by, besides the state. */
export interface FoldRules {
	readonly policy: BehaviourPolicy;
	/** IANA zone of the member's day and night. */
	readonly zone: string;
	/** Null while no entitlement covers the moment. */
	readonly tier: Tier | null;
}

type BehaviourEventType = Extract<EventType, `behaviour.${string}`>;

/** A change worth telling; `accountId` null where it concerns the member. */
export type BehaviourChange = {
	[T in BehaviourEventType]: {
		readonly type: T;
		readonly payload: EventPayloads[T];
		readonly accountId: AccountId | null;
	};
}[BehaviourEventType];

/** A state, and what changed on the way to it. */
export interface Folded {
	readonly state: BehaviourState;
	readonly changes: readonly BehaviourChange[];
}

/** A member of whom nothing has happened. */
export function newState(at: number, zone: string): BehaviourState {
	return {
		at,
		day: memberDay(zone, at),
		dayEndsAt: nextRiskDayAt({ zone }, at),
		lossesToday: 0,
		postLoss: 0,
		cooldownUntil: null,
		lastLossAt: null,
		lastLossRisk: null,
		streak: { losses: 0, signals: [] },
		highRisk: { losses: 0, until: null, forced: false },
		signs: {},
		orders: [],
		tilt: { level: 'none', until: null, wins: 0, signals: [] },
		accounts: {},
	};
}

/** What is counted of an account that nothing is known of. */
export const newCount = (day: string): AccountCount => ({
	inARow: 0, day, losses: 0, net: ZERO, medic: null,
});
