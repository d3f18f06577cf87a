import type { Conn } from '../../db';
import { accountsByIds, type Account } from '../../members';
import type { AccountId, MemberId } from '../../model';
import { folded, FOLDED_AS, TOLD } from './behaviour.repository';
import type { HappeningRow, StateRow } from './behaviour.table';

const idsOf = (rows: readonly { member_id: MemberId }[]): MemberId[] => rows.map((row) => row.member_id);

/** Members of whom something is not folded in yet that was told at or after `since`; some twice. */
export async function membersWithNews(conn: Conn, since: number): Promise<MemberId[]> {
	const told: { member_id: MemberId }[] = await conn('events as e')
		.whereRaw(TOLD)
		.where('e.at', '>=', since)
		.whereNotNull('e.member_id')
		.whereNotExists(folded(conn, conn.raw(FOLDED_AS)))
		.select('e.member_id as member_id');
	const ordered: { member_id: MemberId }[] = await conn('orders as o')
		.whereRaw("o.leg = 'entry'")
		.where('o.submitting_at', '>=', since)
		.whereNull('o.replaces')
		.whereNotNull('o.trade_id')
		.whereNotExists(folded(conn, conn.raw('o.id')))
		.select('o.member_id as member_id');
	return [...idsOf(told), ...idsOf(ordered)];
}

/** Members for whom time alone changes something by `now`. */
export async function membersDue(conn: Conn, now: number): Promise<MemberId[]> {
	return idsOf(await conn<StateRow>('behaviour_states').where('due_at', '<=', now).select('member_id'));
}

/** Members whose trading has to be ended and is not yet. */
export async function membersToTrip(conn: Conn): Promise<MemberId[]> {
	return idsOf(
		await conn<StateRow>('behaviour_states').whereNotNull('trip_due_at').orderBy('trip_due_at').select('member_id'),
	);
}

/** Accounts with something open: only their equity can fall by itself. */
export async function accountsAtRisk(conn: Conn): Promise<Account[]> {
	const rows: { account_id: AccountId }[] = await conn('trades')
		.whereIn('state', ['OPEN', 'CLOSING'])
		.distinct('account_id');
	return accountsByIds(conn, rows.map((row) => row.account_id));
}

/** Forgets what was folded in before `before`, of members whose state was folded well after it. */
export async function forgetHappenings(conn: Conn, before: number, lateMs: number): Promise<number> {
	return conn<HappeningRow>('behaviour_happenings')
		.where('folded_at', '<', before)
		.whereRaw(
			'folded_at < (select s.folded_to - ? from behaviour_states s where s.member_id = behaviour_happenings.member_id)',
			[lateMs],
		)
		.delete();
}
