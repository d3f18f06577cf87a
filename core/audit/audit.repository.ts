import { isUniqueViolation, type Conn, type Dialect, type Kernel, type Trx } from '../db';
import { chainHash, type AuditEntry, type ChainHead, type NewAuditEntry } from './audit';
import { detailsText } from './details';
import { headMissing, linkTaken, sealingDisturbed } from './audit.errors';
import { toAuditEntry, type AuditHeadRow, type AuditRow, type CheckpointRow } from './audit.table';

/** Empty text says as little as none; exports could not tell them apart. */
const orNull = <T extends string>(text: T | null | undefined): T | null =>
	text === undefined || text === '' ? null : text;

/** Appends an entry in the transaction of the change it tells of. It is sealed a little later. */
export async function appendAudit(
	trx: Trx,
	kernel: Pick<Kernel, 'clock' | 'rules'>,
	entry: NewAuditEntry,
): Promise<void> {
	await trx<AuditRow>('audit').insert({
		at: kernel.clock.now(),
		actor: entry.actor,
		action: entry.action,
		subject_id: orNull(entry.subjectId),
		correlation_id: orNull(entry.correlationId),
		member_id: orNull(entry.memberId),
		account_id: orNull(entry.accountId),
		policy_version: kernel.rules.version,
		details: detailsText(entry.details),
	});
}

/** Both ends of the chain: the last link, and the last one that was removed after its time. */
export interface ChainEnds {
	readonly head: ChainHead;
	readonly base: ChainHead;
}

function endsOf(row: AuditHeadRow | undefined): ChainEnds {
	if (row === undefined) throw headMissing();
	return {
		head: { chainSeq: row.chain_seq, hash: row.hash },
		base: { chainSeq: row.base_seq, hash: row.base_hash },
	};
}

/** Both ends, locked until the transaction ends, so that only one process seals at a time. */
export async function lockEnds(trx: Trx): Promise<ChainEnds> {
	return endsOf(await trx<AuditHeadRow>('audit_head').where({ id: 1 }).forUpdate().first());
}

export async function readEnds(conn: Conn): Promise<ChainEnds> {
	return endsOf(await conn<AuditHeadRow>('audit_head').where({ id: 1 }).first());
}

/**
 * Entries not sealed yet that nothing can come before any more, in their order. In PostgreSQL an
 * entry gets its number when it is written and is seen when it commits: only what transactions wrote
 * that ended before the oldest running one is taken (an epoch ahead of this server's was restored
 * from another one). In SQLite there is one writer at a time.
 */
export async function unsealed(trx: Trx, dialect: Dialect, limit: number): Promise<AuditEntry[]> {
	const query = trx<AuditRow>('audit').whereNull('chain_seq').orderBy(['epoch', 'seq']).limit(limit);
	if (dialect === 'postgres') {
		void query.whereRaw(
			`(epoch < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
			or epoch >= pg_snapshot_xmax(pg_current_snapshot())::text::bigint)`,
		);
	}
	return (await query).map(toAuditEntry);
}

/**
 * One statement for any number of rows, whose text is always the same. The plus keeps SQLite from
 * looking through all unsealed rows for each one.
 */
const SEAL = {
	sqlite: `update audit set chain_seq = v.n, previous_hash = v.p, hash = v.h from (
		select json_extract(value, '$[0]') as s, json_extract(value, '$[1]') as n,
			json_extract(value, '$[2]') as p, json_extract(value, '$[3]') as h from json_each(?)
		) as v where audit.seq = v.s and +audit.chain_seq is null`,
	postgres: `update audit set chain_seq = v.n, previous_hash = v.p, hash = v.h from (
		select (value ->> 0)::bigint as s, (value ->> 1)::bigint as n, value ->> 2 as p, value ->> 3 as h
			from json_array_elements(?::json)
		) as v where audit.seq = v.s and audit.chain_seq is null`,
} satisfies Record<Dialect, string>;

/** How many rows a raw statement changed, as both drivers say it. */
function changesOf(answer: { rowCount?: number | null; changes?: number | bigint }): number {
	return Number(answer.rowCount ?? answer.changes ?? 0);
}

/**
 * Hangs the entries on the chain in the given order and moves the last link.
 * @throws FirecontrolError `AUDIT_SEALING_DISTURBED`, `AUDIT_LINK_TAKEN`
 */
export async function sealEntries(
	trx: Trx,
	dialect: Dialect,
	head: ChainHead,
	entries: readonly AuditEntry[],
): Promise<ChainHead> {
	let link = head;
	const links: (readonly [number, number, string, string])[] = [];
	for (const entry of entries) {
		const chainSeq = link.chainSeq + 1;
		const hash = chainHash(entry, chainSeq, link.hash);
		links.push([entry.seq, chainSeq, link.hash, hash]);
		link = { chainSeq, hash };
	}
	try {
		const sealed = changesOf(await trx.raw(SEAL[dialect], [JSON.stringify(links)]));
		if (sealed !== entries.length) throw sealingDisturbed(entries.length, sealed);
	} catch (error) {
		throw isUniqueViolation(error) ? linkTaken(head.chainSeq + 1) : error;
	}
	await trx<AuditHeadRow>('audit_head')
		.where({ id: 1 })
		.update({ chain_seq: link.chainSeq, hash: link.hash });
	return link;
}

/** Rows that are not sealed yet, and since when the oldest waits, ms UTC. */
export interface UnsealedTail {
	readonly rows: number;
	readonly oldestAt: number | null;
}

export async function unsealedTail(conn: Conn): Promise<UnsealedTail> {
	const found: { rows: number | string; oldest: number | null }[] = await conn<AuditRow>('audit')
		.whereNull('chain_seq')
		.select(conn.raw('count(*) as rows'), conn.raw('min(at) as oldest'));
	return { rows: Number(found[0]?.rows ?? 0), oldestAt: found[0]?.oldest ?? null };
}

/** What the chain's end was at some time. */
export interface Checkpoint extends ChainHead {
	/** Ms UTC. */
	readonly at: number;
}

const toCheckpoint = ({ chain_seq: chainSeq, hash, at }: CheckpointRow): Checkpoint => ({ chainSeq, hash, at });

export async function insertCheckpoint(trx: Trx, { chainSeq, hash, at }: Checkpoint): Promise<void> {
	await trx<CheckpointRow>('audit_checkpoints').insert({ chain_seq: chainSeq, hash, at });
}

export async function lastCheckpoint(conn: Conn): Promise<Checkpoint | null> {
	const row = await conn<CheckpointRow>('audit_checkpoints').orderBy('chain_seq', 'desc').first();
	return row === undefined ? null : toCheckpoint(row);
}

/** Checkpoints at or behind this number, in order: one a day. */
export async function checkpointsFrom(conn: Conn, chainSeq: number): Promise<Checkpoint[]> {
	const rows = await conn<CheckpointRow>('audit_checkpoints')
		.where('chain_seq', '>=', chainSeq)
		.orderBy('chain_seq');
	return rows.map(toCheckpoint);
}

/**
 * Removes the entries up to and with `through`, whose hash the chain then begins behind. The guard of
 * the database refuses what is younger than 1,827 days. Says how many there were.
 */
export async function removeThrough(trx: Trx, through: ChainHead): Promise<number> {
	await trx<AuditHeadRow>('audit_head')
		.where({ id: 1 })
		.update({ base_seq: through.chainSeq, base_hash: through.hash });
	return trx<AuditRow>('audit').where('chain_seq', '<=', through.chainSeq).delete();
}
