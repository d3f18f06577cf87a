import type { Conn } from '../db';
import type { AccountId, MemberId, SignalId } from '../model';
import { toLedgerEntry, type LedgerEntry, type LedgerRow } from './xp.table';

/** A line of the leaderboard. */
export interface BoardEntry {
	/** Place from 1; no two members share one. */
	readonly place: number;
	readonly memberId: MemberId;
	readonly handle: string;
	readonly displayName: string;
	readonly lifetime: number;
	readonly level: number;
	readonly rank: string;
	/** When the lifetime came to its value, ms UTC. */
	readonly reachedAt: number;
}

interface BoardRow {
	member_id: MemberId;
	handle: string;
	display_name: string;
	lifetime: number;
	level: number;
	rank: string;
	reached_at: number;
}

/** The rows that a signal's trades brought, oldest first; on one account (null: of none). */
export async function entriesOfSignal(
	conn: Conn,
	signalId: SignalId,
	accountId: AccountId | null,
): Promise<LedgerEntry[]> {
	const query = conn<LedgerRow>('xp_ledger').where({ signal_id: signalId }).orderBy('seq');
	if (accountId === null) query.whereNull('account_id');
	else query.where({ account_id: accountId });
	return (await query).map(toLedgerEntry);
}

/** A page of the board by lifetime XP; of equals, whoever got there first stands higher. */
export async function readBoard(conn: Conn, limit: number, offset: number): Promise<BoardEntry[]> {
	const rows: BoardRow[] = await conn('xp_totals')
		.join('members', 'members.id', 'xp_totals.member_id')
		.select(
			'xp_totals.member_id',
			'members.handle',
			'members.display_name',
			'xp_totals.lifetime',
			'xp_totals.level',
			'xp_totals.rank',
			'xp_totals.reached_at',
		)
		.orderBy([
			{ column: 'xp_totals.lifetime', order: 'desc' },
			{ column: 'xp_totals.reached_seq', order: 'asc' },
			{ column: 'xp_totals.member_id', order: 'asc' },
		])
		.limit(limit)
		.offset(offset);
	return rows.map((row, index) => ({
		place: offset + index + 1,
		memberId: row.member_id,
		handle: row.handle,
		displayName: row.display_name,
		lifetime: row.lifetime,
		level: row.level,
		rank: row.rank,
		reachedAt: row.reached_at,
	}));
}
