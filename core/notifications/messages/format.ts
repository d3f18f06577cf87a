import { DateTime } from 'luxon';
import { abs, gte, lt, mul, roundHalfEven, sign, ZERO, type Decimal, type DecimalInput } from '../../model';

/** Decimals of amounts of money. */
const MONEY_SCALE = 2;
/** Amounts below this would vanish at two decimals. */
const SMALL_MONEY = '0.01';
/** Decimals of such amounts, of prices and of quantities. */
const FINE_SCALE = 8;
const PERCENT = '100';
const MINUTES_OF_HOUR = 60;
const MINUTE_MS = 60_000;

/** What the texts need to know about who reads them. */
export interface Reader {
	/** IANA zone in which times are told. */
	readonly zone: string;
}

/** Digits with thousands apart: `60,250.5`. */
export function grouped(value: Decimal, decimalsMin = 0): string {
	const [integer = '0', fraction = ''] = value.split('.');
	const digits = integer.replace(/\B(?=(\d{3})+$)/g, ',');
	const decimals = fraction.padEnd(decimalsMin, '0');
	return decimals === '' ? digits : `${digits}.${decimals}`;
}

/** An amount with its currency: `1,234.50 USDT`; below 0.01 as fine as it is. */
export function money(value: DecimalInput, currency: string): string {
	const scale = gte(abs(value), SMALL_MONEY) ? MONEY_SCALE : FINE_SCALE;
	return `${grouped(roundHalfEven(value, scale), MONEY_SCALE)} ${currency}`.trim();
}

/** An amount with its sign, for results: `+12.00 USDT`, `-3.40 USDT`, `0.00 USDT`. */
export function signedMoney(value: DecimalInput, currency: string): string {
	const text = money(value, currency);
	return sign(value) > 0 ? `+${text}` : text;
}

/** Base and quote of a symbol: `BTC/USDT` → BTC and USDT; empty where the symbol does not tell. */
export function assetsOf(symbol: string): { readonly base: string; readonly quote: string } {
	const [base = '', rest = ''] = symbol.split('/');
	return { base: rest === '' ? '' : base, quote: rest.split(':')[0] ?? '' };
}

/** A price in the symbol's quote currency: `60,250.5 USDT`. */
export function price(value: DecimalInput, symbol: string): string {
	return `${grouped(roundHalfEven(value, FINE_SCALE))} ${assetsOf(symbol).quote}`.trim();
}

/** A quantity in the symbol's base asset: `0.005 BTC`. */
export function quantity(value: DecimalInput, symbol: string): string {
	return `${grouped(roundHalfEven(value, FINE_SCALE))} ${assetsOf(symbol).base}`.trim();
}

/** A share of 1 as percent: `33.33 %`. */
export function percent(share: DecimalInput): string {
	return `${roundHalfEven(mul(share, PERCENT), MONEY_SCALE)} %`;
}

/** A time in the reader's zone: `20 Nov 11:05:09 (Europe/Berlin)`. */
export function time(at: number, { zone }: Reader): string {
	const local = DateTime.fromMillis(at, { zone });
	const told = local.isValid ? local : DateTime.fromMillis(at, { zone: 'utc' });
	return `${told.setLocale('en').toFormat('d LLL HH:mm:ss')} (${told.zoneName ?? 'UTC'})`;
}

/** How long something took: `45 s`, `12 min`, `3 h 05 min`. */
export function duration(milliseconds: number): string {
	if (milliseconds < MINUTE_MS) return `${Math.max(0, Math.round(milliseconds / 1_000))} s`;
	const minutes = Math.round(milliseconds / MINUTE_MS);
	if (minutes < MINUTES_OF_HOUR) return `${minutes} min`;
	const rest = String(minutes % MINUTES_OF_HOUR).padStart(2, '0');
	return `${Math.floor(minutes / MINUTES_OF_HOUR)} h ${rest} min`;
}

/** XP with its sign: `+100 XP`, `-50 XP`. */
export function signedXp(amount: number): string {
	return `${amount > 0 ? '+' : ''}${amount} XP`;
}

/** Whether an amount is a loss. */
export function isLoss(value: DecimalInput): boolean {
	return lt(value, ZERO);
}
