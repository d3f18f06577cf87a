import type { Conn } from '../db';
import { currentTier, memberAccounts } from '../members';
import type { MemberId } from '../model';
import type { Person } from './permission';

/** The member as the kill switch sees them; null for an operator. */
export async function personOf(conn: Conn, by: MemberId | null, now: number): Promise<Person | null> {
	if (by === null) return null;
	const accounts = await memberAccounts(conn, by);
	return {
		memberId: by,
		tier: await currentTier(conn, by, now),
		accountIds: accounts.map(({ id }) => id),
	};
}
