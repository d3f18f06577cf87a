import type { Conn, Kernel, Trx } from '../db';
import { FirecontrolError } from '../model';
import { chainHash, type AuditEntry, type ChainHead, type NewAuditEntry } from './audit';
import { toAuditEntry, type AuditHeadRow, type AuditRow } from './audit.table';

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
		subject_id: entry.subjectId ?? null,
		correlation_id: entry.correlationId ?? null,
		policy_version: kernel.rules.version,
		details: JSON.stringify(entry.details),
	});
}

function headOf(row: AuditHeadRow | undefined): ChainHead {
	if (row !== undefined) return { chainSeq: row.chain_seq, hash: row.hash };
	throw new FirecontrolError(
		'AUDIT_HEAD_MISSING',
		'The last link of the audit chain is gone from the table audit_head. Restore the database from a backup.',
	);
}

/** The last link, locked until the transaction ends, so that only one process seals at a time. */
export async function lockHead(trx: Trx): Promise<ChainHead> {
	return headOf(await trx<AuditHeadRow>('audit_head').where({ id: 1 }).forUpdate().first());
}

export async function readHead(conn: Conn): Promise<ChainHead> {
	return headOf(await conn<AuditHeadRow>('audit_head').where({ id: 1 }).first());
}

/** Entries not sealed yet, oldest first. One that committed late is simply found next time. */
export async function unsealed(trx: Trx, limit: number): Promise<AuditEntry[]> {
	const rows = await trx<AuditRow>('audit').whereNull('chain_seq').orderBy('seq').limit(limit);
	return rows.map(toAuditEntry);
}

/** Hangs the entries on the chain in the given order and moves the last link. */
export async function sealEntries(
	trx: Trx,
	head: ChainHead,
	entries: readonly AuditEntry[],
): Promise<ChainHead> {
	let link = head;
	for (const entry of entries) {
		const chainSeq = link.chainSeq + 1;
		const hash = chainHash(entry, chainSeq, link.hash);
		await trx<AuditRow>('audit')
			.where({ seq: entry.seq })
			.update({ chain_seq: chainSeq, previous_hash: link.hash, hash });
		link = { chainSeq, hash };
	}
	await trx<AuditHeadRow>('audit_head')
		.where({ id: 1 })
		.update({ chain_seq: link.chainSeq, hash: link.hash });
	return link;
}
