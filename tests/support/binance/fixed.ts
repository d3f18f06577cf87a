/** Amounts with eight decimals, as the exchange keeps them: 1 is 100,000,000. */
export type Fixed = bigint;

export const ONE: Fixed = 100_000_000n;
const TEXT = /^(\d{1,18})(?:\.(\d+))?$/;

/** Why a text is no amount. */
export type NotFixed = 'malformed' | 'precision';

/** The amount a text names; more than eight decimals are a fault of their own. */
export function readFixed(text: string): Fixed | NotFixed {
	const match = TEXT.exec(text);
	if (match === null) return 'malformed';
	const decimals = (match[2] ?? '').replace(/0+$/, '');
	if (decimals.length > 8) return 'precision';
	return BigInt(match[1] ?? '0') * ONE + BigInt(decimals.padEnd(8, '0'));
}

/** An amount that must be one: for what tests and tables say. */
export function fixed(value: string | number | bigint): Fixed {
	const text = typeof value === 'number' ? plain(value) : String(value);
	const negative = text.startsWith('-');
	const amount = readFixed(negative ? text.slice(1) : text);
	if (typeof amount !== 'bigint') throw new Error(`"${text}" is no amount: ${amount}`);
	return negative ? -amount : amount;
}

function plain(value: number): string {
	const text = String(value);
	return text.includes('e') ? value.toFixed(8) : text;
}

/** With all eight decimals, as the exchange writes amounts. */
export function text(amount: Fixed): string {
	const whole = (amount < 0n ? -amount : amount).toString().padStart(9, '0');
	return `${amount < 0n ? '-' : ''}${whole.slice(0, -8)}.${whole.slice(-8)}`;
}

/** Product, rounded down. */
export const times = (a: Fixed, b: Fixed): Fixed => (a * b) / ONE;

/** Quotient, rounded down. */
export const over = (a: Fixed, b: Fixed): Fixed => (a * ONE) / b;

export const least = (...amounts: readonly Fixed[]): Fixed => amounts.reduce((a, b) => (b < a ? b : a));
export const most = (...amounts: readonly Fixed[]): Fixed => amounts.reduce((a, b) => (b > a ? b : a));

/** The largest multiple of a step that is not above the amount. */
export const floorTo = (amount: Fixed, step: Fixed): Fixed => (step === 0n ? amount : (amount / step) * step);
