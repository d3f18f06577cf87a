import type { Conn } from '../../db';
import type { AccountId } from '../../model';

/** Columns of `venue_failures`, without the running number. */
interface VenueFailureRow {
	account_id: AccountId;
	venue: string;
	at: number;
	error: string;
}

export async function insertVenueFailure(conn: Conn, row: VenueFailureRow): Promise<void> {
	await conn<VenueFailureRow>('venue_failures').insert(row);
}

/** How often calls for an account failed, and the last of them. */
export interface VenueFailures {
	readonly accountId: AccountId;
	readonly venue: string;
	readonly count: number;
	readonly lastAt: number;
}

/** Failed calls since `since` (ms UTC), one entry an account. */
export async function venueFailuresSince(conn: Conn, since: number): Promise<VenueFailures[]> {
	const rows = await conn<VenueFailureRow>('venue_failures')
		.where('at', '>', since)
		.groupBy('account_id', 'venue')
		.select('account_id', 'venue')
		.count({ count: '*' })
		.max({ last_at: 'at' });
	return rows.map((row) => ({
		accountId: row.account_id,
		venue: row.venue,
		count: Number(row.count),
		lastAt: Number(row.last_at),
	}));
}

/** Forgets what is older than `before`, ms UTC. */
export async function forgetVenueFailures(conn: Conn, before: number): Promise<void> {
	await conn<VenueFailureRow>('venue_failures').where('at', '<', before).delete();
}
