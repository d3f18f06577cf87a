import type { AccountId } from '../../model';

/** How the timer of an account does, for people. */
export const DEAD_MAN_STATES = ['armed', 'unsupported', 'failing', 'off'] as const;
export type DeadManState = (typeof DEAD_MAN_STATES)[number];

/** What one timer covers: an account's symbol, or the whole account for null. */
export interface TimerReach {
	readonly accountId: AccountId;
	readonly symbol: string | null;
}

/** A timer at a venue as we know it. Times in ms UTC. */
export interface Timer extends TimerReach {
	readonly state: Exclude<DeadManState, 'unsupported'>;
	/** Since when it has been kept running; null: it is not. */
	readonly armedAt: number | null;
	readonly refreshedAt: number | null;
	/** Before this it cannot have run out, as far as the venue has confirmed it; null: not running. */
	readonly expiresAt: number | null;
	/** Until then it may be running, calls without an answer counted as taken; null: it is not. */
	readonly mayRunUntil: number | null;
	/** A call that failed is not repeated before this. */
	readonly retryAt: number | null;
	readonly error: string | null;
	/** When it last ran out unrenewed; null: never. */
	readonly firedAt: number | null;
	readonly changedAt: number;
}

/** The dead-man switch of one account. */
export interface DeadManStanding {
	readonly accountId: AccountId;
	/** The worst of its timers: failing before armed before off. */
	readonly state: DeadManState;
	readonly timers: readonly Timer[];
	/** What it means, in words. */
	readonly detail: string;
}

/** What a step did. */
export interface DeadManReport {
	readonly armed: number;
	readonly refreshed: number;
	readonly disarmed: number;
	/** Timers that ran out while nobody renewed them. */
	readonly fired: number;
	readonly failed: number;
}
