import { sha256, stableJson } from '../model';

/** Who did what to what, as it is appended in the transaction of the change. */
export interface NewAuditEntry {
	/** `system`, `engine`, `key:<name>`, `node:<workflow>`, `member:<id>` or `operator`. */
	readonly actor: string;
	/** Subject and verb, such as `member.created` or `trip.cleared`. */
	readonly action: string;
	readonly subjectId?: string | null;
	/** The signal that everything of one story hangs on. */
	readonly correlationId?: string | null;
	/** Facts of the change. Never a secret: entries are kept for ever. */
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
	readonly policyVersion: string;
	/** JSON as it was written: the hash covers this very text. */
	readonly detailsText: string;
	readonly chainSeq: number | null;
	readonly previousHash: string | null;
	readonly hash: string | null;
}

/** Result of a check of the whole chain; `brokenAt` is the first chain number that does not hold. */
export type ChainCheck =
	| { readonly ok: true; readonly sealed: number }
	| { readonly ok: false; readonly brokenAt: number };

/** Last link of the chain; chain number 0 and the hash '' before the first. */
export interface ChainHead {
	readonly chainSeq: number;
	readonly hash: string;
}

/** SHA-256 over everything that the entry says, its place in the chain and the link before it. */
export function chainHash(entry: AuditEntry, chainSeq: number, previousHash: string): string {
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
		]),
	);
}

/** Follows the chain over `entries` from `head`; gives the new head, or where it breaks. */
export function followChain(head: ChainHead, entries: readonly AuditEntry[]): ChainHead | number {
	let link = head;
	for (const entry of entries) {
		const expected = link.chainSeq + 1;
		if (entry.chainSeq !== expected || entry.previousHash !== link.hash) return expected;
		const hash = chainHash(entry, expected, link.hash);
		if (entry.hash !== hash) return expected;
		link = { chainSeq: expected, hash };
	}
	return link;
}
