import { div, gt, gte, HUNDRED, max, min, MINUTE, mul, SECOND, sub, ZERO, type Decimal, type WatchPolicy } from '../../model';

/** Prices are kept by their extremes within this time, ms. */
const STEP = 10 * SECOND;

/** The extremes of a symbol's price from `at` on, for a step. */
export interface PriceStep {
	readonly at: number;
	readonly low: Decimal;
	readonly high: Decimal;
}

/** Prices of the last minutes, oldest first. */
export type PriceWindow = readonly PriceStep[];

/** The window with one more price; what is older than `minutes` falls out. */
export function withPrice(
	window: PriceWindow,
	at: number,
	price: Decimal,
	minutes: number,
): PriceWindow {
	const step = Math.floor(at / STEP) * STEP;
	const kept = window.filter((each) => each.at + STEP > at - minutes * MINUTE);
	const last = kept.at(-1);
	if (last === undefined || last.at < step) return [...kept, { at: step, low: price, high: price }];
	return [...kept.slice(0, -1), { at: last.at, low: min(last.low, price), high: max(last.high, price) }];
}

/** The widest move within the window, percent of the lower price. */
export function moveOf(window: PriceWindow): Decimal {
	const [first, ...rest] = window;
	if (first === undefined) return ZERO;
	const low = min(first.low, ...rest.map((each) => each.low));
	const high = max(first.high, ...rest.map((each) => each.high));
	return gt(low, ZERO) ? div(mul(sub(high, low), HUNDRED), low) : ZERO;
}

/** A pause that is to be begun, or to last longer. */
export interface VolatilityPause {
	readonly move: Decimal;
	readonly until: number;
}

/** An open pause is made longer in steps of this, not with every price, ms. */
const EXTEND_BY = MINUTE;

/** Whether the symbol moves so much that it is paused; `pausedUntil`: it is already. Pure. */
export function volatilityOf(
	window: PriceWindow,
	now: number,
	pausedUntil: number | null,
	policy: WatchPolicy,
): VolatilityPause | null {
	const move = moveOf(window);
	if (!gte(move, policy.volatilityPercent)) return null;
	const until = now + policy.volatilityPauseMinutes * MINUTE;
	return pausedUntil === null || until - pausedUntil >= EXTEND_BY ? { move, until } : null;
}
