import type { Conn, Kernel } from '../db';
import { DAY } from '../model';
import type { ChainHead } from './audit';
import {
	chainAfter, entriesBehind, entryAt, entryWithHash, findMarker, firstThrough, isGuarded,
} from './audit.queries';
import {
	checkpointsFrom, readEnds, unsealedTail, type ChainEnds, type Checkpoint,
} from './audit.repository';
import { RETENTION_DAYS } from './retention';
import { checkEnd, followChain, isBreak, nameFault, type ChainFault } from './verify';

/** Rows held in memory at a time. */
const BATCH = 1_000;
/** Removing of expired rows may move the beginning under a run; it then begins anew. */
const RUNS_MAX = 3;

/** Which part of the chain to follow. */
export interface VerifyWish {
	/** Number of the first row; the chain's first by default. */
	readonly from?: number | null;
	/** Number of the last row; the chain's last by default. */
	readonly through?: number | null;
	/** Links known from elsewhere: checkpoints that were sent away, manifests of exports. */
	readonly known?: readonly ChainHead[];
}

/** What following the chain has shown. */
export interface ChainReport {
	readonly ok: boolean;
	/** Numbers of the first and the last row that were followed; 0 for none. */
	readonly from: number;
	readonly through: number;
	readonly rows: number;
	/** The first row that does not hold. */
	readonly fault: ChainFault | null;
	readonly head: ChainHead;
	/** Rows up to and with this number were removed after their time, behind a sealed marker. */
	readonly expiredThrough: number;
	/** Checkpoints and links known from elsewhere that the chain was compared with. */
	readonly compared: number;
	/** Whether the database still refuses to change and remove rows: false is a sign of tampering. */
	readonly guarded: boolean;
	/** Rows that are not sealed yet, and how long the oldest waits, ms. */
	readonly unsealed: { readonly rows: number; readonly oldestAt: number | null; readonly ageMs: number | null };
}

interface Run {
	readonly fault: ChainFault | null;
	readonly from: number;
	readonly link: ChainHead;
	readonly compared: number;
}

/** Rows at or before the end of what was removed have no place there. */
async function checkBeginning(conn: Conn, { base }: ChainEnds): Promise<ChainFault | null> {
	const before = await firstThrough(conn, base.chainSeq);
	if (before !== null) {
		return {
			kind: 'inserted', number: before.chainSeq ?? 0, seq: before.seq,
			message: `Row ${before.chainSeq} stands before the beginning of the chain (${base.chainSeq + 1}).`,
		};
	}
	if (base.chainSeq === 0) return null;
	const found = await findMarker(conn, base.chainSeq);
	const removed = `Rows 1 to ${base.chainSeq} of the chain were removed`;
	if (found === null || found.marker.hash !== base.hash) {
		return { kind: 'removed', number: 1, seq: null, message: `${removed}, and no sealed marker tells of it.` };
	}
	if (found.marker.newest_at > found.entry.at - RETENTION_DAYS * DAY) {
		return { kind: 'removed', number: 1, seq: null, message: `${removed} before they were ${RETENTION_DAYS} days old.` };
	}
	return null;
}

/** The link before the first row to follow, or what is wrong with it. */
async function beginAt(conn: Conn, ends: ChainEnds, from: number): Promise<ChainHead | ChainFault> {
	if (from <= ends.base.chainSeq + 1) return (await checkBeginning(conn, ends)) ?? ends.base;
	const before = await entryAt(conn, from - 1);
	if (before?.hash !== undefined && before.hash !== null) return { chainSeq: from - 1, hash: before.hash };
	if (from > ends.head.chainSeq) return ends.head;
	return { kind: 'removed', number: from - 1, seq: null, message: `Row ${from - 1} of the chain was removed.` };
}

/** Compares what was known of a link with what it is now, in the order of the chain. */
function comparison(known: readonly ChainHead[]) {
	const waiting = [...known].sort((a, b) => a.chainSeq - b.chainSeq);
	let compared = 0;
	let last = 0;
	return {
		count: () => compared,
		against(link: ChainHead): ChainFault | null {
			for (let next = waiting[0]; next !== undefined && next.chainSeq <= link.chainSeq; next = waiting[0]) {
				waiting.shift();
				if (next.chainSeq < link.chainSeq) continue;
				compared += 1;
				if (next.hash !== link.hash) {
					return {
						kind: 'rewritten', number: last + 1, seq: null,
						message: `Row ${link.chainSeq} is not the one that a checkpoint knows: rows were changed and the chain computed anew, somewhere from number ${last + 1} to ${link.chainSeq}.`,
					};
				}
				last = next.chainSeq;
			}
			return null;
		},
		/** What was known and is not there any more: the chain was cut off before it. */
		beyond(link: ChainHead): ChainFault | null {
			const next = waiting.find(({ chainSeq }) => chainSeq > link.chainSeq);
			if (next === undefined) return null;
			return {
				kind: 'removed', number: link.chainSeq + 1, seq: null,
				message: `A checkpoint knows row ${next.chainSeq}, but the chain ends with row ${link.chainSeq}: its end was cut off.`,
			};
		},
	};
}

async function nameBreak(
	conn: Conn,
	found: Parameters<typeof nameFault>[0],
): Promise<ChainFault> {
	const previous = found.entry.previousHash;
	return nameFault(found, {
		head: (await readEnds(conn)).head,
		predecessor: previous === null || previous === '' ? null : await entryWithHash(conn, previous),
		successors: await entriesBehind(conn, found.link.hash),
	});
}

async function follow(kernel: Kernel, ends: ChainEnds, wish: VerifyWish): Promise<Run> {
	const { conn } = kernel;
	const from = Math.max(wish.from ?? 1, ends.base.chainSeq + 1);
	const through = wish.through ?? null;
	const begin = await beginAt(conn, ends, from);
	if ('kind' in begin) return { fault: begin, from, link: ends.base, compared: 0 };
	const checkpoints: readonly Checkpoint[] = await checkpointsFrom(conn, from);
	const known = comparison([...checkpoints, ...(wish.known ?? []).filter(({ chainSeq }) => chainSeq >= from)]);
	let link = begin;
	const result = (fault: ChainFault | null): Run => ({ fault, from, link, compared: known.count() });
	for (;;) {
		const left = through === null ? BATCH : Math.min(BATCH, through - link.chainSeq);
		const entries = left <= 0 ? [] : await chainAfter(conn, link.chainSeq, left);
		for (const entry of entries) {
			const next = followChain(link, [entry]);
			if (isBreak(next)) return result(await nameBreak(conn, next));
			link = next;
			const differs = known.against(link);
			if (differs !== null) return result(differs);
		}
		if (entries.length === left && left > 0) continue;
		if (through !== null && link.chainSeq >= through) return result(null);
		const { head } = await readEnds(conn);
		// Sealed while we looked: take the new links too, if they are there.
		if (head.chainSeq > link.chainSeq && (await chainAfter(conn, link.chainSeq, 1)).length > 0) continue;
		return result(checkEnd(link, head) ?? known.beyond(link));
	}
}

/** Follows the chain, whole or in part, batch by batch, and says where it does not hold. */
export async function verifyChain(kernel: Kernel, wish: VerifyWish): Promise<ChainReport> {
	let ends = await readEnds(kernel.conn);
	let run = await follow(kernel, ends, wish);
	for (let runs = 1; run.fault !== null && runs < RUNS_MAX; runs++) {
		const now = await readEnds(kernel.conn);
		if (now.base.chainSeq === ends.base.chainSeq) break;
		ends = now;
		run = await follow(kernel, ends, wish);
	}
	const tail = await unsealedTail(kernel.conn);
	const rows = Math.max(0, run.link.chainSeq - run.from + 1);
	return {
		ok: run.fault === null,
		from: rows === 0 ? 0 : run.from,
		through: rows === 0 ? 0 : run.link.chainSeq,
		rows,
		fault: run.fault,
		head: (await readEnds(kernel.conn)).head,
		expiredThrough: ends.base.chainSeq,
		compared: run.compared,
		guarded: await isGuarded(kernel.conn, kernel.pool.dialect),
		unsealed: {
			...tail,
			ageMs: tail.oldestAt === null ? null : Math.max(0, kernel.clock.now() - tail.oldestAt),
		},
	};
}
