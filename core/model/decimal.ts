import Big from 'big.js';
import { markAs, type Brand } from './brand';
import { FirecontrolError } from './errors';

/**
 * An exact decimal number as canonical text: no exponent, no trailing zeros, no `-0`, no plus sign.
 * Money, prices and quantities are always this, never a float.
 */
export type Decimal = Brand<string, 'Decimal'>;

/** What can be read as a decimal: text (digits are kept exactly) or a finite number. */
export type DecimalInput = Decimal | string | number;

const mark = markAs<'Decimal'>();
/** Scale of intermediate divisions; the database keeps 18 decimals. */
const DIVISION_SCALE = 24;
/** Decimals the database keeps (`NUMERIC(38,18)`). */
export const MAX_SCALE = 18;
/** Digits before the point that the database keeps. */
export const MAX_INTEGER_DIGITS = 20;

const exact = Big();
exact.DP = DIVISION_SCALE;
exact.RM = Big.roundHalfEven;

function big(value: DecimalInput): Big {
	try {
		// big.js reads no plus sign, and senders write one.
		return new exact(typeof value === 'string' ? value.replace(/^\+(?=[\d.])/, '') : value);
	} catch (cause) {
		throw new FirecontrolError('DECIMAL_INVALID', `"${String(value)}" is not a decimal number.`, {
			cause,
		});
	}
}

function canonical(value: Big): Decimal {
	const text = value.toFixed();
	return mark(text === '-0' ? '0' : text);
}

/** Reads a decimal. @throws FirecontrolError `DECIMAL_INVALID` */
export function decimal(value: DecimalInput): Decimal {
	return canonical(big(value));
}

/** Whether the text is a decimal that the database can keep without losing a digit. */
export function isStorableDecimal(text: string): boolean {
	if (!/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?$/.test(text)) return false;
	const [integer = '', fraction = ''] = decimal(text).replace('-', '').split('.');
	return integer.length <= MAX_INTEGER_DIGITS && fraction.length <= MAX_SCALE;
}

export const ZERO: Decimal = decimal(0);
export const ONE: Decimal = decimal(1);
export const HUNDRED: Decimal = decimal(100);

/** Sum of all values; 0 for none. */
export function add(...values: readonly DecimalInput[]): Decimal {
	return canonical(values.reduce<Big>((sum, value) => sum.plus(big(value)), new exact(0)));
}

export function sub(a: DecimalInput, b: DecimalInput): Decimal {
	return canonical(big(a).minus(big(b)));
}

/** Product of all values; 1 for none. */
export function mul(...values: readonly DecimalInput[]): Decimal {
	return canonical(values.reduce<Big>((product, value) => product.times(big(value)), new exact(1)));
}

/** Quotient, half-even at 24 decimals. @throws FirecontrolError `DIVISION_BY_ZERO` */
export function div(a: DecimalInput, b: DecimalInput): Decimal {
	const divisor = big(b);
	if (divisor.eq(0)) throw new FirecontrolError('DIVISION_BY_ZERO', `${String(a)} ÷ 0`);
	return canonical(big(a).div(divisor));
}

export function neg(value: DecimalInput): Decimal {
	return canonical(big(value).neg());
}

export function abs(value: DecimalInput): Decimal {
	return canonical(big(value).abs());
}

/** −1, 0 or 1 as `a` is less than, equal to or greater than `b`. */
export function cmp(a: DecimalInput, b: DecimalInput): -1 | 0 | 1 {
	return big(a).cmp(big(b));
}

export const lt = (a: DecimalInput, b: DecimalInput): boolean => cmp(a, b) < 0;
export const lte = (a: DecimalInput, b: DecimalInput): boolean => cmp(a, b) <= 0;
export const gt = (a: DecimalInput, b: DecimalInput): boolean => cmp(a, b) > 0;
export const gte = (a: DecimalInput, b: DecimalInput): boolean => cmp(a, b) >= 0;
export const eq = (a: DecimalInput, b: DecimalInput): boolean => cmp(a, b) === 0;
export const isZero = (value: DecimalInput): boolean => eq(value, ZERO);
/** −1, 0 or 1. */
export const sign = (value: DecimalInput): -1 | 0 | 1 => cmp(value, ZERO);

export function min(first: DecimalInput, ...rest: readonly DecimalInput[]): Decimal {
	return decimal(rest.reduce((least, value) => (lt(value, least) ? value : least), first));
}

export function max(first: DecimalInput, ...rest: readonly DecimalInput[]): Decimal {
	return decimal(rest.reduce((most, value) => (gt(value, most) ? value : most), first));
}

/** The multiple of `step` next to `value`, towards zero: never above a positive value. */
export function floorToStep(value: DecimalInput, step: DecimalInput): Decimal {
	const given = big(value);
	// By the remainder: a quotient has so many decimals only and might be rounded up to the next.
	return canonical(given.minus(given.mod(big(step))));
}

/** Whether `value` is a whole multiple of `step`. */
export function isMultipleOf(value: DecimalInput, step: DecimalInput): boolean {
	return big(value).mod(big(step)).eq(0);
}

/** Rounds money once, at booking: half-even to `scale` decimals. */
export function roundHalfEven(value: DecimalInput, scale: number): Decimal {
	return canonical(big(value).round(scale, Big.roundHalfEven));
}

/** Rounds away from zero: fees go up, never down. */
export function roundUp(value: DecimalInput, scale: number): Decimal {
	return canonical(big(value).round(scale, Big.roundUp));
}

/** Rounds towards zero: quantities go down, never up. */
export function roundDown(value: DecimalInput, scale: number): Decimal {
	return canonical(big(value).round(scale, Big.roundDown));
}

/** For display and charts only; never compute money with the result. */
export function toNumber(value: DecimalInput): number {
	return big(value).toNumber();
}
