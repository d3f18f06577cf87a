import { appendAudit } from '../audit';
import type { Conn, Kernel, Trx } from '../db';
import { lockAccount, memberAccounts, restartPeak } from '../members';
import {
	isId, refuse, type AccountId, type ConfirmationId, type Refused, type TripId,
} from '../model';
import { openCriticalIssues, type Issue } from '../orders';
import { clearTrip, coversSymbol, findTrip, lockLatch, type Trip } from '../safety';
import { askToConfirm, lockConfirmation, useConfirmation } from './confirmations.repository';
import { REARM_PHRASE, type Acting, type AsksToRearm, type Rearmed } from './emergency';
import { refuseClear } from './permission';
import { personOf } from './person';
import { refusePhrase, refuseRearm } from './rearm';
import { accountsOfTier } from './scope.queries';
import { refuseConfirmation } from './stop.service';

/** Who wants a trip to end, and why. */
export interface RearmRequest extends Acting {
	readonly tripId: TripId;
	readonly reason: string;
}

/** What is confirmed, by whom, and with which words. */
export interface RearmConfirmation extends Acting {
	readonly confirmation: ConfirmationId;
	readonly phrase: string;
}

/** Open CRITICAL issues within the trip's scope. */
async function criticalIssues(conn: Conn, trip: Trip, now: number): Promise<Issue[]> {
	const of = async (ids: readonly AccountId[]): Promise<Issue[]> =>
		(await Promise.all(ids.map(async (id) => openCriticalIssues(conn, id)))).flat();
	const { scopeId, symbol } = trip;
	switch (trip.scope) {
		case 'global':
			return openCriticalIssues(conn);
		case 'symbol':
			return (await openCriticalIssues(conn)).filter((issue) => coversSymbol(symbol, issue.symbol));
		case 'tier':
			return of(await accountsOfTier(conn, scopeId ?? '', now));
		case 'member':
			return of(isId('mbr', scopeId) ? (await memberAccounts(conn, scopeId)).map(({ id }) => id) : []);
		case 'account':
			return of(isId('acc', scopeId) ? [scopeId] : []);
		case 'account_symbol':
			return (await of(isId('acc', scopeId) ? [scopeId] : [])).filter(
				(issue) => issue.symbol === null || coversSymbol(symbol, issue.symbol),
			);
	}
}

/** The trip, if this person may end it now. */
async function clearable(
	conn: Conn,
	kernel: Kernel,
	{ tripId, reason, by }: Omit<RearmRequest, 'actor'>,
): Promise<Trip | Refused> {
	const now = kernel.clock.now();
	const found = await findTrip(conn, tripId);
	if (found === null) return refuse('TRIP_NOT_FOUND', { id: tripId });
	const forbidden = refuseClear(found, await personOf(conn, by, now));
	if (forbidden !== null) return forbidden;
	const issues = await criticalIssues(conn, found, now);
	const facts = { trip: found, criticalIssues: issues, reason, now };
	return refuseRearm(facts, kernel.rules.policy.emergency) ?? found;
}

/**
 * Asks for a trip to end. Everything that would refuse it is looked at now, and again when it is
 * confirmed with the phrase. Refused: `TRIP_NOT_FOUND`, `TRIP_OVER`, `REARM_…`.
 */
export async function requestRearm(
	kernel: Kernel,
	request: RearmRequest,
): Promise<AsksToRearm | Refused> {
	const { tripId, actor } = request;
	const reason = request.reason.trim();
	const found = await clearable(kernel.conn, kernel, request);
	if ('kind' in found) return found;
	const { id, expiresAt } = await kernel.transaction(async (trx) => {
		const stored = await askToConfirm(trx, kernel, { kind: 'rearm', tripId, reason }, actor);
		await appendAudit(trx, kernel, {
			actor, action: 'rearm.asked', subjectId: tripId, details: { reason, confirmation: stored.id },
		});
		return stored;
	});
	return { kind: 'asks', confirmation: { id, expiresAt }, trip: found, phrase: REARM_PHRASE };
}

/** A drawdown that a person has answered for is measured from here: the peak begins anew. */
async function startPeak(trx: Trx, kernel: Kernel, { cause, scopeId }: Trip, actor: string): Promise<void> {
	if (cause !== 'drawdown' || !isId('acc', scopeId)) return;
	const before = await lockAccount(trx, scopeId);
	const after = await restartPeak(trx, kernel, scopeId);
	await appendAudit(trx, kernel, {
		actor,
		action: 'account.peak_restarted',
		subjectId: scopeId,
		details: { before: before.peakEquity, after: after.peakEquity },
	});
}

/** Ends the trip that was asked for; the confirmation counts once, wrong words use nothing up. */
export async function confirmRearm(
	kernel: Kernel,
	{ confirmation, phrase, by, actor }: RearmConfirmation,
): Promise<Rearmed | Refused> {
	return kernel.transaction(async (trx) => {
		await lockLatch(trx, 'exclusive');
		const stored = await lockConfirmation(trx, confirmation);
		const refused = refuseConfirmation(stored, { by, actor }, kernel.clock.now());
		if (refused !== null) return refused;
		if (stored?.kind !== 'rearm') return refuse('CONFIRMATION_UNKNOWN');
		const wrong = refusePhrase(phrase);
		if (wrong !== null) return wrong;
		const { tripId, reason } = stored;
		const found = await clearable(trx, kernel, { tripId, reason, by });
		if ('kind' in found) return found;
		const cleared = await clearTrip(trx, kernel, tripId, { actor, reason });
		await startPeak(trx, kernel, cleared, actor);
		await useConfirmation(trx, confirmation, actor, kernel.clock.now());
		return { kind: 'rearmed', trip: cleared };
	});
}
