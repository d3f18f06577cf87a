import { appendAudit } from '../audit';
import type { Kernel, Trx } from '../db';
import { findAccount } from '../members';
import { isoTime, refuse, type AccountId, type Refused, type TripId } from '../model';
import { settleIssue } from '../orders';
import { findTrip, listOpenTrips, lockLatch, trip, type Trip } from '../safety';
import { releasePhrase, type AccountFlattening, type Acting, type Released } from './emergency';
import { accountsOfFlattenings, saveAccountFlattening } from './flattenings.repository';
import { refuseRelease } from './permission';
import { personOf } from './person';

/** Which account a flattening is to go on without, by whom and why. */
export interface ReleaseCommand extends Acting {
	readonly tripId: TripId;
	readonly accountId: AccountId;
	/** `RELEASE <account id>` */
	readonly phrase: string;
	readonly reason: string;
}

/** The account within the flattening, if it can be released by whoever asks. */
async function releasable(
	trx: Trx,
	kernel: Kernel,
	command: ReleaseCommand,
): Promise<{ readonly found: Trip; readonly row: AccountFlattening } | Refused> {
	const { tripId, accountId, phrase, reason, by } = command;
	const forbidden = refuseRelease(await personOf(trx, by, kernel.clock.now()));
	if (forbidden !== null) return forbidden;
	const found = await findTrip(trx, tripId);
	if (found === null) return refuse('TRIP_NOT_FOUND', { id: tripId });
	if (found.clearedAt !== null) return refuse('TRIP_OVER', { cleared_at: isoTime(found.clearedAt) });
	const rows = await accountsOfFlattenings(trx, [tripId]);
	const row = rows.find((candidate) => candidate.accountId === accountId);
	if (row?.state === 'RELEASED') return { found, row };
	if (found.state !== 'FLATTENING') return refuse('RELEASE_NOT_FLATTENING', { state: found.state });
	if (row === undefined) return refuse('RELEASE_NOT_PART', { id: accountId });
	if (row.state === 'FLAT') return refuse('RELEASE_FLAT', { id: accountId });
	if (reason.trim() === '') return refuse('RELEASE_REASON');
	const wanted = releasePhrase(accountId);
	return phrase.trim() === wanted ? { found, row } : refuse('RELEASE_PHRASE', { phrase: wanted });
}

/** The issue says that the kill switch keeps trying: true only while another stop does. */
async function settle(trx: Trx, kernel: Kernel, { accountId, reason, actor }: ReleaseCommand): Promise<void> {
	const others = await accountsOfFlattenings(trx, (await listOpenTrips(trx)).map(({ id }) => id));
	if (others.some((row) => row.accountId === accountId && row.state === 'INCOMPLETE')) return;
	const key = { accountId, symbol: null, kind: 'FLATTEN_INCOMPLETE' } as const;
	await settleIssue(trx, kernel, key, { resolution: `released from the flattening by ${actor}: ${reason.trim()}` });
}

async function carryOut(
	trx: Trx,
	kernel: Kernel,
	command: ReleaseCommand,
	{ found, row }: { readonly found: Trip; readonly row: AccountFlattening },
): Promise<AccountFlattening> {
	const { tripId, accountId, actor } = command;
	const reason = command.reason.trim();
	const after: AccountFlattening = { ...row, state: 'RELEASED', updatedAt: kernel.clock.now() };
	await saveAccountFlattening(trx, after);
	const memberId = (await findAccount(trx, accountId))?.memberId ?? null;
	const left = row.leftovers.map(({ detail }) => detail);
	const open = left.length === 0 ? '' : ` Left on it: ${left.join(' ')}`;
	const paused = await trip(trx, kernel, {
		scope: 'account',
		scopeId: accountId,
		state: 'PAUSED',
		cause: 'person',
		reason: `Released from the flattening ${tripId}: ${reason}${open}`,
		rearm: 'hand',
		memberId,
		actor,
	});
	await settle(trx, kernel, command);
	await appendAudit(trx, kernel, {
		actor, action: 'flatten.released', subjectId: tripId, memberId, accountId,
		details: { scope: found.scope, reason, left, error: row.error, paused_by: paused.id },
	});
	return after;
}

/**
 * Takes an account out of a flattening that cannot end on it: nothing more is closed there by this
 * stop, what was left stays on record, and a stop of its own, which ends by hand, pauses it. Refused:
 * `TRIP_NOT_FOUND`, `TRIP_OVER`, `RELEASE_…`.
 */
export async function releaseAccount(kernel: Kernel, command: ReleaseCommand): Promise<Released | Refused> {
	return kernel.transaction(async (trx) => {
		await lockLatch(trx, 'exclusive');
		const wanted = await releasable(trx, kernel, command);
		if ('kind' in wanted) return wanted;
		const already = wanted.row.state === 'RELEASED';
		const account = already ? wanted.row : await carryOut(trx, kernel, command, wanted);
		return { kind: 'released', tripId: command.tripId, account, already };
	});
}
