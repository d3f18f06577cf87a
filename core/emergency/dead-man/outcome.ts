import { SECOND, type DeadManPolicy } from '../../model';
import type { Timer, TimerReach } from './dead-man';

/** A timer of which nothing is known yet. */
export function newTimer({ accountId, symbol }: TimerReach, now: number): Timer {
	return {
		accountId, symbol, state: 'off', armedAt: null, refreshedAt: null, expiresAt: null, mayRunUntil: null,
		retryAt: null, error: null, firedAt: null, changedAt: now,
	};
}

/** What became of a call. */
export interface CallOutcome {
	/** It was to end the timer, not to keep it running. */
	readonly ends: boolean;
	/** When it was sent and when it was answered, ms UTC: the venue counts from somewhere between. */
	readonly sentAt: number;
	readonly answeredAt: number;
	/** Null: the venue took it. */
	readonly error: string | null;
}

/** The timer after a call. One that failed may have been taken nevertheless. */
export function afterCall(timer: Timer, outcome: CallOutcome, policy: DeadManPolicy): Timer {
	const { ends, sentAt, answeredAt, error } = outcome;
	const runs = policy.timeoutSeconds * SECOND;
	const changedAt = (state: Timer['state']): number =>
		state === timer.state ? timer.changedAt : answeredAt;
	if (error !== null) {
		const mayRunUntil = ends ? timer.mayRunUntil : answeredAt + runs;
		const retryAt = answeredAt + policy.retrySeconds * SECOND;
		return { ...timer, state: 'failing', mayRunUntil, retryAt, error, changedAt: changedAt('failing') };
	}
	const done = { ...timer, error: null, retryAt: null };
	if (ends) {
		return {
			...done, state: 'off', armedAt: null, expiresAt: null, mayRunUntil: null, changedAt: changedAt('off'),
		};
	}
	return {
		...done,
		state: 'armed',
		armedAt: timer.armedAt ?? answeredAt,
		refreshedAt: answeredAt,
		expiresAt: sentAt + runs,
		mayRunUntil: answeredAt + runs,
		changedAt: changedAt('armed'),
	};
}

/** The timer after it ran out: the venue's stays off until it is set again. */
export function afterFiring(timer: Timer, now: number): Timer {
	return {
		...timer, state: 'off', armedAt: null, firedAt: timer.expiresAt, expiresAt: null, retryAt: null,
		error: null, changedAt: now,
	};
}
