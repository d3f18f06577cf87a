import type { AccountId, AccountKind, Decimal, MemberId } from '../model';
import type { Account } from './member';

/** Columns of `accounts`. */
export interface AccountRow {
	id: AccountId;
	member_id: MemberId;
	label: string;
	venue: string;
	kind: AccountKind;
	status: Account['status'];
	currency: string;
	zone: string;
	start_balance: Decimal;
	cash: Decimal;
	realised_net: Decimal;
	risk_day: string;
	day_start_equity: Decimal;
	realised_today: Decimal;
	peak_equity: Decimal;
	equity: Decimal | null;
	equity_at: number | null;
	next_entry_at: number;
	live_enabled_at: number | null;
	live_enabled_by: string | null;
	created_at: number;
	updated_at: number;
}

export function toAccount(row: AccountRow): Account {
	return {
		id: row.id,
		memberId: row.member_id,
		label: row.label,
		venue: row.venue,
		kind: row.kind,
		status: row.status,
		currency: row.currency,
		zone: row.zone,
		startBalance: row.start_balance,
		cash: row.cash,
		realisedNet: row.realised_net,
		riskDay: row.risk_day,
		dayStartEquity: row.day_start_equity,
		realisedToday: row.realised_today,
		peakEquity: row.peak_equity,
		equity: row.equity,
		equityAt: row.equity_at,
		nextEntryAt: row.next_entry_at,
		liveEnabledAt: row.live_enabled_at,
		liveEnabledBy: row.live_enabled_by,
		createdAt: row.created_at,
		updatedAt: row.updated_at,
	};
}

export function toAccountRow(account: Account): AccountRow {
	return {
		id: account.id,
		member_id: account.memberId,
		label: account.label,
		venue: account.venue,
		kind: account.kind,
		status: account.status,
		currency: account.currency,
		zone: account.zone,
		start_balance: account.startBalance,
		cash: account.cash,
		realised_net: account.realisedNet,
		risk_day: account.riskDay,
		day_start_equity: account.dayStartEquity,
		realised_today: account.realisedToday,
		peak_equity: account.peakEquity,
		equity: account.equity,
		equity_at: account.equityAt,
		next_entry_at: account.nextEntryAt,
		live_enabled_at: account.liveEnabledAt,
		live_enabled_by: account.liveEnabledBy,
		created_at: account.createdAt,
		updated_at: account.updatedAt,
	};
}
