import { div, floorToStep, gt, lt, max, mul, sub, ZERO, type Decimal } from '../model';
import type { BindingCap } from './risk';

/** One reason why a size may not grow: `limit` is used up by `perUnit` for every unit. */
export interface SizeCap {
	readonly cap: Exclude<BindingCap, 'given'>;
	readonly limit: Decimal;
	readonly perUnit: Decimal;
}

/** A size and the cap that decided it. */
export interface Size {
	readonly quantity: Decimal;
	readonly bindingCap: Exclude<BindingCap, 'given'>;
}

/**
 * The largest multiple of `step` with quantity × `perUnit` ≤ `limit`, exactly; 0 for none. The
 * quotient is rounded at 24 decimals, so the product decides.
 */
export function largestWithin(limit: Decimal, perUnit: Decimal, step: Decimal): Decimal {
	if (!gt(limit, ZERO)) return ZERO;
	const quantity = floorToStep(div(limit, perUnit), step);
	return gt(mul(quantity, perUnit), limit) ? max(ZERO, sub(quantity, step)) : quantity;
}

/** The size that all caps allow, floored to `step`; among equals the first cap is named. */
export function sizeWithin(first: SizeCap, others: readonly SizeCap[], step: Decimal): Size {
	const sizeOf = ({ cap, limit, perUnit }: SizeCap): Size => ({
		quantity: largestWithin(limit, perUnit, step),
		bindingCap: cap,
	});
	return others.map(sizeOf).reduce((least, size) => (lt(size.quantity, least.quantity) ? size : least), sizeOf(first));
}
