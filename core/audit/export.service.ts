import { createHash } from 'node:crypto';
import type { Kernel } from '../db';
import { isoTime } from '../model';
import type { AuditEntry } from './audit';
import { exportTooLarge } from './audit.errors';
import { sealedPage, type AuditFilter } from './audit.queries';
import { readEnds, unsealedTail } from './audit.repository';
import {
	exportHead, exportLine, filterText, HOW_TO_VERIFY, type ExportFormat, type ExportManifest,
} from './export';

/** Rows held in memory at a time. */
const BATCH = 1_000;
/** Rows of one export at most, unless less is asked for. */
const ROWS_MAX = 1_000_000;

/** What to export. */
export interface ExportWish {
	readonly filter: AuditFilter;
	readonly format: ExportFormat;
	/** Numbers of the chain, both included; its ends by default. */
	readonly first?: number | null;
	readonly last?: number | null;
	readonly maxRows?: number;
	/** Who exports: told in the manifest. */
	readonly exportedBy: string;
}

/** An export under way: read `chunks` to the end, then ask for the manifest. */
export interface AuditExport {
	readonly fileName: string;
	readonly mimeType: string;
	readonly chunks: AsyncIterable<Uint8Array>;
	/** @throws Error before the last chunk was read */
	manifest(): ExportManifest;
}

/** Counts and hashes what goes by. */
class Ledger {
	readonly #hash = createHash('sha256');
	bytes = 0;
	rows = 0;
	first: AuditEntry | null = null;
	last: AuditEntry | null = null;
	contiguous = true;

	text(text: string): Uint8Array {
		const bytes = Buffer.from(text, 'utf8');
		this.#hash.update(bytes);
		this.bytes += bytes.length;
		return bytes;
	}

	note(entry: AuditEntry): void {
		if (this.last !== null && entry.chainSeq !== (this.last.chainSeq ?? 0) + 1) this.contiguous = false;
		this.first ??= entry;
		this.last = entry;
		this.rows += 1;
	}

	digest(): string {
		return this.#hash.copy().digest('hex');
	}
}

const timeOf = (entry: AuditEntry | null): string | null => (entry === null ? null : isoTime(entry.at));

async function* write(
	kernel: Kernel,
	wish: ExportWish,
	through: number,
	ledger: Ledger,
): AsyncGenerator<Uint8Array> {
	const most = Math.min(wish.maxRows ?? ROWS_MAX, ROWS_MAX);
	const { filter } = wish;
	const head = exportHead(wish.format);
	if (head !== '') yield ledger.text(head);
	let after = (wish.first ?? 1) - 1;
	for (;;) {
		const page = { filter, limit: BATCH, order: 'oldest', after, through } as const;
		const entries = await sealedPage(kernel.conn, page);
		const last = entries.at(-1);
		if (last === undefined) return;
		if (ledger.rows + entries.length > most) throw exportTooLarge(most);
		for (const entry of entries) ledger.note(entry);
		yield ledger.text(entries.map((entry) => exportLine(wish.format, entry)).join(''));
		if (entries.length < BATCH || last.chainSeq === null) return;
		after = last.chainSeq;
	}
}

/**
 * Begins an export of sealed rows, in the order of the chain; rows sealed after this call are not in
 * it. Reads a batch at a time, however large the trail. Reading it to its end throws
 * `AUDIT_EXPORT_TOO_LARGE` where there are too many rows.
 */
export async function beginExport(kernel: Kernel, wish: ExportWish): Promise<AuditExport> {
	const { head } = await readEnds(kernel.conn);
	const { rows: unsealedRows } = await unsealedTail(kernel.conn);
	const through = Math.min(wish.last ?? head.chainSeq, head.chainSeq);
	const exportedAt = kernel.clock.now();
	const type = wish.format === 'csv' ? 'text/csv' : 'application/x-ndjson';
	const stamp = isoTime(exportedAt).replace(/[-:]/g, '').slice(0, 15);
	const fileName = `firecontrol-audit-${stamp}.${wish.format}`;
	const ledger = new Ledger();
	let done = false;
	async function* chunks(): AsyncGenerator<Uint8Array> {
		yield* write(kernel, wish, through, ledger);
		done = true;
	}
	return {
		fileName,
		mimeType: type,
		chunks: chunks(),
		manifest: () => {
			if (!done) throw new Error('The export was not read to its end.');
			return {
				format: 'firecontrol-audit-export/1',
				file: { name: fileName, type, bytes: ledger.bytes, sha256: ledger.digest() },
				exported_at: isoTime(exportedAt),
				exported_by: wish.exportedBy,
				filter: filterText(wish.filter),
				rows: ledger.rows,
				first_number: ledger.first?.chainSeq ?? null,
				last_number: ledger.last?.chainSeq ?? null,
				first_at: timeOf(ledger.first),
				last_at: timeOf(ledger.last),
				contiguous: ledger.contiguous,
				previous_hash: ledger.first?.previousHash ?? null,
				last_hash: ledger.last?.hash ?? null,
				chain_head: { number: head.chainSeq, hash: head.hash },
				unsealed_rows: unsealedRows,
				how_to_verify: HOW_TO_VERIFY,
			};
		},
	};
}
