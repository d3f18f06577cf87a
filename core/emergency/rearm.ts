import { isoTime, refuse, SECOND, type EmergencyPolicy, type Refused } from '../model';
import type { Trip } from '../safety';
import { REARM_PHRASE } from './emergency';

/** When a person may ask to go on, ms UTC; null where the engine ends the trip by itself. */
export function rearmFrom(trip: Trip, policy: EmergencyPolicy): number | null {
	return trip.rearm === 'hand' ? trip.openedAt + policy.rearmAfterSeconds * SECOND : null;
}

/** What is looked at before a person's re-arm: once when it is asked for, and again when confirmed. */
export interface RearmFacts {
	readonly trip: Trip;
	/** Open CRITICAL issues within the trip's scope. */
	readonly criticalIssues: readonly { readonly kind: string }[];
	readonly reason: string;
	/** ms UTC. */
	readonly now: number;
}

/** Why trading cannot go on by a person's hand yet, or null. */
export function refuseRearm(facts: RearmFacts, policy: EmergencyPolicy): Refused | null {
	const { trip, criticalIssues, reason, now } = facts;
	if (trip.clearedAt !== null) return refuse('TRIP_OVER', { cleared_at: isoTime(trip.clearedAt) });
	const from = rearmFrom(trip, policy);
	if (from === null) return refuse('REARM_BY_ENGINE', { rearm: trip.rearm });
	if (reason.trim() === '') return refuse('REARM_REASON');
	if (trip.state === 'FLATTENING') return refuse('REARM_FLATTENING');
	if (now < from) return refuse('REARM_TOO_EARLY', { from: isoTime(from) });
	if (criticalIssues.length > 0) {
		const kinds = [...new Set(criticalIssues.map(({ kind }) => kind))].join(', ');
		return refuse('REARM_CRITICAL_ISSUE', { observed: criticalIssues.length, kinds });
	}
	return null;
}

/** Why the words typed do not say that trading is to go on, or null. */
export function refusePhrase(phrase: string): Refused | null {
	return phrase.trim() === REARM_PHRASE ? null : refuse('REARM_PHRASE', { phrase: REARM_PHRASE });
}
