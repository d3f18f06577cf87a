import type { Conn } from '../../db';
import type { AccountId } from '../../model';
import type { TripCause } from '../../safety';

interface IdRow {
	id: AccountId;
}

/** Active accounts, by id. */
export async function activeAccountIds(conn: Conn): Promise<AccountId[]> {
	const rows = await conn<IdRow & { status: string }>('accounts')
		.where({ status: 'active' })
		.orderBy('id')
		.select('id');
	return rows.map(({ id }) => id);
}

/** Active accounts at a venue. */
export async function accountIdsAt(conn: Conn, venue: string): Promise<AccountId[]> {
	const rows = await conn<IdRow & { status: string; venue: string }>('accounts')
		.where({ status: 'active', venue })
		.orderBy('id')
		.select('id');
	return rows.map(({ id }) => id);
}

/** When the last stop of each of these accounts by this cause ended, ms UTC. */
export async function lastRearms(
	conn: Conn,
	cause: TripCause,
): Promise<Map<AccountId, number>> {
	const rows: { scope_id: AccountId; at: number }[] = await conn('trips')
		.where({ scope: 'account', cause })
		.whereNotNull('cleared_at')
		.groupBy('scope_id')
		.select('scope_id')
		.max({ at: 'cleared_at' });
	return new Map(rows.map((row) => [row.scope_id, Number(row.at)]));
}

/** Symbols that were judged since (ms UTC), with the venue of the account. */
export async function symbolsJudgedSince(
	conn: Conn,
	since: number,
): Promise<{ readonly venue: string; readonly symbol: string }[]> {
	return conn('verdicts as v')
		.join('accounts as a', 'a.id', 'v.account_id')
		.where('v.created_at', '>', since)
		.where({ 'v.action': 'open' })
		.distinct('a.venue', 'v.symbol');
}
