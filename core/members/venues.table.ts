import type { VenueSide, VenueRecord } from './venue';

/** Columns of `venues`. */
export interface VenueRow {
	name: string;
	ccxt_id: string;
	mode: VenueSide;
	api_url: string | null;
	stream_url: string | null;
	/** Earliest time, ms UTC, at which the next entry may be sent to this venue, whoever's it is. */
	next_entry_at: number;
	created_at: number;
}

export function toVenue(row: VenueRow): VenueRecord {
	return {
		name: row.name,
		ccxtId: row.ccxt_id,
		mode: row.mode,
		apiUrl: row.api_url,
		streamUrl: row.stream_url,
	};
}

export function toVenueRow(venue: VenueRecord, now: number): VenueRow {
	return {
		name: venue.name,
		ccxt_id: venue.ccxtId,
		mode: venue.mode,
		api_url: venue.apiUrl,
		stream_url: venue.streamUrl,
		next_entry_at: 0,
		created_at: now,
	};
}
