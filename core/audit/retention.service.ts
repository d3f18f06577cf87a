import { setTimeout as pause } from 'node:timers/promises';
import type { Kernel } from '../db';
import { DAY } from '../model';
import { appendAudit, lockEnds, readEnds, removeThrough } from './audit.repository';
import { chainBroken, retentionTooShort } from './audit.errors';
import {
	entryAt, EXPIRED, findMarker, firstKept, newestBetween, type ExpiryMarker,
} from './audit.queries';
import { EXPIRY_BATCH, RETENTION_DAYS } from './retention';
import { verifyChain } from './verification.service';

/** How long a removal waits for its marker to be sealed, and how often it looks. */
const SEALED_WITHIN_MS = 5_000;
const LOOK_EVERY_MS = 100;

/** What is kept, and what is past its time. */
export interface RetentionStatus {
	readonly retentionDays: number;
	/** Sealed rows that are there. */
	readonly rows: number;
	readonly firstNumber: number | null;
	/** Time of the first row that is there, ms UTC. */
	readonly oldestAt: number | null;
	/** Rows that may be removed now. */
	readonly expiredRows: number;
	/** When the first row that is there comes to its time, ms UTC. */
	readonly nextExpiryAt: number | null;
	readonly removedRows: number;
	/** When rows were last removed, ms UTC. */
	readonly lastRemovalAt: number | null;
}

/** What a removal did. */
export interface Removal {
	readonly removed: number;
	/** Number of the last row removed so far. */
	readonly through: number;
	/** A marker waits to be sealed: ask again, nothing is lost. */
	readonly waiting: boolean;
}

/** Number of the last row, from the beginning of the chain on, that is older than `days`. */
async function expiredThrough(kernel: Kernel, days: number): Promise<number> {
	const { head } = await readEnds(kernel.conn);
	const kept = await firstKept(kernel.conn, kernel.clock.now() - days * DAY);
	return kept === null ? head.chainSeq : kept - 1;
}

export async function retentionStatus(kernel: Kernel): Promise<RetentionStatus> {
	const { head, base } = await readEnds(kernel.conn);
	const through = await expiredThrough(kernel, RETENTION_DAYS);
	const first = await entryAt(kernel.conn, base.chainSeq + 1);
	const marker = base.chainSeq === 0 ? null : await findMarker(kernel.conn, base.chainSeq);
	return {
		retentionDays: RETENTION_DAYS,
		rows: head.chainSeq - base.chainSeq,
		firstNumber: first?.chainSeq ?? null,
		oldestAt: first?.at ?? null,
		expiredRows: Math.max(0, through - base.chainSeq),
		nextExpiryAt: first === null ? null : first.at + RETENTION_DAYS * DAY,
		removedRows: base.chainSeq,
		lastRemovalAt: marker?.entry.at ?? null,
	};
}

/** Writes down what will be removed; null: nothing is past its time. */
async function mark(
	kernel: Kernel,
	{ actor, reason, days }: RemovalWish,
): Promise<ExpiryMarker | null> {
	const { base } = await readEnds(kernel.conn);
	const from = base.chainSeq + 1;
	const through = Math.min(await expiredThrough(kernel, days), base.chainSeq + EXPIRY_BATCH);
	if (through < from) return null;
	const report = await verifyChain(kernel, { from, through });
	if (report.fault !== null) throw chainBroken(report.fault.message);
	const first = await entryAt(kernel.conn, from);
	const last = await entryAt(kernel.conn, through);
	if (first === null || last === null || last.hash === null) throw chainBroken('Rows are missing.');
	const marker: ExpiryMarker = {
		from,
		through,
		rows: through - from + 1,
		hash: last.hash,
		oldest_at: first.at,
		newest_at: await newestBetween(kernel.conn, from, through),
		retention_days: days,
	};
	await kernel.transaction(async (trx) =>
		appendAudit(trx, kernel, { actor, action: EXPIRED, details: { ...marker, reason } }),
	);
	return marker;
}

/** The sealed marker of a removal that has not been carried out yet. */
async function pendingMarker(kernel: Kernel): Promise<ExpiryMarker | null> {
	const newest = await findMarker(kernel.conn, null);
	if (newest === null) return null;
	const { base } = await readEnds(kernel.conn);
	return newest.marker.from === base.chainSeq + 1 ? newest.marker : null;
}

async function sealedMarker(
	kernel: Kernel,
	seal: () => Promise<number>,
): Promise<ExpiryMarker | null> {
	for (let waited = 0; ; waited += LOOK_EVERY_MS) {
		await seal();
		const marker = await pendingMarker(kernel);
		if (marker !== null || waited >= SEALED_WITHIN_MS) return marker;
		await pause(LOOK_EVERY_MS);
	}
}

/** Who removes expired rows, and why. */
export interface RemovalWish {
	readonly actor: string;
	readonly reason: string;
	/** Keep rows so many days: 1,827 at least. */
	readonly days: number;
}

/**
 * Removes rows past their time from the beginning of the chain. First a marker that says which is
 * written and sealed, then they go, in one transaction: a crash in between leaves a marker that the
 * next call carries out. Only rows whose chain holds are removed.
 * @throws FirecontrolError `AUDIT_RETENTION`, `AUDIT_BROKEN`
 */
export async function removeExpired(
	kernel: Kernel,
	wish: RemovalWish,
	seal: () => Promise<number>,
): Promise<Removal> {
	if (wish.days < RETENTION_DAYS) throw retentionTooShort(wish.days, RETENTION_DAYS);
	let removed = 0;
	for (;;) {
		if ((await pendingMarker(kernel)) === null && (await mark(kernel, wish)) === null) break;
		const marker = await sealedMarker(kernel, seal);
		if (marker === null) return { removed, through: (await readEnds(kernel.conn)).base.chainSeq, waiting: true };
		removed += await kernel.transaction(async (trx) => {
			const { base } = await lockEnds(trx);
			if (base.chainSeq + 1 !== marker.from) return 0;
			const count = await removeThrough(trx, { chainSeq: marker.through, hash: marker.hash });
			if (count !== marker.rows) throw chainBroken(`${marker.rows} rows were to be removed and ${count} were there.`);
			return count;
		});
	}
	return { removed, through: (await readEnds(kernel.conn)).base.chainSeq, waiting: false };
}
