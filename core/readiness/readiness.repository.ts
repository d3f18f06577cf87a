import type { Conn, Trx } from '../db';
import type { AccountId, MemberId } from '../model';
import type { StoredReadiness } from './readiness';
import {
	toOverride, toOverrideRow, toReadinessRow, toStoredReadiness, type OverrideRow,
	type ReadinessOverride, type ReadinessRow,
} from './readiness.table';

/** Stores the score in place of an earlier one of the same account and source. */
export async function saveReadiness(conn: Conn, stored: StoredReadiness): Promise<void> {
	await conn<ReadinessRow>('readiness_scores')
		.insert(toReadinessRow(stored))
		.onConflict(['account_id', 'source'])
		.merge();
}

/** Scores of a source on the member's paper accounts, the best first. */
export async function scoresOfMember(
	conn: Conn,
	memberId: MemberId,
	source: string,
): Promise<StoredReadiness[]> {
	const rows: ReadinessRow[] = await conn('readiness_scores')
		.join('accounts', 'accounts.id', 'readiness_scores.account_id')
		.where({ 'accounts.member_id': memberId, 'accounts.kind': 'paper', 'readiness_scores.source': source })
		.select('readiness_scores.*')
		.orderBy([{ column: 'score', order: 'desc' }, { column: 'computed_at', order: 'desc' }]);
	return rows.map(toStoredReadiness);
}

export async function insertOverride(trx: Trx, override: ReadinessOverride): Promise<void> {
	await trx<OverrideRow>('readiness_overrides').insert(toOverrideRow(override));
}

/** The last word about this source on this account, whether or not it still counts. */
export async function latestOverride(
	conn: Conn,
	accountId: AccountId,
	source: string,
): Promise<ReadinessOverride | null> {
	const row = await conn<OverrideRow>('readiness_overrides')
		.where({ account_id: accountId, source })
		.orderBy([{ column: 'created_at', order: 'desc' }, { column: 'id', order: 'desc' }])
		.first();
	return row === undefined ? null : toOverride(row);
}
