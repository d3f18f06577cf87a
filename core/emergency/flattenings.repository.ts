import type { Conn, Trx } from '../db';
import type { TripId } from '../model';
import type { AccountFlattening, Flattening } from './emergency';
import {
	toAccountFlattening, toAccountFlatteningRow, toFlattening, toFlatteningRow,
	type AccountFlatteningRow, type FlatteningRow,
} from './flattenings.table';

/** Begins the flattening of a trip; one that has begun stays as it is. */
export async function beginFlattening(
	trx: Trx,
	flattening: Flattening,
	accounts: readonly AccountFlattening[],
): Promise<void> {
	await trx<FlatteningRow>('flattenings')
		.insert(toFlatteningRow(flattening))
		.onConflict('trip_id')
		.ignore();
	for (const account of accounts) await addAccount(trx, account);
}

/** Adds an account to a flattening; one that is there stays as it is. */
export async function addAccount(conn: Conn, account: AccountFlattening): Promise<void> {
	await conn<AccountFlatteningRow>('flattening_accounts')
		.insert(toAccountFlatteningRow(account))
		.onConflict(['trip_id', 'account_id'])
		.ignore();
}

/** Flattenings of these trips, by trip. */
export async function flatteningsOf(
	conn: Conn,
	tripIds: readonly TripId[],
): Promise<Map<TripId, Flattening>> {
	const rows = await conn<FlatteningRow>('flattenings').whereIn('trip_id', [...tripIds]);
	return new Map(rows.map((row) => [row.trip_id, toFlattening(row)]));
}

/** The flattening of a trip, locked until the transaction ends, or null. */
export async function lockFlattening(trx: Trx, tripId: TripId): Promise<Flattening | null> {
	const row = await trx<FlatteningRow>('flattenings').where({ trip_id: tripId }).forUpdate().first();
	return row === undefined ? null : toFlattening(row);
}

export async function saveFlattening(trx: Trx, flattening: Flattening): Promise<void> {
	const { trip_id, ...rest } = toFlatteningRow(flattening);
	await trx<FlatteningRow>('flattenings').where({ trip_id }).update(rest);
}

/** Accounts of these flattenings, by account. */
export async function accountsOfFlattenings(
	conn: Conn,
	tripIds: readonly TripId[],
): Promise<AccountFlattening[]> {
	const rows = await conn<AccountFlatteningRow>('flattening_accounts')
		.whereIn('trip_id', [...tripIds])
		.orderBy(['trip_id', 'account_id']);
	return rows.map(toAccountFlattening);
}

/**
 * Notes how far an account has come. One that was released stays so, whatever a turn has seen before.
 * @returns whether it was noted
 */
export async function saveAccountFlattening(conn: Conn, account: AccountFlattening): Promise<boolean> {
	const { trip_id, account_id, ...rest } = toAccountFlatteningRow(account);
	const changed = await conn<AccountFlatteningRow>('flattening_accounts')
		.where({ trip_id, account_id })
		.whereNot({ state: 'RELEASED' })
		.update(rest);
	return changed > 0;
}
