import { parseStored, type AccountId, type Decimal, type MemberId, type SignalId, type TradeId } from '../../model';
import type { ExitReason } from '../../orders';
import type { BehaviourState } from './state';

/** Columns of `behaviour_states`. */
export interface StateRow {
	member_id: MemberId;
	state: string;
	folded_to: number;
	due_at: number | null;
	trip_due_at: number | null;
	updated_at: number;
	policy_version: string;
}

/** Columns of `behaviour_happenings`: what was folded in. */
export interface HappeningRow {
	id: string;
	member_id: MemberId;
	trade_id: TradeId | null;
	at: number;
	folded_at: number;
	facts: string;
}

/** Columns of `behaviour_lockouts`: only ever added to. */
export interface LockoutRow {
	seq: number;
	member_id: MemberId;
	until_at: number;
	reason: string | null;
	actor: string;
	created_at: number;
}

/** One row of what is new: a closed trade, an order that went out, a loosened stop. */
export interface NewsRow {
	kind: 'trade_closed' | 'entry_ordered' | 'stop_loosened';
	id: string;
	at: number;
	account_id: AccountId | null;
	signal_id: SignalId | null;
	trade_id: TradeId | null;
	gross: Decimal | null;
	net: Decimal | null;
	risk: Decimal | null;
	exit_reason: ExitReason | null;
}

/** The part of a happening's facts that a later one needs. */
export interface StoredRisk {
	readonly riskPercent?: Decimal | null;
}

export const toState = (row: Pick<StateRow, 'state'>): BehaviourState => parseStored(row.state);
