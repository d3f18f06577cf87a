import {
	add, decimal, DAY, div, gt, isZero, lte, max, min, MINUTE, mul, roundHalfEven, sub, toNumber,
	type Decimal, type RealisticPaperPolicy,
} from '../../model';
import type { PaperHours } from './profile';
import type { Quote } from '../quotes';

const TEN_THOUSAND = decimal(10_000);
/** Decimals of a slippage in basis points. */
const SLIPPAGE_SCALE = 4;
/** 1970-01-01 was a Thursday, the fourth day of its week. */
const FIRST_WEEKDAY = 4;

/** Minutes since midnight UTC. */
function minuteOf(at: number): number {
	return Math.floor((at % DAY) / MINUTE);
}

function within(minute: number, from: number, to: number): boolean {
	return from <= to ? minute >= from && minute < to : minute >= from || minute < to;
}

/** How much busier than usual the time of day is; 1 outside all windows, the largest inside. */
export function timeOfDayFactor(at: number, windows: RealisticPaperPolicy['busyWindows']): number {
	const minute = minuteOf(at);
	return Math.max(1, ...windows.filter(({ from, to }) => within(minute, from, to)).map((w) => w.factor));
}

/** Whether an account with hours trades at this time. */
export function isWithinHours(hours: PaperHours | null, at: number): boolean {
	if (hours === null) return true;
	const minute = minuteOf(at);
	// What goes over midnight belongs to the day on which it began.
	const overnight = hours.from > hours.to && minute < hours.to;
	const day = Math.floor(at / DAY) - (overnight ? 1 : 0);
	const weekday = ((((day + FIRST_WEEKDAY - 1) % 7) + 7) % 7) + 1;
	return hours.days.includes(weekday) && within(minute, hours.from, hours.to);
}

/** What slippage depends on. */
export interface SlippageView {
	/** What is asked of the market. */
	readonly quantity: Decimal;
	/** Of a bar, in the same unit. */
	readonly barVolume: Decimal;
	readonly at: number;
	/** The account's own factor. */
	readonly factor: number;
}

/**
 * Slippage in basis points: 5 × (0.5 + time of day) × √(quantity ÷ bar volume), at most 50, with
 * the policy's numbers. It grows with size and busy times and is never below 0.
 */
export function slippageBasisPoints(view: SlippageView, policy: RealisticPaperPolicy): Decimal {
	const most = decimal(policy.slippageMaxBasisPoints);
	if (lte(view.barVolume, 0)) return most;
	const share = Math.sqrt(toNumber(div(view.quantity, view.barVolume)));
	const busy = policy.slippageBase + timeOfDayFactor(view.at, policy.busyWindows);
	const points = Number(policy.slippageBasisPoints) * busy * share * view.factor;
	return min(roundHalfEven(points.toFixed(SLIPPAGE_SCALE + 2), SLIPPAGE_SCALE), most);
}

/** The quote with at least this half-spread around its middle; a wider one stays as it is. */
export function withSpread(quote: Quote, halfSpread: Decimal): Quote {
	const middle = div(add(quote.bid, quote.ask), 2);
	const half = div(mul(middle, halfSpread), TEN_THOUSAND);
	return { ...quote, bid: min(quote.bid, sub(middle, half)), ask: max(quote.ask, add(middle, half)) };
}

/** Whether a price lies further than `percent` from the middle of the market. */
export function outsideBand(price: Decimal, quote: Quote, percent: number): boolean {
	const middle = div(add(quote.bid, quote.ask), 2);
	const distance = mul(div(max(sub(price, middle), sub(middle, price)), middle), 100);
	return gt(distance, percent);
}

/** Volume of a bar in the base asset, where the source tells none: its value is assumed. */
export function assumedVolume(quote: Quote, policy: RealisticPaperPolicy): Decimal {
	const middle = div(add(quote.bid, quote.ask), 2);
	return isZero(middle) ? decimal(0) : div(policy.assumedBarValue, middle);
}
