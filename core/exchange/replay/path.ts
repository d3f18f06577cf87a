import { add, div, gte, MINUTE, mul, roundHalfEven, sub, type Decimal } from '../../model';
import type { Bar } from '../bars/bars';
import type { RecordedQuote } from './csv';

/** A recorded quote counts until the next one, for so long at most: behind a gap nobody offers. */
const QUOTE_LIFE = MINUTE;
const PRICE_SCALE = 8;
const TEN_THOUSAND = 10_000;

/** The last of `items`, ordered by time, that is not later than `at`; null before the first. */
export function lastUntil<T extends { readonly at: number }>(items: readonly T[], at: number): T | null {
	let low = 0;
	let high = items.length;
	while (low < high) {
		const middle = (low + high) >> 1;
		const item = items[middle];
		if (item !== undefined && item.at <= at) low = middle + 1;
		else high = middle;
	}
	return items[low - 1] ?? null;
}

/**
 * Price inside a bar, `share` (0 to 1) of the way through it: from the open to the extreme against
 * its direction, to the other extreme, to the close, so that every price of the bar is met.
 */
export function priceWithin(bar: Bar, share: number): Decimal {
	const rising = gte(bar.close, bar.open);
	const path = rising ? [bar.open, bar.low, bar.high, bar.close] : [bar.open, bar.high, bar.low, bar.close];
	const place = Math.min(Math.max(share, 0), 1) * (path.length - 1);
	const index = Math.min(Math.floor(place), path.length - 2);
	const [from = bar.open, to = bar.close] = path.slice(index, index + 2);
	return roundHalfEven(add(from, mul(sub(to, from), (place - index).toFixed(6))), PRICE_SCALE);
}

/** What is offered at a time of the recording, and as of when. */
export interface Offered {
	readonly bid: Decimal;
	readonly ask: Decimal;
	readonly at: number;
}

/** From recorded quotes. */
export function offeredByQuotes(quotes: readonly RecordedQuote[], at: number): Offered | null {
	const last = lastUntil(quotes, at);
	if (last === null) return null;
	return { ...last, at: Math.min(at, last.at + QUOTE_LIFE) };
}

/** From recorded bars, with the half-spread around the price. */
export function offeredByBars(
	bars: readonly Bar[],
	length: number,
	at: number,
	halfSpreadBasisPoints: Decimal,
): Offered | null {
	const bar = lastUntil(bars, at);
	if (bar === null) return null;
	const until = Math.min(at, bar.at + length);
	const price = priceWithin(bar, (until - bar.at) / length);
	const half = roundHalfEven(div(mul(price, halfSpreadBasisPoints), TEN_THOUSAND), PRICE_SCALE);
	return { bid: sub(price, half), ask: add(price, half), at: until };
}
