import type { Conn, Trx } from '../db';
import type { VenueRecord } from './venue';
import { toVenue, toVenueRow, type VenueRow } from './venues.table';

/** The venue that accounts were connected to under this name; null for none. */
export async function findVenue(conn: Conn, name: string): Promise<VenueRecord | null> {
	const row = await conn<VenueRow>('venues').where({ name }).first();
	return row === undefined ? null : toVenue(row);
}

/** Stores the venue under its name; one that is known takes the new addresses. */
export async function saveVenue(trx: Trx, venue: VenueRecord, now: number): Promise<void> {
	await trx<VenueRow>('venues')
		.insert(toVenueRow(venue, now))
		.onConflict('name')
		.merge(['ccxt_id', 'mode', 'api_url', 'stream_url']);
}

/**
 * Earliest time, ms UTC, at which the next entry may be sent to the venue; its row stays locked until
 * the transaction ends (after the account, before ticket and order). Null: nobody is connected there.
 */
export async function lockVenueEntries(trx: Trx, name: string): Promise<number | null> {
	const row = await trx<VenueRow>('venues').where({ name }).forUpdate().first();
	return row?.next_entry_at ?? null;
}

/** The next entry to the venue waits until then. */
export async function takeVenueEntry(trx: Trx, name: string, nextEntryAt: number): Promise<void> {
	await trx<VenueRow>('venues').where({ name }).update({ next_entry_at: nextEntryAt });
}
