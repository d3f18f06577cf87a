import type { Conn } from '../db';
import { currentTier } from '../members';
import type { AccountId, MemberId } from '../model';

/** Accounts of the members who are of this tier now. */
export async function accountsOfTier(conn: Conn, tier: string, now: number): Promise<AccountId[]> {
	const rows = await conn<{ id: AccountId; member_id: MemberId }>('accounts').select('id', 'member_id');
	const members = new Set(rows.map((row) => row.member_id));
	const wanted = new Set<MemberId>();
	for (const id of members) if ((await currentTier(conn, id, now)) === tier) wanted.add(id);
	return rows.filter((row) => wanted.has(row.member_id)).map(({ id }) => id);
}

/** Active accounts that are not paper within a stop; those of other tiers are left out by the caller. */
export async function realAccounts(conn: Conn): Promise<{ readonly id: AccountId; readonly memberId: MemberId }[]> {
	const rows = await conn<{ id: AccountId; member_id: MemberId; kind: string; status: string }>('accounts')
		.where({ status: 'active' })
		.whereNot({ kind: 'paper' })
		.select('id', 'member_id');
	return rows.map((row) => ({ id: row.id, memberId: row.member_id }));
}

/** Venues of active accounts. */
export async function activeVenues(conn: Conn): Promise<string[]> {
	const rows = await conn<{ venue: string; status: string }>('accounts')
		.where({ status: 'active' })
		.distinct('venue');
	return rows.map(({ venue }) => venue).sort();
}
