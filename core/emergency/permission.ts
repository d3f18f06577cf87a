import { refuse, type AccountId, type MemberId, type Refused, type Tier } from '../model';
import type { Trip } from '../safety';
import type { StopTarget } from './emergency';

/** A person as the kill switch sees them. */
export interface Person {
	readonly memberId: MemberId;
	readonly tier: Tier | null;
	readonly accountIds: readonly AccountId[];
}

/** Whether the target lies within the member's own: themselves, and their accounts. */
export function isOwn(target: StopTarget, person: Person): boolean {
	switch (target.scope) {
		case 'member':
			return target.scopeId === person.memberId;
		case 'account':
		case 'account_symbol':
			return person.accountIds.some((id) => id === target.scopeId);
		case 'global':
		case 'tier':
		case 'symbol':
			return false;
	}
}

const isOperator = (person: Person | null): boolean => person === null || person.tier === 'OPERATOR';

/** Why the person may not stop this, or null. Null for the person: an operator. */
export function refuseStop(target: StopTarget, person: Person | null): Refused | null {
	if (person === null || isOperator(person) || isOwn(target, person)) return null;
	return refuse('STOP_NOT_PERMITTED', { scope: target.scope });
}

/**
 * Why the person may not end this trip, or null. Members end the trips that they opened themselves
 * on their own member and accounts; all others need an operator.
 */
export function refuseClear(trip: Trip, person: Person | null): Refused | null {
	if (person === null || isOperator(person)) return null;
	const theirs = trip.openedBy === memberActor(person.memberId) && trip.cause === 'person';
	if (theirs && isOwn(trip, person)) return null;
	return refuse('REARM_NOT_PERMITTED');
}

/** Why the person may not release an account from a flattening, or null: operators only. */
export function refuseRelease(person: Person | null): Refused | null {
	return isOperator(person) ? null : refuse('RELEASE_NOT_PERMITTED');
}

/** A member who acts for themselves, in the words of the audit trail. */
export function memberActor(memberId: MemberId): string {
	return `member:${memberId}`;
}
