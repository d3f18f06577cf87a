import type { Conn, Trx } from '../../db';
import type { AccountId, DrillId } from '../../model';
import type { DrillReport } from './drill';
import { toDrill, toDrillRow, type DrillRow } from './drills.table';

export async function insertDrill(trx: Trx, drill: DrillReport, accountId: AccountId): Promise<void> {
	await trx<DrillRow>('drills').insert(toDrillRow(drill, accountId));
}

/** Writes how a drill went. */
export async function saveDrill(trx: Trx, drill: DrillReport, accountId: AccountId): Promise<void> {
	const { id, ...rest } = toDrillRow(drill, accountId);
	await trx<DrillRow>('drills').where({ id }).update(rest);
}

/** Newest first. */
export async function listDrills(conn: Conn, limit: number): Promise<DrillReport[]> {
	const rows = await conn<DrillRow>('drills')
		.orderBy([{ column: 'started_at', order: 'desc' }, { column: 'id', order: 'desc' }])
		.limit(limit);
	return rows.map(toDrill);
}

export async function findDrill(conn: Conn, id: DrillId): Promise<DrillReport | null> {
	const row = await conn<DrillRow>('drills').where({ id }).first();
	return row === undefined ? null : toDrill(row);
}

/** A drill that began since then and has not ended. */
export async function runningDrill(conn: Conn, since: number): Promise<DrillReport | null> {
	const row = await conn<DrillRow>('drills')
		.where({ state: 'RUNNING' satisfies DrillReport['state'] })
		.where('started_at', '>=', since)
		.first();
	return row === undefined ? null : toDrill(row);
}
