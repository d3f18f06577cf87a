import { chainHash, type AuditEntry, type ChainHead } from './audit';

/** What was done to a row. */
export type FaultKind = 'changed' | 'removed' | 'inserted' | 'reordered' | 'rewritten';

/** The first row of the chain that does not hold, and what is wrong with it. */
export interface ChainFault {
	readonly kind: FaultKind;
	/** Its number in the chain; of rows that are gone, that of the first. */
	readonly number: number;
	/** The row's own number in the table; null when it is gone. */
	readonly seq: number | null;
	/** For people: what is wrong with which row. */
	readonly message: string;
}

/** Where following stopped: the last good link, and the row that does not fit behind it. */
export interface Break {
	readonly link: ChainHead;
	readonly entry: AuditEntry;
}

/** Whether the row's hash is that of its own content at the given place. */
export function isSealedAs(entry: AuditEntry, number: number, previousHash: string | null): boolean {
	return previousHash !== null && entry.hash === chainHash(entry, number, previousHash);
}

/** Whether the row is the next one behind the link. */
function fits(link: ChainHead, entry: AuditEntry): boolean {
	const number = link.chainSeq + 1;
	return (
		entry.chainSeq === number &&
		entry.previousHash === link.hash &&
		isSealedAs(entry, number, link.hash)
	);
}

/** Follows the chain over `entries` from `head`; gives the new head, or where it breaks. */
export function followChain(head: ChainHead, entries: readonly AuditEntry[]): ChainHead | Break {
	let link = head;
	for (const entry of entries) {
		if (!fits(link, entry) || entry.hash === null) return { link, entry };
		link = { chainSeq: link.chainSeq + 1, hash: entry.hash };
	}
	return link;
}

export const isBreak = (result: ChainHead | Break): result is Break => 'entry' in result;

/** How far away from its place a row is looked for whose former neighbours are gone. */
const NEIGHBOURHOOD = 1_000;

/** What a look at the rest of the table says about a break. */
export interface Findings {
	/** The end of the chain, as the table of the last link says. */
	readonly head: ChainHead;
	/** The row that now has the hash which the breaking row says to hang on. */
	readonly predecessor: AuditEntry | null;
	/** Rows that say to hang on the last good link, wherever they stand now. */
	readonly successors: readonly AuditEntry[];
}

const rows = (first: number, last: number): string =>
	first === last ? `Row ${first}` : `Rows ${first} to ${last}`;

/** A number is free: the row that had it is gone, or stands elsewhere. */
function whatIsMissing({ link, entry }: Break, { successors }: Findings): ChainFault {
	const number = link.chainSeq + 1;
	const moved = successors.find((each) => isSealedAs(each, number, link.hash));
	if (moved !== undefined) {
		const now = moved.chainSeq === null ? 'has no number any more' : `stands at number ${moved.chainSeq}`;
		return {
			kind: 'reordered', number, seq: moved.seq,
			message: `The row that was sealed as number ${number} ${now}.`,
		};
	}
	const last = (entry.chainSeq ?? number + 1) - 1;
	return {
		kind: 'removed', number, seq: null,
		message: `${rows(number, last)} of the chain ${number === last ? 'was' : 'were'} removed.`,
	};
}

/** Where a row was sealed that stands at another place now; null: nowhere near. */
function sealedPlace({ link, entry }: Break, { predecessor }: Findings): number | null {
	const known = predecessor?.chainSeq ?? null;
	if (known !== null && isSealedAs(entry, known + 1, entry.previousHash)) return known + 1;
	const here = link.chainSeq + 1;
	for (let away = 1; away <= NEIGHBOURHOOD; away++) {
		if (isSealedAs(entry, here + away, entry.previousHash)) return here + away;
		if (isSealedAs(entry, here - away, entry.previousHash)) return here - away;
	}
	return null;
}

/** The row's content and its hash belong together, only not here. */
function whatMoved(place: number, found: Break, { predecessor }: Findings): ChainFault {
	const here = found.link.chainSeq + 1;
	const { seq } = found.entry;
	if (place < here) {
		const last = here - 1;
		return {
			kind: 'inserted', number: place, seq: null,
			message: `${rows(place, last)} of the chain ${place === last ? 'was' : 'were'} inserted: what stands at number ${here} was sealed as number ${place}.`,
		};
	}
	if (predecessor !== null) {
		return {
			kind: 'reordered', number: here, seq,
			message: `The row that was sealed as number ${place} stands at number ${here}.`,
		};
	}
	const last = place - 1;
	return {
		kind: 'removed', number: here, seq: null,
		message: `${rows(here, last)} of the chain ${here === last ? 'was' : 'were'} removed and those behind it numbered anew: what stands at number ${here} was sealed as number ${place}.`,
	};
}

/** Names what is wrong where the chain broke. */
export function nameFault(found: Break, findings: Findings): ChainFault {
	const { link, entry } = found;
	const number = link.chainSeq + 1;
	const stands = entry.chainSeq ?? 0;
	if (stands > findings.head.chainSeq) {
		return {
			kind: 'inserted', number: stands, seq: entry.seq,
			message: `Row ${stands} stands behind the end of the chain (${findings.head.chainSeq}): it was not sealed by this system.`,
		};
	}
	if (stands !== number) return whatIsMissing(found, findings);
	if (isSealedAs(entry, number, entry.previousHash)) {
		return {
			kind: 'changed', number: number - 1, seq: null,
			message: number === 1
				? 'Row 1 does not begin the chain: it was sealed behind another one.'
				: `Row ${number - 1} was changed and given a new hash: row ${number} still hangs on its former one.`,
		};
	}
	const place = sealedPlace(found, findings);
	if (place !== null) return whatMoved(place, found, findings);
	return {
		kind: 'changed', number, seq: entry.seq,
		message: `Row ${number} (${entry.action}) is not what was sealed: its content or its hash was changed.`,
	};
}

/** Whether the end of the chain is where, and what, the table of the last link says. */
export function checkEnd(link: ChainHead, head: ChainHead): ChainFault | null {
	if (head.chainSeq > link.chainSeq) {
		const number = link.chainSeq + 1;
		return {
			kind: 'removed', number, seq: null,
			message: `${rows(number, head.chainSeq)} at the end of the chain ${number === head.chainSeq ? 'was' : 'were'} removed.`,
		};
	}
	if (head.chainSeq < link.chainSeq) {
		const number = head.chainSeq + 1;
		return {
			kind: 'inserted', number, seq: null,
			message: `${rows(number, link.chainSeq)} of the chain stand behind its end, or the table audit_head was set back.`,
		};
	}
	if (head.hash === link.hash) return null;
	return {
		kind: 'changed', number: link.chainSeq, seq: null,
		message: `Row ${link.chainSeq}, the last one, is not what the table audit_head says: one of the two was changed.`,
	};
}
