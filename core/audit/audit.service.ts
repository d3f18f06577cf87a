import type { Kernel, Trx } from '../db';
import { DAY, MINUTE, SECOND } from '../model';
import type { AuditEntry } from './audit';
import { chainBroken, rangeEmpty, sealingLate } from './audit.errors';
import {
	listAudit, sealedPage, waitingEntries, type AuditFilter, type SealedPage,
} from './audit.queries';
import {
	insertCheckpoint, lastCheckpoint, lockEnds, readEnds, sealEntries, unsealed, unsealedTail,
	type Checkpoint,
} from './audit.repository';
import { beginExport, type AuditExport, type ExportWish } from './export.service';
import {
	removeExpired, retentionStatus, type Removal, type RemovalWish, type RetentionStatus,
} from './retention.service';
import { verifyChain, type ChainReport, type VerifyWish } from './verification.service';

/** Rows sealed in one transaction. */
const SEAL_BATCH = 1_000;
/** Rows that wait longer than this are told of. */
const LATE_MS = MINUTE;

/** A page of the trail. */
export interface AuditPage {
	/** Sealed entries. */
	readonly entries: readonly AuditEntry[];
	/** Entries that wait to be sealed, newest first: on the first page only, `limit` at most. */
	readonly waiting: readonly AuditEntry[];
	/** Number to ask for the next page with; null: this was the last one. */
	readonly next: number | null;
}

/** The audit trail: who did what, in a chain that shows tampering. */
export interface Audit {
	/** Seals what is not sealed yet and says how many entries that were. Safe in several processes. */
	seal(): Promise<number>;
	/**
	 * The same for the engine: fails when rows cannot be sealed for a minute, so that people hear of it.
	 * @throws FirecontrolError `AUDIT_SEALING_LATE`
	 */
	keepSealed(): Promise<number>;
	/**
	 * Follows the chain, whole or in part, and names the first row that does not hold.
	 * @throws FirecontrolError `AUDIT_RANGE_EMPTY` for a part that has no rows
	 */
	verify(wish?: VerifyWish): Promise<ChainReport>;
	/**
	 * Once a UTC day: checks what was sealed since the last checkpoint, stores the chain's end and
	 * tells it to whoever listens, so that a copy lies where an intruder of the database cannot reach
	 * it: the chain alone shows a changed row, but not a chain computed anew from there on.
	 * @throws FirecontrolError `AUDIT_BROKEN`
	 */
	checkpoint(): Promise<Checkpoint | null>;
	/** Newest first, sealed or not. */
	list(filter: AuditFilter & { readonly limit: number }): Promise<AuditEntry[]>;
	page(page: SealedPage): Promise<AuditPage>;
	/** @throws FirecontrolError `AUDIT_EXPORT_TOO_LARGE` while it is read */
	export(wish: ExportWish): Promise<AuditExport>;
	retention(): Promise<RetentionStatus>;
	/** @throws FirecontrolError `AUDIT_RETENTION`, `AUDIT_BROKEN` */
	removeExpired(wish: RemovalWish): Promise<Removal>;
}

/** What the trail tells to features above it. */
export interface AuditPorts {
	/** A checkpoint, in its transaction. */
	checkpointMade?(trx: Trx, checkpoint: Checkpoint): Promise<void>;
}

async function sealBatch(kernel: Kernel): Promise<number> {
	const { dialect } = kernel.pool;
	return kernel.transaction(async (trx) => {
		const { head } = await lockEnds(trx);
		const entries = await unsealed(trx, dialect, SEAL_BATCH);
		if (entries.length > 0) await sealEntries(trx, dialect, head, entries);
		return entries.length;
	});
}

async function seal(kernel: Kernel): Promise<number> {
	let sealed = 0;
	// Nothing to do is the rule: find it out without the write lock.
	if ((await waitingEntries(kernel.conn, {}, 1)).length === 0) return 0;
	for (;;) {
		const count = await sealBatch(kernel);
		sealed += count;
		if (count < SEAL_BATCH) return sealed;
	}
}

async function keepSealed(kernel: Kernel): Promise<number> {
	const sealed = await seal(kernel);
	const { rows, oldestAt } = await unsealedTail(kernel.conn);
	if (oldestAt === null) return sealed;
	const late = kernel.clock.now() - oldestAt;
	if (late > LATE_MS) throw sealingLate(rows, Math.floor(late / SECOND));
	return sealed;
}

async function page(kernel: Kernel, wanted: SealedPage): Promise<AuditPage> {
	// What waits is read first: sealed in between it shows twice, the other way round not at all.
	const waiting = wanted.after === null ? await waitingEntries(kernel.conn, wanted.filter, wanted.limit) : [];
	const entries = await sealedPage(kernel.conn, wanted);
	const shown = new Set(entries.map(({ seq }) => seq));
	const last = entries.at(-1);
	return {
		entries,
		waiting: waiting.filter(({ seq }) => !shown.has(seq)),
		next: entries.length < wanted.limit ? null : (last?.chainSeq ?? null),
	};
}

const dayOf = (at: number): number => Math.floor(at / DAY);

async function checkpoint(kernel: Kernel, ports: AuditPorts): Promise<Checkpoint | null> {
	const now = kernel.clock.now();
	const last = await lastCheckpoint(kernel.conn);
	const { head } = await readEnds(kernel.conn);
	if (last !== null && (dayOf(last.at) === dayOf(now) || last.chainSeq === head.chainSeq)) return null;
	if (head.chainSeq === 0) return null;
	const from = last === null ? null : last.chainSeq;
	const { fault } = await verifyChain(kernel, { from, through: head.chainSeq });
	if (fault !== null) throw chainBroken(fault.message);
	return kernel.transaction(async (trx) => {
		await lockEnds(trx);
		const before = await lastCheckpoint(trx);
		if (before !== null && before.chainSeq >= head.chainSeq) return null;
		const made = { ...head, at: now };
		await insertCheckpoint(trx, made);
		await ports.checkpointMade?.(trx, made);
		return made;
	});
}

/** A part that has no rows holds nothing: whoever asked for it meant another one. */
async function verifyPart(kernel: Kernel, wish: VerifyWish): Promise<ChainReport> {
	const report = await verifyChain(kernel, wish);
	const from = wish.from ?? null;
	const through = wish.through ?? null;
	const whole = from === null && through === null;
	if (whole || report.rows > 0 || report.fault !== null) return report;
	throw rangeEmpty({ from: from ?? 1, through }, report.expiredThrough + 1, report.head.chainSeq);
}

export function createAudit(kernel: Kernel, ports: AuditPorts = {}): Audit {
	return {
		seal: async () => seal(kernel),
		keepSealed: async () => keepSealed(kernel),
		verify: async (wish = {}) => verifyPart(kernel, wish),
		checkpoint: async () => checkpoint(kernel, ports),
		list: async (filter) => listAudit(kernel.conn, filter),
		page: async (wanted) => page(kernel, wanted),
		export: async (wish) => beginExport(kernel, wish),
		retention: async () => retentionStatus(kernel),
		removeExpired: async (wish) => removeExpired(kernel, wish, async () => seal(kernel)),
	};
}
