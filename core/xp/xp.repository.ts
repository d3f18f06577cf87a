import type { Conn, Trx } from '../db';
import { FirecontrolError, type EventId, type MemberId } from '../model';
import {
	toLedgerEntry,
	toStanding,
	toXpDay,
	type DayRow,
	type LedgerEntry,
	type LedgerRow,
	type Standing,
	type TotalsRow,
	type XpDay,
} from './xp.table';

/** The rows that an event has brought a member, oldest first. */
export async function entriesOfEvent(
	conn: Conn,
	memberId: MemberId,
	eventId: EventId,
): Promise<LedgerEntry[]> {
	const rows = await conn<LedgerRow>('xp_ledger')
		.where({ member_id: memberId, source_event: eventId })
		.orderBy('seq');
	return rows.map(toLedgerEntry);
}

/** Appends one row; the unique key (member, rule, source event) refuses a second one. */
export async function appendEntry(trx: Trx, entry: Omit<LedgerEntry, 'seq'>): Promise<LedgerEntry> {
	const rows: { seq: number }[] = await trx('xp_ledger')
		.insert({
			member_id: entry.memberId,
			rule: entry.rule,
			source_event: entry.sourceEvent,
			amount: entry.amount,
			day: entry.day,
			signal_id: entry.signalId,
			account_id: entry.accountId,
			details: JSON.stringify(entry.details),
			at: entry.at,
			policy_version: entry.policyVersion,
		})
		.returning('seq');
	const seq = rows[0]?.seq;
	if (seq === undefined) throw new FirecontrolError('LEDGER_WRITE', 'The XP ledger gave no row number.');
	return { ...entry, seq };
}

/** The member's UTC day, `YYYY-MM-DD`; null before its first counted trade. */
export async function readDay(conn: Conn, memberId: MemberId, day: string): Promise<XpDay | null> {
	const row = await conn<DayRow>('xp_days').where({ member_id: memberId, day }).first();
	return row === undefined ? null : toXpDay(row);
}

/** Replaces the day as a whole; the caller holds the member's lock. */
export async function writeDay(
	trx: Trx,
	memberId: MemberId,
	day: string,
	value: XpDay,
): Promise<void> {
	const row: DayRow = {
		member_id: memberId,
		day,
		closed: value.closed,
		kept: value.kept,
		losing: value.losing,
		honoured: value.honoured,
		plan_total: value.totals.plan_kept,
		stops_total: value.totals.stops_honoured,
		total: value.total,
	};
	await trx<DayRow>('xp_days').insert(row).onConflict(['member_id', 'day']).merge();
}

/** Where the member stands; null before the first award. */
export async function readStanding(conn: Conn, memberId: MemberId): Promise<Standing | null> {
	const row = await conn<TotalsRow>('xp_totals').where({ member_id: memberId }).first();
	return row === undefined ? null : toStanding(row);
}

/** Replaces the standing as a whole; the caller holds the member's lock. */
export async function writeStanding(trx: Trx, memberId: MemberId, value: Standing): Promise<void> {
	const row: TotalsRow = {
		member_id: memberId,
		lifetime: value.lifetime,
		level: value.level,
		rank: value.rank,
		level_peak: value.levelPeak,
		rank_peak: value.rankPeak,
		reached_seq: value.reachedSeq,
		reached_at: value.reachedAt,
	};
	await trx<TotalsRow>('xp_totals').insert(row).onConflict('member_id').merge();
}
