import type { Conn } from '../../db';
import { accountsByIds, type Account } from '../../members';
import type { AccountId, MemberId } from '../../model';
import { folded } from './behaviour.repository';
import type { HappeningRow, StateRow } from './behaviour.table';

const idsOf = (rows: readonly { member_id: MemberId }[]): MemberId[] => rows.map((row) => row.member_id);

/** Members of whom something is not folded in yet that happened at or after `since`; some more than once. */
export async function membersWithNews(conn: Conn, since: number): Promise<MemberId[]> {
	const closed: { member_id: MemberId }[] = await conn('trades as t')
		.where('t.closed_at', '>=', since)
		// Not by `state =`: SQLite would read all that ever closed by the index of states.
		.whereNot({ 't.state': 'CANCELLED' })
		.whereNotExists(folded(conn, 't.id'))
		.select('t.member_id as member_id');
	const ordered: { member_id: MemberId }[] = await conn('orders as o')
		.whereRaw("o.leg = 'entry'")
		.where('o.submitting_at', '>=', since)
		.whereNull('o.replaces')
		.whereNotNull('o.trade_id')
		.whereNotExists(folded(conn, 'o.id'))
		.select('o.member_id as member_id');
	const loosened: { member_id: MemberId }[] = await conn('events as e')
		.whereRaw("e.type = 'stop.loosening'")
		.where('e.at', '>=', since)
		.whereNotNull('e.member_id')
		.whereNotExists(folded(conn, 'e.event_id'))
		.select('e.member_id as member_id');
	return [...idsOf(closed), ...idsOf(ordered), ...idsOf(loosened)];
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

/** Forgets what was folded in before `before`, of members whose state is well beyond it. */
export async function forgetHappenings(conn: Conn, before: number, lateMs: number): Promise<number> {
	return conn<HappeningRow>('behaviour_happenings')
		.where('at', '<', before)
		.whereRaw(
			'at < (select s.folded_to - ? from behaviour_states s where s.member_id = behaviour_happenings.member_id)',
			[lateMs],
		)
		.delete();
}
