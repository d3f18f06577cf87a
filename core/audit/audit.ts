import { sha256, stableJson, type AccountId, type MemberId } from '../model';

/** Who did what to what, as it is appended in the transaction of the change. */
export interface NewAuditEntry {
	/** `system`, `engine`, `key:<name>`, `node:<workflow>`, `member:<id>` or `operator`. */
	readonly actor: string;
	/** Subject and verb, such as `member.created` or `trip.cleared`. */
	readonly action: string;
	readonly subjectId?: string | null;
	/** The signal that everything of one story hangs on. */
	readonly correlationId?: string | null;
	/** Whom and which account it concerns: by these the trail is asked. */
	readonly memberId?: MemberId | null;
	readonly accountId?: AccountId | null;
	/** Facts of the change. Never a secret: entries are kept for years. */
	readonly details: Readonly<Record<string, unknown>>;
}

/** A stored entry. `chainSeq` and `hash` are null until the entry has been sealed. */
export interface AuditEntry {
	readonly seq: number;
	readonly at: number;
	readonly actor: string;
	readonly action: string;
	readonly subjectId: string | null;
	readonly correlationId: string | null;
	readonly memberId: MemberId | null;
	readonly accountId: AccountId | null;
	readonly policyVersion: string;
	/** JSON as it was written: the hash covers this very text. */
	readonly detailsText: string;
	readonly chainSeq: number | null;
	readonly previousHash: string | null;
	readonly hash: string | null;
}

/** A link of the chain; number 0 and the hash '' before the first. */
export interface ChainHead {
	readonly chainSeq: number;
	readonly hash: string;
}

/**
 * SHA-256 over everything that the entry says, its place in the chain and the link before it: the
 * JSON array of these values. Member and account stand at its end, and only where there is one, so
 * that entries sealed before there were such columns keep their hash.
 */
export function chainHash(entry: AuditEntry, chainSeq: number, previousHash: string): string {
	const { memberId, accountId } = entry;
	return sha256(
		stableJson([
			chainSeq,
			previousHash,
			entry.seq,
			entry.at,
			entry.actor,
			entry.action,
			entry.subjectId,
			entry.correlationId,
			entry.policyVersion,
			entry.detailsText,
			...(memberId === null && accountId === null ? [] : [memberId, accountId]),
		]),
	);
}
