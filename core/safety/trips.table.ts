import type { TripId } from '../model';
import type { Rearm, Scope, TradingState, Trip, TripCause } from './trading-state';

/** Columns of `trips`. */
export interface TripRow {
	id: TripId;
	scope: Scope;
	scope_id: string | null;
	symbol: string | null;
	state: TradingState;
	cause: TripCause;
	reason: string;
	rearm: Rearm;
	rearm_at: number | null;
	opened_by: string;
	opened_at: number;
	cleared_by: string | null;
	cleared_at: number | null;
	clear_reason: string | null;
	healthy_since: number | null;
	policy_version: string;
}

/** Columns of `trading_latch`: one row that every change of the trading state locks. */
export interface LatchRow {
	id: number;
	version: number;
}

export function toTrip(row: TripRow): Trip {
	return {
		id: row.id,
		scope: row.scope,
		scopeId: row.scope_id,
		symbol: row.symbol,
		state: row.state,
		cause: row.cause,
		reason: row.reason,
		rearm: row.rearm,
		rearmAt: row.rearm_at,
		openedBy: row.opened_by,
		openedAt: row.opened_at,
		clearedBy: row.cleared_by,
		clearedAt: row.cleared_at,
		clearReason: row.clear_reason,
		healthySince: row.healthy_since,
		policyVersion: row.policy_version,
	};
}

export function toTripRow(trip: Trip): TripRow {
	return {
		id: trip.id,
		scope: trip.scope,
		scope_id: trip.scopeId,
		symbol: trip.symbol,
		state: trip.state,
		cause: trip.cause,
		reason: trip.reason,
		rearm: trip.rearm,
		rearm_at: trip.rearmAt,
		opened_by: trip.openedBy,
		opened_at: trip.openedAt,
		cleared_by: trip.clearedBy,
		cleared_at: trip.clearedAt,
		clear_reason: trip.clearReason,
		healthy_since: trip.healthySince,
		policy_version: trip.policyVersion,
	};
}
