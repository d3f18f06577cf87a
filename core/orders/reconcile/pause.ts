import type { Kernel, Trx } from '../../db';
import { findAccount } from '../../members';
import { SECOND, type AccountId } from '../../model';
import { clearTrip, listOpenTrips, trip, type Trip } from '../../safety';
import { ENGINE_ACTOR } from '../deps';
import { settleIssue, upsertIssue } from '../issues/issues.repository';
import { markDue } from './progress.repository';
import type { Progress } from './progress.table';

/** The open trips that comparing accounts has made, by account. */
export async function pausesOf(
	kernel: Kernel,
): Promise<Map<string, Trip[]>> {
	const pauses = new Map<string, Trip[]>();
	for (const open of await listOpenTrips(kernel.conn)) {
		if (open.cause !== 'reconciliation' || open.rearm !== 'healthy' || open.scopeId === null) continue;
		pauses.set(open.scopeId, [...(pauses.get(open.scopeId) ?? []), open]);
	}
	return pauses;
}

/** Stops new entries of an account until it agrees with its venue; once, however often it is asked. */
export async function pause(
	trx: Trx,
	kernel: Kernel,
	accountId: AccountId,
	reason: string,
): Promise<void> {
	const account = await findAccount(trx, accountId);
	if (account === null) return;
	await trip(trx, kernel, {
		scope: 'account',
		scopeId: accountId,
		state: 'PAUSED',
		cause: 'reconciliation',
		reason,
		rearm: 'healthy',
		memberId: account.memberId,
		actor: ENGINE_ACTOR,
	});
}

const CONNECTED = 'The account was connected; it is being compared with its venue.';

/**
 * A key may open an account that has a past: no new entries until it was compared. Call it with the
 * latch locked exclusively, before member and account.
 */
export async function awaitComparison(
	trx: Trx,
	kernel: Kernel,
	accountId: AccountId,
): Promise<void> {
	await markDue(trx, accountId, kernel.clock.now());
	await pause(trx, kernel, accountId, CONNECTED);
}

/** Whether an account that failed has been well for long enough; one that never failed has. */
export function isHealthy(progress: Progress, now: number, healthySeconds: number): boolean {
	if (progress.failingSince !== null) return false;
	return progress.healthySince === null || now - progress.healthySince >= healthySeconds * SECOND;
}

/** Ends the pauses of an account that agrees with its venue. */
export async function goOn(kernel: Kernel, pauses: readonly Trip[]): Promise<void> {
	for (const { id } of pauses) {
		const reason = 'The account agrees with its venue.';
		await kernel.transaction(async (trx) =>
			clearTrip(trx, kernel, id, { actor: ENGINE_ACTOR, reason }),
		);
	}
}

/** The venue has not answered for so long that nobody knows what the account holds. */
export async function pauseUnreadable(
	kernel: Kernel,
	accountId: AccountId,
	detail: string,
): Promise<void> {
	await kernel.transaction(async (trx) => {
		const reason = `The account could not be compared with its venue: ${detail}`;
		await pause(trx, kernel, accountId, reason);
		await upsertIssue(trx, kernel, {
			accountId, symbol: null, kind: 'VENUE_UNREADABLE', severity: 'critical',
			detail: `${reason} New entries wait; exits are still watched. Check the venue and the account's keys.`,
		});
	});
}

/** The venue answers again. */
export async function settleUnreadable(kernel: Kernel, accountId: AccountId): Promise<void> {
	const key = { accountId, symbol: null, kind: 'VENUE_UNREADABLE' } as const;
	await kernel.transaction(async (trx) =>
		settleIssue(trx, kernel, key, { resolution: 'the venue answers again' }),
	);
}
