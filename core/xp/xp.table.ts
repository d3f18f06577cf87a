import { parseStored, type AccountId, type EventId, type MemberId, type SignalId } from '../model';
import type { DayTally, XpRule } from './adherence';

/** One row of the append-only ledger. */
export interface LedgerEntry {
	/** Ascending in order of writing. */
	readonly seq: number;
	readonly memberId: MemberId;
	readonly rule: XpRule;
	readonly sourceEvent: EventId;
	/** XP added; zero or negative where the day's total stayed or fell. */
	readonly amount: number;
	/** UTC day that it belongs to, `2026-11-20`. */
	readonly day: string;
	readonly signalId: SignalId | null;
	readonly accountId: AccountId | null;
	readonly details: LedgerDetails;
	/** ms UTC. */
	readonly at: number;
	readonly policyVersion: string;
}

/** How the amount came about, and where the member stood right after it. */
export interface LedgerDetails {
	readonly tradeId: string;
	/** What the rule is worth for the day after this row. */
	readonly ruleTotal: number;
	/** All rules of the day after this row. */
	readonly dayTotal: number;
	readonly lifetime: number;
	readonly level: number;
	readonly rank: string;
	readonly tally: DayTally;
}

/** Columns of `xp_ledger`. */
export interface LedgerRow {
	seq: number;
	member_id: MemberId;
	rule: XpRule;
	source_event: EventId;
	amount: number;
	day: string;
	signal_id: SignalId | null;
	account_id: AccountId | null;
	details: string;
	at: number;
	policy_version: string;
}

/** Where a member stands; derived from the ledger and kept with it in one transaction. */
export interface Standing {
	readonly lifetime: number;
	readonly level: number;
	readonly rank: string;
	readonly levelPeak: number;
	/** Position of the highest rank ever held. */
	readonly rankPeak: number;
	readonly reachedSeq: number;
	readonly reachedAt: number;
}

/** Columns of `xp_totals`. */
export interface TotalsRow {
	member_id: MemberId;
	lifetime: number;
	level: number;
	rank: string;
	level_peak: number;
	rank_peak: number;
	reached_seq: number;
	reached_at: number;
}

/** A member's UTC day: what was counted and what it came to. */
export interface XpDay extends DayTally {
	readonly totals: Readonly<Record<XpRule, number>>;
	readonly total: number;
}

/** Columns of `xp_days`. */
export interface DayRow {
	member_id: MemberId;
	day: string;
	closed: number;
	kept: number;
	losing: number;
	honoured: number;
	plan_total: number;
	stops_total: number;
	total: number;
}

/** Reads a row of `xp_ledger`. */
export function toLedgerEntry(row: LedgerRow): LedgerEntry {
	return {
		seq: row.seq,
		memberId: row.member_id,
		rule: row.rule,
		sourceEvent: row.source_event,
		amount: row.amount,
		day: row.day,
		signalId: row.signal_id,
		accountId: row.account_id,
		details: parseStored<LedgerDetails>(row.details),
		at: row.at,
		policyVersion: row.policy_version,
	};
}

/** Reads a row of `xp_totals`. */
export function toStanding(row: TotalsRow): Standing {
	return {
		lifetime: row.lifetime,
		level: row.level,
		rank: row.rank,
		levelPeak: row.level_peak,
		rankPeak: row.rank_peak,
		reachedSeq: row.reached_seq,
		reachedAt: row.reached_at,
	};
}

/** Reads a row of `xp_days`. */
export function toXpDay(row: DayRow): XpDay {
	const { closed, kept, losing, honoured, total } = row;
	const totals = { plan_kept: row.plan_total, stops_honoured: row.stops_total };
	return { closed, kept, losing, honoured, totals, total };
}
