import { MINUTE } from '../../model';
import type { VenueSession } from './session';

/** Candles since a time as rows of time, open, high, low, close, volume; for charts, not for money. */
export async function fetchCandles(
	session: VenueSession,
	symbol: string,
	timeframe: string,
	since: number,
	limit: number,
): Promise<readonly (readonly (number | undefined)[])[]> {
	const listed = (await session.listing()).find(symbol);
	if (listed === null) return [];
	const client = await session.publicClient();
	const rows = await session.ask(
		client,
		async () => client.fetchOHLCV(listed.ccxtSymbol, timeframe, since, limit),
		MINUTE,
	);
	return rows.map((row) => row.map((value) => (value === undefined ? undefined : Number(value))));
}
