import { appendAudit } from '../../audit';
import type { Kernel, Trx } from '../../db';
import { appendEvent } from '../../events';
import { lockAccount, memberAccounts } from '../../members';
import { DAY, isoTime, refuse, type MemberId, type Refused } from '../../model';
import { liveReservations, releaseReservation } from '../../orders';
import { insertLockout, selfLockedUntil } from './behaviour.repository';

/** What has to be typed: a lockout cannot be undone. */
const SELF_LOCKOUT_PHRASE = 'LOCK ME OUT';

/** Until when, and why, a member wants to stay away. */
export interface SelfLockout {
	/** ms UTC. */
	readonly until: number;
	/** `LOCK ME OUT`. */
	readonly phrase: string;
	readonly reason?: string | null;
	readonly actor: string;
}

/** A lockout as it stands now. */
export interface SelfLocked {
	readonly kind: 'locked';
	readonly memberId: MemberId;
	readonly until: number;
	/** The end before this call; null: there was no lockout. */
	readonly previous: number | null;
}

/** Why a lockout cannot be set, or null. `standing`: the latest end that the member ever set. */
function refusalOf(
	{ until, phrase }: SelfLockout,
	standing: number | null,
	now: number,
	daysMax: number,
): Refused | null {
	if (phrase.trim() !== SELF_LOCKOUT_PHRASE) {
		return refuse('SELF_LOCKOUT_PHRASE', { phrase: SELF_LOCKOUT_PHRASE });
	}
	const known = Number.isSafeInteger(until);
	if (!known || until <= now) {
		return refuse('SELF_LOCKOUT_PAST', { observed: known ? isoTime(until) : String(until) });
	}
	if (until > now + daysMax * DAY) {
		return refuse('SELF_LOCKOUT_FAR', { observed: isoTime(until), limit: daysMax });
	}
	if (standing === null || until >= standing) return null;
	return refuse('SELF_LOCKOUT_STANDS', { observed: isoTime(until), limit: isoTime(standing) });
}

/** What was approved and is no order yet is judged again before it fires, and refused then. */
async function releaseHeld(trx: Trx, kernel: Kernel, memberId: MemberId, now: number): Promise<void> {
	for (const { id: accountId } of await memberAccounts(trx, memberId)) {
		await lockAccount(trx, accountId);
		for (const { id, state } of await liveReservations(trx, accountId, now)) {
			if (state === 'LIVE') await releaseReservation(trx, kernel, id);
		}
	}
}

/**
 * Locks the member out, under the latch (shared) and the member's lock. A row more: none is ever
 * changed or taken away, and the latest end counts.
 */
export async function setLockout(
	trx: Trx,
	kernel: Kernel,
	memberId: MemberId,
	lockout: SelfLockout,
): Promise<SelfLocked | Refused> {
	const now = kernel.clock.now();
	const { selfLockoutDaysMax } = kernel.rules.policy.behaviour;
	const standing = await selfLockedUntil(trx, memberId);
	const refusal = refusalOf(lockout, standing, now, selfLockoutDaysMax);
	if (refusal !== null) return refusal;
	const { until, reason = null, actor } = lockout;
	const previous = standing !== null && standing > now ? standing : null;
	const locked: SelfLocked = { kind: 'locked', memberId, until, previous };
	if (previous === until) return locked;
	await insertLockout(trx, { member_id: memberId, until_at: until, reason, actor, created_at: now });
	await releaseHeld(trx, kernel, memberId, now);
	const details = { until, previous, reason };
	await appendEvent(trx, kernel, {
		type: 'member.self_locked', memberId, subjectId: memberId, actor, payload: details,
	});
	await appendAudit(trx, kernel, {
		actor, action: 'member.self_locked', subjectId: memberId, details,
	});
	return locked;
}
