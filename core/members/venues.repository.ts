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
