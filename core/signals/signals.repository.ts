import type { Conn, Dialect, Trx } from '../db';
import type { LeaseHolder, SignalId } from '../model';
import type { Signal } from './signal';
import { fromRow, type DedupeRow, type SignalRow, type SignatureUseRow } from './signals.table';

export async function insertSignals(trx: Trx, rows: readonly SignalRow[]): Promise<void> {
	await trx<SignalRow>('signals').insert([...rows]);
}

export async function findSignal(conn: Conn, id: SignalId): Promise<Signal | null> {
	const row = await conn<SignalRow>('signals').where({ id }).first();
	return row === undefined ? null : fromRow(row);
}

/**
 * Claims dedupe keys in one statement and returns those that were free, or whose time had run out.
 * Another process with the same key waits here until the first has committed. The keys must be
 * distinct; they are taken in sorted order, so that two batches never wait for each other in turn.
 */
export async function claimDedupeKeys(
	trx: Trx,
	rows: readonly DedupeRow[],
	now: number,
): Promise<Set<string>> {
	const sorted = [...rows].sort((a, b) => (a.dedupe_key < b.dedupe_key ? -1 : 1));
	const claimed: Pick<DedupeRow, 'dedupe_key'>[] = await trx<DedupeRow>('signal_dedupe')
		.insert(sorted)
		.onConflict('dedupe_key')
		.merge(['signal_id', 'content_hash', 'first_at', 'until_at'])
		.where('signal_dedupe.until_at', '<=', now)
		.returning('dedupe_key');
	return new Set(claimed.map((row) => row.dedupe_key));
}

export async function findDedupeRows(trx: Trx, keys: readonly string[]): Promise<DedupeRow[]> {
	return trx<DedupeRow>('signal_dedupe').whereIn('dedupe_key', [...keys]);
}

/** Notes the first use of a signature; false when it was used before. */
export async function claimSignature(trx: Trx, row: SignatureUseRow): Promise<boolean> {
	const claimed: Pick<SignatureUseRow, 'signature_hash'>[] = await trx<SignatureUseRow>(
		'signature_uses',
	)
		.insert(row)
		.onConflict('signature_hash')
		.ignore()
		.returning('signature_hash');
	return claimed.length > 0;
}

export async function findSignatureAnswer(trx: Trx, hash: string): Promise<string | null> {
	const row = await trx<SignatureUseRow>('signature_uses').where({ signature_hash: hash }).first();
	return row?.answer ?? null;
}

export async function updateSignatureAnswer(trx: Trx, hash: string, answer: string): Promise<void> {
	await trx<SignatureUseRow>('signature_uses').where({ signature_hash: hash }).update({ answer });
}

/**
 * Signals the pump may take now, in order of arrival, locked against other pumps; those handed out
 * before at least `triedFrom` times, or fewer than `triedBelow` times.
 */
export async function lockDueSignals(
	trx: Trx,
	dialect: Dialect,
	{ intake, now, limit, triedFrom = 0, triedBelow }: {
		readonly intake: string;
		readonly now: number;
		readonly limit: number;
		readonly triedFrom?: number;
		readonly triedBelow?: number;
	},
): Promise<SignalRow[]> {
	const query = trx<SignalRow>('signals')
		.where({ intake, state: 'PENDING' })
		.where('next_pump_at', '<=', now)
		.where('attempts', '>=', triedFrom)
		.orderBy(['received_at', 'batch_place', 'id'])
		.limit(limit);
	if (triedBelow !== undefined) void query.where('attempts', '<', triedBelow);
	return dialect === 'postgres' ? query.forUpdate().skipLocked() : query;
}

/** Opening and cancelling signals whose time ended before `expiredBefore`, locked, oldest first. */
export async function lockExpiredSignals(
	trx: Trx,
	dialect: Dialect,
	{ now, expiredBefore, limit }: {
		readonly now: number;
		readonly expiredBefore: number;
		readonly limit: number;
	},
): Promise<SignalRow[]> {
	const query = trx<SignalRow>('signals')
		.where({ state: 'PENDING' })
		.where('expires_at', '<=', expiredBefore)
		.whereNot('action', 'close')
		.where((free) => free.whereNull('lease_holder').orWhere('next_pump_at', '<=', now))
		.orderBy(['expires_at', 'id'])
		.limit(limit);
	return dialect === 'postgres' ? query.forUpdate().skipLocked() : query;
}

export async function takeSignals(
	trx: Trx,
	ids: readonly SignalId[],
	holder: LeaseHolder,
	until: number,
): Promise<void> {
	await trx<SignalRow>('signals')
		.whereIn('id', [...ids])
		.update({ lease_holder: holder, next_pump_at: until })
		.increment('attempts', 1);
}

/** Prolongs the leases that `holder` still has; returns how many. */
export async function renewLeases(
	conn: Conn,
	ids: readonly SignalId[],
	holder: LeaseHolder,
	until: number,
): Promise<number> {
	return conn<SignalRow>('signals')
		.whereIn('id', [...ids])
		.where({ lease_holder: holder, state: 'PENDING' })
		.update({ next_pump_at: until });
}

export async function markDone(trx: Trx, ids: readonly SignalId[], now: number): Promise<void> {
	await trx<SignalRow>('signals')
		.whereIn('id', [...ids])
		.where({ state: 'PENDING' })
		.update({ state: 'DONE', done_at: now, lease_holder: null });
}

/** Signals of the list that `holder` still has, with the number of times they were pumped. */
export async function lockHeld(
	trx: Trx,
	ids: readonly SignalId[],
	holder: LeaseHolder,
): Promise<Pick<SignalRow, 'id' | 'attempts'>[]> {
	return trx<SignalRow>('signals')
		.select('id', 'attempts')
		.whereIn('id', [...ids])
		.where({ lease_holder: holder, state: 'PENDING' })
		.orderBy('id')
		.forUpdate();
}

/** Ends the leases; the pump may take the signals again at `nextPumpAt`. */
export async function giveBack(
	trx: Trx,
	ids: readonly SignalId[],
	nextPumpAt: number,
	error: string | null,
): Promise<void> {
	await trx<SignalRow>('signals')
		.whereIn('id', [...ids])
		.update({ lease_holder: null, next_pump_at: nextPumpAt, last_error: error });
}

/** Forgets what can no longer matter; returns the number of rows. */
export async function forgetBefore(conn: Conn, before: number): Promise<number> {
	const seen = await conn<DedupeRow>('signal_dedupe').where('until_at', '<', before).delete();
	const used = await conn<SignatureUseRow>('signature_uses').where('expires_at', '<', before).delete();
	return seen + used;
}
