import { decimal } from '../../model';
import { barStart, closedBefore, TIMEFRAME_MS, type Bar, type Bars, type Timeframe } from './bars';

/**
 * A venue's candles as ccxt gives them: rows of time (ms UTC), open, high, low, close, volume;
 * the last one may still be in the making.
 */
export type FetchCandles = (
	venue: string,
	symbol: string,
	timeframe: Timeframe,
	since: number,
	limit: number,
) => Promise<readonly (readonly (number | undefined)[])[]>;

/** Null for a row with a gap in it: a bar is whole or it is none. */
function barOf(row: readonly (number | undefined)[]): Bar | null {
	const [at, open, high, low, close, volume] = row;
	if (at === undefined || open === undefined || high === undefined) return null;
	if (low === undefined || close === undefined) return null;
	if (![at, open, high, low, close].every((value) => Number.isFinite(value))) return null;
	return {
		at,
		open: decimal(open),
		high: decimal(high),
		low: decimal(low),
		close: decimal(close),
		volume: decimal(volume ?? 0),
	};
}

/** Bars of live venues' public data. */
export function createVenueBars(fetchCandles: FetchCandles): Bars {
	return {
		bars: async (venue, symbol, timeframe, limit, before) => {
			const since = barStart(timeframe, before) - limit * TIMEFRAME_MS[timeframe];
			// One more than wanted: the bar in the making comes with them.
			const rows = await fetchCandles(venue, symbol, timeframe, since, limit + 1);
			const bars = rows.map(barOf).filter((bar) => bar !== null);
			return closedBefore(bars.sort((a, b) => a.at - b.at), timeframe, limit, before);
		},
	};
}
