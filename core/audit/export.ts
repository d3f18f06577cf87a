import { isoTime } from '../model';
import type { AuditEntry } from './audit';

/** How an export is written. */
export const EXPORT_FORMATS = ['csv', 'jsonl'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** Columns of an export, in this order; JSON lines have the same names. */
export const EXPORT_COLUMNS = [
	'number', 'seq', 'at', 'at_ms', 'actor', 'action', 'subject_id', 'correlation_id', 'member_id',
	'account_id', 'policy_version', 'details', 'previous_hash', 'hash',
] as const;

type Column = (typeof EXPORT_COLUMNS)[number];

function cells(entry: AuditEntry): Record<Column, string | number | null> {
	return {
		number: entry.chainSeq,
		seq: entry.seq,
		at: isoTime(entry.at),
		at_ms: entry.at,
		actor: entry.actor,
		action: entry.action,
		subject_id: entry.subjectId,
		correlation_id: entry.correlationId,
		member_id: entry.memberId,
		account_id: entry.accountId,
		policy_version: entry.policyVersion,
		details: entry.detailsText,
		previous_hash: entry.previousHash,
		hash: entry.hash,
	};
}

/**
 * One cell of CSV. Spreadsheets run what begins with one of = + - @ (some also of their wide forms, a tab or carriage return) as a
 * formula: such text gets an apostrophe in front, and so does text that begins with one, so that
 * taking the first apostrophe off always gives back what was there.
 */
export function csvCell(value: string | number | null): string {
	if (value === null) return '';
	if (typeof value === 'number') return String(value);
	const safe = /^[=+\-@＝＋－＠\t\r\n']/.test(value) ? `'${value}` : value;
	return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

const CRLF = '\r\n';

/** What stands before the first row. */
export function exportHead(format: ExportFormat): string {
	return format === 'csv' ? `${EXPORT_COLUMNS.join(',')}${CRLF}` : '';
}

/** One entry as a line of the export, its end included. */
export function exportLine(format: ExportFormat, entry: AuditEntry): string {
	const row = cells(entry);
	if (format === 'jsonl') return `${JSON.stringify(row)}\n`;
	return `${EXPORT_COLUMNS.map((column) => csvCell(row[column])).join(',')}${CRLF}`;
}

/** What an export says about itself, so that it can be checked without this system. */
export interface ExportManifest {
	readonly format: 'firecontrol-audit-export/1';
	readonly file: { readonly name: string; readonly type: string; readonly bytes: number; readonly sha256: string };
	readonly exported_at: string;
	readonly exported_by: string;
	/** What was asked for; a filter leaves rows out, and then the links between them are missing. */
	readonly filter: Readonly<Record<string, string | number>>;
	readonly rows: number;
	readonly first_number: number | null;
	readonly last_number: number | null;
	readonly first_at: string | null;
	readonly last_at: string | null;
	/** Whether every row of the range is there: then the links can be followed from end to end. */
	readonly contiguous: boolean;
	/** Hash before the first row and hash of the last one. */
	readonly previous_hash: string | null;
	readonly last_hash: string | null;
	readonly chain_head: { readonly number: number; readonly hash: string };
	/** Rows of the table that were not sealed when the export began; they are not in it. */
	readonly unsealed_rows: number;
	readonly how_to_verify: string;
}

/** The recipe, in every manifest: nobody should have to look for it. */
export const HOW_TO_VERIFY = [
	'1. SHA-256 of the file must be file.sha256.',
	'2. Of every row: hash = SHA-256 of the JSON array [number, previous_hash, seq, at_ms, actor, action, subject_id, correlation_id, policy_version, details] without spaces, with member_id and account_id added at the end where one of the two is there. Empty cells of CSV are null; previous_hash of row 1 is the empty text; details is text, not an object.',
	'3. In CSV take one leading apostrophe off a text that has one, before hashing.',
	'4. Where contiguous is true, previous_hash of each row is the hash of the row before it, the first is previous_hash and the last hash is last_hash.',
	'5. Compare last_hash or chain_head with checkpoints that were sent out of the database (events audit.checkpoint).',
	'scripts/verify-audit-export.mjs of the repository does 1 to 4.',
].join('\n');

/** Text of a filter in the manifest: only what was asked for. */
export const filterText = (filter: object): Record<string, string | number> => {
	const text: Record<string, string | number> = {};
	for (const [name, value] of Object.entries(filter)) {
		if (typeof value === 'string' || typeof value === 'number') text[name] = value;
	}
	return text;
};

/** The manifest as a file. */
export const manifestText = (manifest: ExportManifest): string => `${JSON.stringify(manifest, null, '\t')}\n`;
