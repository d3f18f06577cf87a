import { createHash } from 'node:crypto';
import { decimal, div, max, min, roundDown, type Decimal } from '../../model';
import { barStart, TIMEFRAME_MS, type Bar, type Bars, type Timeframe } from '../bars/bars';
import { DEMO_SEED, demoPriceMid } from './demo-market';

/** Prices that a bar is made of: open, close and those between. */
const LOOKS = 24;
/** Bars of one answer at most: each is computed anew. */
const MOST = 1_000;
/** Value traded in a minute, in the quote currency: between one and three of these. */
const MINUTE_VALUE = 400_000;

/** A share in [0, 1), the same for the same bar in every process. */
function share(seed: number, symbol: string, at: number): number {
	const digest = createHash('sha256').update(`${seed}|volume|${symbol}|${at}`).digest();
	return digest.readUInt32BE(0) / 2 ** 32;
}

function volumeOf(seed: number, symbol: string, at: number, length: number, price: Decimal): Decimal {
	const minutes = length / TIMEFRAME_MS['1m'];
	const value = Math.round(MINUTE_VALUE * (1 + 2 * share(seed, symbol, at)) * minutes);
	return roundDown(div(value, price), 4);
}

/** One bar of the demo market, or null for a symbol that it does not have. */
export function demoBar(seed: number, symbol: string, timeframe: Timeframe, at: number): Bar | null {
	const length = TIMEFRAME_MS[timeframe];
	const prices: Decimal[] = [];
	for (let look = 0; look < LOOKS; look++) {
		const price = demoPriceMid(seed, symbol, at + Math.floor((look * (length - 1)) / (LOOKS - 1)));
		if (price === null) return null;
		prices.push(price);
	}
	const [open = decimal(0), ...rest] = prices;
	const close = rest.at(-1) ?? open;
	return {
		at,
		open,
		high: max(open, ...rest),
		low: min(open, ...rest),
		close,
		volume: volumeOf(seed, symbol, at, length, close),
	};
}

/** Bars of the demo market, for any venue: pure functions of seed, symbol and time. */
export function createDemoBars(seed: number = DEMO_SEED): Bars {
	return {
		bars: async (_venue, symbol, timeframe, limit, before) => {
			const length = TIMEFRAME_MS[timeframe];
			const end = barStart(timeframe, before);
			const bars: Bar[] = [];
			for (let back = Math.min(limit, MOST); back >= 1; back--) {
				const bar = demoBar(seed, symbol, timeframe, end - back * length);
				if (bar !== null) bars.push(bar);
			}
			return bars;
		},
	};
}
