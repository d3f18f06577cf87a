import type { Knex } from 'knex';
import type { Conn, Trx } from '../../db';
import { parseStored, type Decimal, type MemberId, type TradeId } from '../../model';
import {
	toState, type HappeningRow, type LockoutRow, type NewsRow, type StateRow, type StoredRisk,
} from './behaviour.table';
import type { RecordedHappening } from './happening';
import type { BehaviourState } from './state';

/** What is stored of a member. */
export interface StoredBehaviour {
	readonly state: BehaviourState | null;
	readonly foldedTo: number | null;
	/** Latest end of the lockouts that the member ever set. */
	readonly selfLockedUntil: number | null;
}

/** Latest end of the member's own lockouts, over or not; null: there never was one. */
export async function selfLockedUntil(conn: Conn, memberId: MemberId): Promise<number | null> {
	const row = await conn<LockoutRow>('behaviour_lockouts')
		.where({ member_id: memberId })
		.orderBy('until_at', 'desc')
		.first('until_at');
	return row?.until_at ?? null;
}

/** The member's state and lockout, in one statement. */
export async function findBehaviour(conn: Conn, memberId: MemberId): Promise<StoredBehaviour> {
	const latest = conn<LockoutRow>('behaviour_lockouts')
		.where({ member_id: memberId })
		.max('until_at');
	const row: (Pick<StateRow, 'folded_to'> & { state: string | null; locked: number | null }) | undefined =
		await conn('members as m')
			.leftJoin('behaviour_states as s', 's.member_id', 'm.id')
			.where({ 'm.id': memberId })
			.first('s.state', 's.folded_to', { locked: latest });
	const state = row?.state ?? null;
	return {
		state: state === null ? null : toState({ state }),
		foldedTo: row?.folded_to ?? null,
		selfLockedUntil: row?.locked ?? null,
	};
}

/** Stores the state. A trip that is owed stays owed until it is made. */
export async function saveState(
	trx: Trx,
	memberId: MemberId,
	state: BehaviourState,
	more: {
		readonly dueAt: number | null;
		readonly tripDue: boolean;
		readonly now: number;
		readonly policyVersion: string;
	},
): Promise<void> {
	const changing = {
		state: JSON.stringify(state),
		folded_to: more.now,
		due_at: more.dueAt,
		...(more.tripDue ? { trip_due_at: more.now } : {}),
		updated_at: more.now,
		policy_version: more.policyVersion,
	};
	await trx<StateRow>('behaviour_states')
		.insert({ member_id: memberId, trip_due_at: null, ...changing })
		.onConflict('member_id')
		.merge(changing);
}

/** Takes the member's owed trip off, and says whether there was one. */
export async function takeTripDue(trx: Trx, memberId: MemberId): Promise<boolean> {
	const taken = await trx<StateRow>('behaviour_states')
		.where({ member_id: memberId })
		.whereNotNull('trip_due_at')
		.update({ trip_due_at: null });
	return taken > 0;
}

/** Writes down what was folded in. @throws a unique violation when something was already */
export async function insertHappenings(
	trx: Trx,
	memberId: MemberId,
	happenings: readonly RecordedHappening[],
	tradeOf: ReadonlyMap<string, TradeId>,
	now: number,
): Promise<void> {
	if (happenings.length === 0) return;
	await trx<HappeningRow>('behaviour_happenings').insert(
		happenings.map(({ id, at, ...facts }) => ({
			id, member_id: memberId, trade_id: tradeOf.get(id) ?? null, at, folded_at: now, facts: JSON.stringify(facts),
		})),
	);
}

/** Percent risk of the orders that opened these trades, where it was written down. */
export async function storedRisks(
	trx: Trx,
	tradeIds: readonly TradeId[],
): Promise<ReadonlyMap<TradeId, Decimal>> {
	if (tradeIds.length === 0) return new Map();
	const rows = await trx<HappeningRow>('behaviour_happenings')
		.whereIn('trade_id', [...tradeIds])
		.select('trade_id', 'facts');
	return new Map(
		rows.flatMap(({ trade_id: tradeId, facts }): (readonly [TradeId, Decimal])[] => {
			const { riskPercent = null } = parseStored<StoredRisk>(facts);
			return tradeId === null || riskPercent === null ? [] : [[tradeId, riskPercent]];
		}),
	);
}

export async function insertLockout(trx: Trx, row: Omit<LockoutRow, 'seq'>): Promise<void> {
	await trx<LockoutRow>('behaviour_lockouts').insert(row);
}

/** What of a list was folded in already, for `not exists`; `id` gives its id. */
export function folded(conn: Conn, id: Knex.Raw) {
	return conn('behaviour_happenings as h').select(conn.raw('1')).whereRaw('h.id = ?', [id]);
}

/** Events of members' behaviour, as the index on them names them. */
export const TOLD = "(e.type || '') in ('trade.closed', 'stop.loosening')";
/** What an event is folded in by: its trade, else itself. */
export const FOLDED_AS = "case when e.type = 'trade.closed' then e.subject_id else e.event_id end";

/** From when on each kind of news is read; what was folded in since is left out by its id. */
export interface NewsSince {
	/** When it was told, ms UTC: a close is booked at the time of the venue's fill, maybe hours ago. */
	readonly told: number;
	readonly ordered: number;
	/** Days, in whatever zone, on which such orders went out: the index by which they are found. */
	readonly orderDays: readonly string[];
}

/** What happened to a member and is not folded in, in one statement; the order is the caller's. */
export async function readNews(trx: Trx, memberId: MemberId, since: NewsSince): Promise<NewsRow[]> {
	const entries = trx('orders as o')
		.join('trades as p', 'p.id', 'o.trade_id')
		.whereRaw("o.leg = 'entry'")
		.where('o.submitting_at', '>=', since.ordered)
		.where({ 'o.member_id': memberId })
		.whereIn('o.member_day', [...since.orderDays])
		.whereNull('o.replaces')
		.whereNotExists(folded(trx, trx.raw('o.id')))
		.select(
			trx.raw("'entry_ordered' as kind"), 'o.id as id', 'o.submitting_at as at',
			'o.account_id as account_id', 'o.signal_id as signal_id', 'o.trade_id as trade_id',
			trx.raw('null as gross'), trx.raw('null as net'), 'p.initial_risk as risk',
			trx.raw('null as exit_reason'),
		);
	return trx('events as e')
		.leftJoin('trades as t', (on) => {
			on.on('t.id', '=', 'e.subject_id').andOn('e.type', '=', trx.raw("'trade.closed'"));
		})
		.whereRaw(TOLD)
		.where({ 'e.member_id': memberId })
		.where('e.at', '>=', since.told)
		.whereRaw("(t.id is not null or e.type = 'stop.loosening')")
		.whereNotExists(folded(trx, trx.raw(FOLDED_AS)))
		.select(
			trx.raw("case when t.id is null then 'stop_loosened' else 'trade_closed' end as kind"),
			trx.raw(`${FOLDED_AS} as id`), trx.raw('coalesce(t.closed_at, e.at) as at'),
			'e.account_id as account_id', 'e.signal_id as signal_id', 't.id as trade_id',
			't.realised_gross as gross', 't.realised_net as net', 't.initial_risk as risk',
			't.exit_reason as exit_reason',
		)
		.unionAll([entries]);
}
