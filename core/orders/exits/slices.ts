import type { Market } from '../../exchange';
import {
	add, div, floorToStep, gt, isZero, lt, min, mul, toNumber, type Decimal,
} from '../../model';
import { entryPrice } from '../booking/positions';
import type { Trade } from '../trade';

/** Most of the quantity that one closing order takes, or null where nothing bounds it. */
function mostAtOnce(trade: Trade, market: Market, sliceNotional: Decimal): Decimal | null {
	const bounds = market.maxQuantity === null ? [] : [market.maxQuantity];
	const price = entryPrice(trade);
	if (trade.closeReason === 'kill_switch' && price !== null && !isZero(price)) {
		bounds.push(div(sliceNotional, price));
	}
	const [first, ...rest] = bounds;
	return first === undefined ? null : min(first, ...rest);
}

/**
 * How much of `free` the next closing order takes: all of it, unless the venue takes no order as
 * large or the kill switch closes more than one slice is worth (at the entry price). Then what is
 * left is cut into equal parts, so that no part is too small for the venue.
 */
export function sliceOf(
	trade: Trade,
	free: Decimal,
	market: Market,
	sliceNotional: Decimal,
): Decimal {
	const most = mostAtOnce(trade, market, sliceNotional);
	if (most === null || isZero(most) || !gt(free, most)) return free;
	const parts = Math.ceil(toNumber(div(free, most)));
	const part = floorToStep(div(free, parts), market.quantityStep);
	const price = entryPrice(trade);
	const small = lt(part, market.minQuantity) ||
		(price !== null && lt(mul(part, price), market.minNotional));
	if (small) return free;
	// Rounded up by a step, the parts add up to all of it; the venue's maximum stays the maximum.
	const whole = add(part, market.quantityStep);
	const fits = lt(mul(part, parts), free) && !(gt(whole, free) || gt(whole, most));
	return fits ? whole : part;
}
