import { appendAudit } from '../audit';
import type { Conn, Kernel, Trx } from '../db';
import { findAccount, findMember } from '../members';
import {
	isId, isRefused, isoTime, refuse, TIERS, type ConfirmationId, type MemberId, type Refused,
} from '../model';
import { listOpenTrips, lockLatch, scopeFault, trip, type Trip } from '../safety';
import {
	askToConfirm, lockConfirmation, useConfirmation,
} from './confirmations.repository';
import type { StoredConfirmation } from './confirmations.table';
import {
	FLATTEN_PHRASE, type Acting, type AsksToFlatten, type Stopped, type StopTarget, type StopWish,
} from './emergency';
import { readImpact } from './impact';
import { refuseStop } from './permission';
import { personOf } from './person';

/** How a stop is asked for. */
export interface StopCommand extends StopWish, Acting {
	/** Operators' automations: `FLATTEN_PHRASE` flattens at once, without being asked. */
	readonly phrase?: string;
}

async function targetFault(conn: Conn, { scope, scopeId, symbol }: StopTarget): Promise<string | null> {
	const fault = scopeFault(scope, scopeId, symbol);
	if (fault !== null) return fault;
	if (scope === 'tier') {
		return TIERS.some((tier) => tier === scopeId) ? null : `There is no tier ${String(scopeId)}.`;
	}
	if (scope === 'member') {
		const known = isId('mbr', scopeId) && (await findMember(conn, scopeId)) !== null;
		return known ? null : `There is no member "${String(scopeId)}".`;
	}
	if (scope === 'account' || scope === 'account_symbol') {
		const known = isId('acc', scopeId) && (await findAccount(conn, scopeId)) !== null;
		return known ? null : `There is no account ${String(scopeId)}.`;
	}
	return null;
}

/** Why this cannot be stopped by whoever asks, or null. */
export async function refuseWish(
	conn: Conn,
	wish: StopWish & Acting,
	now: number,
): Promise<Refused | null> {
	const problem = await targetFault(conn, wish);
	if (problem !== null) return refuse('STOP_INVALID', { problem });
	if (wish.reason.trim() === '') return refuse('STOP_REASON');
	return refuseStop(wish, await personOf(conn, wish.by, now));
}

/** An open stop of the same person that says the same, so that a second press stops once. */
async function pressedBefore(trx: Trx, wish: StopWish & Acting): Promise<Trip | undefined> {
	return (await listOpenTrips(trx)).find(
		(open) =>
			open.cause === 'person' &&
			open.openedBy === wish.actor &&
			open.scope === wish.scope &&
			open.scopeId === wish.scopeId &&
			open.symbol === wish.symbol &&
			(open.state === wish.state || (wish.state === 'FLATTENING' && open.state === 'LOCKED')),
	);
}

async function memberOf(conn: Conn, { scope, scopeId }: StopTarget): Promise<MemberId | null> {
	if (scope === 'member') return isId('mbr', scopeId) ? scopeId : null;
	if (!isId('acc', scopeId)) return null;
	return (await findAccount(conn, scopeId))?.memberId ?? null;
}

/** Writes the stop of a person, under the latch. The caller has asked whether they may. */
export async function stopNow(
	trx: Trx,
	kernel: Kernel,
	wish: StopWish & Acting,
): Promise<Omit<Stopped, 'impact'>> {
	const known = await pressedBefore(trx, wish);
	if (known !== undefined) return { kind: 'stopped', trip: known, already: true };
	const made = await trip(trx, kernel, {
		scope: wish.scope,
		scopeId: wish.scopeId,
		symbol: wish.symbol,
		state: wish.state,
		cause: 'person',
		reason: wish.reason.trim(),
		rearm: 'hand',
		memberId: await memberOf(trx, wish),
		actor: wish.actor,
	});
	return { kind: 'stopped', trip: made, already: false };
}

const bare = ({ scope, scopeId, symbol, state, reason }: StopWish): StopWish => ({
	scope, scopeId, symbol, state, reason,
});

/** Shows what flattening would do and asks once. */
async function ask(kernel: Kernel, wish: StopWish & Acting): Promise<AsksToFlatten> {
	const impact = await readImpact(kernel.conn, wish, kernel.clock.now());
	const asked = bare(wish);
	const { id, expiresAt } = await kernel.transaction(async (trx) => {
		const stored = await askToConfirm(trx, kernel, { kind: 'flatten', wish: asked }, wish.actor);
		await appendAudit(trx, kernel, {
			actor: wish.actor,
			action: 'flatten.asked',
			subjectId: stored.id,
			details: { ...asked, impact },
		});
		return stored;
	});
	return { kind: 'asks', confirmation: { id, expiresAt }, wish: asked, impact };
}

/**
 * Stops trading. Pausing and reducing act at once; flattening shows its impact and asks once, unless
 * it comes with the phrase. Refused: `STOP_INVALID`, `STOP_REASON`, `STOP_NOT_PERMITTED`,
 * `FLATTEN_PHRASE`.
 */
export async function stop(
	kernel: Kernel,
	command: StopCommand,
): Promise<Stopped | AsksToFlatten | Refused> {
	const { phrase = '', ...wish } = command;
	const now = kernel.clock.now();
	const refused = await refuseWish(kernel.conn, wish, now);
	if (refused !== null) return refused;
	const flattens = wish.state === 'FLATTENING';
	if (flattens && phrase.trim() === '') return ask(kernel, wish);
	if (flattens && phrase.trim() !== FLATTEN_PHRASE) {
		return refuse('FLATTEN_PHRASE', { phrase: FLATTEN_PHRASE });
	}
	const impact = flattens ? await readImpact(kernel.conn, wish, now) : null;
	const stopped = await kernel.transaction(async (trx) => stopNow(trx, kernel, wish));
	return { ...stopped, impact };
}

/** Why a stored confirmation cannot be used by this person now, or null. */
export function refuseConfirmation(
	stored: StoredConfirmation | null,
	{ by, actor }: Acting,
	now: number,
): Refused | null {
	if (stored === null) return refuse('CONFIRMATION_UNKNOWN');
	if (stored.usedAt !== null) return refuse('CONFIRMATION_USED', { used_at: isoTime(stored.usedAt) });
	if (stored.expiresAt <= now) {
		return refuse('CONFIRMATION_EXPIRED', { expires_at: isoTime(stored.expiresAt) });
	}
	return by !== null && stored.actor !== actor ? refuse('CONFIRMATION_FOREIGN') : null;
}

/** Carries out a confirmed flattening; the confirmation counts once. */
export async function confirmStop(
	kernel: Kernel,
	id: ConfirmationId,
	acting: Acting,
): Promise<Stopped | Refused> {
	const { conn, clock } = kernel;
	const done = await kernel.transaction(async (trx) => {
		// The first lock of everybody, before that of any row.
		await lockLatch(trx, 'exclusive');
		const stored = await lockConfirmation(trx, id);
		const refused = refuseConfirmation(stored, acting, clock.now());
		if (refused !== null) return refused;
		if (stored?.kind !== 'flatten') return refuse('CONFIRMATION_UNKNOWN');
		const wish = { ...stored.wish, ...acting, actor: stored.actor };
		const forbidden = await refuseWish(trx, wish, clock.now());
		if (forbidden !== null) return forbidden;
		const stopped = await stopNow(trx, kernel, wish);
		await useConfirmation(trx, id, acting.actor, clock.now());
		return stopped;
	});
	if (isRefused(done)) return done;
	return { ...done, impact: await readImpact(conn, done.trip, clock.now()) };
}
