import { DAY, HOUR, MINUTE, type Decimal } from '../../model';

/** Lengths of bars, ms. Each begins on a whole multiple of its length since 1970, UTC. */
export const TIMEFRAME_MS = {
	'1m': MINUTE,
	'5m': 5 * MINUTE,
	'15m': 15 * MINUTE,
	'30m': 30 * MINUTE,
	'1h': HOUR,
	'4h': 4 * HOUR,
	'1d': DAY,
} as const;
export type Timeframe = keyof typeof TIMEFRAME_MS;
export const TIMEFRAMES = ['1m', '5m', '15m', '30m', '1h', '4h', '1d'] as const satisfies Timeframe[];

/** Prices and volume of a market over one timeframe. */
export interface Bar {
	/** When it began, ms UTC. */
	readonly at: number;
	readonly open: Decimal;
	readonly high: Decimal;
	readonly low: Decimal;
	readonly close: Decimal;
	/** In the base asset. */
	readonly volume: Decimal;
}

/** Source of price bars. */
export interface Bars {
	/**
	 * The last `limit` bars that were over at `before` (ms UTC), oldest first: fewer, or none, where
	 * there are no more. Never one that is still being made.
	 */
	bars(
		venue: string,
		symbol: string,
		timeframe: Timeframe,
		limit: number,
		before: number,
	): Promise<readonly Bar[]>;
}

/** Where no bars come from. */
export const NO_BARS: Bars = { bars: async () => [] };

/** Whether the text names a timeframe. */
export function isTimeframe(text: string): text is Timeframe {
	return Object.hasOwn(TIMEFRAME_MS, text);
}

/** Beginning of the bar that is being made at `now`, ms UTC: where the last closed one ended. */
export function barStart(timeframe: Timeframe, now: number): number {
	return now - (now % TIMEFRAME_MS[timeframe]);
}

/** The last `limit` of these bars that were over at `before`. */
export function closedBefore(
	bars: readonly Bar[],
	timeframe: Timeframe,
	limit: number,
	before: number,
): readonly Bar[] {
	const closed = bars.filter((bar) => bar.at + TIMEFRAME_MS[timeframe] <= before);
	return limit <= 0 ? [] : closed.slice(-limit);
}
