import { parseStored, type AccountId, type TripId } from '../model';
import type { AccountFlattening, AccountFlattenState, Flattening, FlattenState, Leftover } from './emergency';

/** Columns of `flattenings`. */
export interface FlatteningRow {
	trip_id: TripId;
	state: FlattenState;
	started_at: number;
	entries_done_at: number | null;
	flat_at: number | null;
	told_at: number | null;
	updated_at: number;
}

/** Columns of `flattening_accounts`. */
export interface AccountFlatteningRow {
	trip_id: TripId;
	account_id: AccountId;
	state: AccountFlattenState;
	failures: number;
	next_at: number;
	error: string | null;
	leftovers: string;
	entries_done_at: number | null;
	flat_at: number | null;
	updated_at: number;
}

export function toFlattening(row: FlatteningRow): Flattening {
	return {
		tripId: row.trip_id,
		state: row.state,
		startedAt: row.started_at,
		entriesDoneAt: row.entries_done_at,
		flatAt: row.flat_at,
		toldAt: row.told_at,
		updatedAt: row.updated_at,
	};
}

export function toFlatteningRow(flattening: Flattening): FlatteningRow {
	return {
		trip_id: flattening.tripId,
		state: flattening.state,
		started_at: flattening.startedAt,
		entries_done_at: flattening.entriesDoneAt,
		flat_at: flattening.flatAt,
		told_at: flattening.toldAt,
		updated_at: flattening.updatedAt,
	};
}

export function toAccountFlattening(row: AccountFlatteningRow): AccountFlattening {
	return {
		tripId: row.trip_id,
		accountId: row.account_id,
		state: row.state,
		failures: row.failures,
		nextAt: row.next_at,
		error: row.error,
		leftovers: parseStored<Leftover[]>(row.leftovers),
		entriesDoneAt: row.entries_done_at,
		flatAt: row.flat_at,
		updatedAt: row.updated_at,
	};
}

export function toAccountFlatteningRow(account: AccountFlattening): AccountFlatteningRow {
	return {
		trip_id: account.tripId,
		account_id: account.accountId,
		state: account.state,
		failures: account.failures,
		next_at: account.nextAt,
		error: account.error,
		leftovers: JSON.stringify(account.leftovers),
		entries_done_at: account.entriesDoneAt,
		flat_at: account.flatAt,
		updated_at: account.updatedAt,
	};
}
