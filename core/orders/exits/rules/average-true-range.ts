import type { Bar } from '../../../exchange';
import { abs, add, div, max, mul, sub, type Decimal } from '../../../model';

/** Largest of high − low, |high − close before| and |low − close before|. */
function trueRange(bar: Pick<Bar, 'high' | 'low'>, closeBefore: Decimal): Decimal {
	return max(
		sub(bar.high, bar.low),
		abs(sub(bar.high, closeBefore)),
		abs(sub(bar.low, closeBefore)),
	);
}

/**
 * Average true range as J. Welles Wilder defined it (New Concepts in Technical Trading Systems,
 * 1978, "Volatility Index"): the mean of the first `period` true ranges, then
 * (average × (period − 1) + true range) ÷ period for each bar that follows. The first bar only
 * gives the close before the second. Null with fewer than `period` + 1 bars.
 * @param bars closed ones, oldest first
 */
export function averageTrueRange(
	bars: readonly Pick<Bar, 'high' | 'low' | 'close'>[],
	period: number,
): Decimal | null {
	if (bars.length <= period) return null;
	let closeBefore: Decimal | null = null;
	const ranges: Decimal[] = [];
	for (const bar of bars) {
		if (closeBefore !== null) ranges.push(trueRange(bar, closeBefore));
		closeBefore = bar.close;
	}
	let average = div(add(...ranges.slice(0, period)), period);
	for (const range of ranges.slice(period)) {
		average = div(add(mul(average, period - 1), range), period);
	}
	return average;
}
