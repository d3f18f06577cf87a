import type { Conn } from '../../db';
import { parseStored } from '../../model';
import type { Feed } from './feed';
import type { PriceWindow } from './volatility';

interface FeedRow {
	venue: string;
	looked_at: number;
	lost_since: number | null;
	symbol: string;
}

interface PriceWindowRow {
	venue: string;
	symbol: string;
	prices: string;
	updated_at: number;
}

export async function findFeed(conn: Conn, venue: string): Promise<Feed | null> {
	const row = await conn<FeedRow>('feeds').where({ venue }).first();
	if (row === undefined) return null;
	return { venue, lookedAt: row.looked_at, lostSince: row.lost_since, symbol: row.symbol };
}

export async function saveFeed(conn: Conn, feed: Feed): Promise<void> {
	const { venue, lookedAt, lostSince, symbol } = feed;
	const row: FeedRow = { venue, looked_at: lookedAt, lost_since: lostSince, symbol };
	await conn<FeedRow>('feeds').insert(row).onConflict('venue').merge();
}

export async function findWindow(conn: Conn, venue: string, symbol: string): Promise<PriceWindow> {
	const row = await conn<PriceWindowRow>('price_windows').where({ venue, symbol }).first();
	return row === undefined ? [] : parseStored<PriceWindow>(row.prices);
}

export async function saveWindow(
	conn: Conn,
	key: { readonly venue: string; readonly symbol: string },
	window: PriceWindow,
	now: number,
): Promise<void> {
	const { venue, symbol } = key;
	const row: PriceWindowRow = { venue, symbol, prices: JSON.stringify(window), updated_at: now };
	await conn<PriceWindowRow>('price_windows').insert(row).onConflict(['venue', 'symbol']).merge();
}

/** Forgets the prices of symbols that nobody has looked at since `before`, ms UTC. */
export async function forgetWindows(conn: Conn, before: number): Promise<void> {
	await conn<PriceWindowRow>('price_windows').where('updated_at', '<', before).delete();
}
