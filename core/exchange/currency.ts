import type { Decimal, DecimalInput } from '../model';
import { mul, roundHalfEven, roundUp } from '../model';

/**
 * Decimals to which an amount of each currency is booked. Crypto and the dollar tokens keep 8, as
 * the venues' own ledgers do; money of states keeps its smallest coin.
 */
const SCALES: Readonly<Record<string, number>> = {
	USDT: 8, USDC: 8, BUSD: 8, DAI: 8, BTC: 8, ETH: 8, BNB: 8,
	USD: 2, EUR: 2, GBP: 2, CHF: 2, AUD: 2, CAD: 2, INR: 2,
	JPY: 0, KRW: 0,
};
const OTHER = 8;

/** Decimals of an amount booked in `currency`; 8 for a currency without an entry. */
export function currencyScale(currency: string): number {
	return SCALES[currency] ?? OTHER;
}

/** Value of `quantity` at `price`, rounded once, half-even, to the scale of `currency`. */
export function bookedValue(quantity: DecimalInput, price: DecimalInput, currency: string): Decimal {
	return roundHalfEven(mul(quantity, price), currencyScale(currency));
}

/** A fee in `currency`: rounded up, so that we never think we paid less than we did. */
export function bookedFee(fee: DecimalInput, currency: string): Decimal {
	return roundUp(fee, currencyScale(currency));
}
