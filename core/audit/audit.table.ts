import type { AccountId, MemberId } from '../model';
import type { AuditEntry } from './audit';

/** Columns of `audit`. */
export interface AuditRow {
	seq: number;
	/** The transaction that wrote the row (PostgreSQL; 0 in SQLite). By default of the column. */
	epoch: number;
	at: number;
	actor: string;
	action: string;
	subject_id: string | null;
	correlation_id: string | null;
	member_id: MemberId | null;
	account_id: AccountId | null;
	policy_version: string;
	details: string;
	chain_seq: number | null;
	previous_hash: string | null;
	hash: string | null;
}

/** Columns of `audit_head`: one row, locked while entries are sealed. */
export interface AuditHeadRow {
	id: number;
	chain_seq: number;
	hash: string;
	base_seq: number;
	base_hash: string;
}

/** Columns of `audit_checkpoints`. */
export interface CheckpointRow {
	chain_seq: number;
	hash: string;
	at: number;
}

export function toAuditEntry(row: AuditRow): AuditEntry {
	return {
		seq: row.seq,
		at: row.at,
		actor: row.actor,
		action: row.action,
		subjectId: row.subject_id,
		correlationId: row.correlation_id,
		memberId: row.member_id,
		accountId: row.account_id,
		policyVersion: row.policy_version,
		detailsText: row.details,
		chainSeq: row.chain_seq,
		previousHash: row.previous_hash,
		hash: row.hash,
	};
}
