import { isTimeframe, TIMEFRAMES } from '../../exchange';
import { isClockTime, isZone } from '../../members';
import { gt, isStorableDecimal, lt, decimal, refuse, type Decimal, type Refused } from '../../model';
import type { ExitMethod, ExitRule } from './rules';

/** Every kind of rule, for lists to choose from. */
export const EXIT_METHODS = [
	'trailing_percent', 'trailing_amount', 'atr', 'break_even', 'time_limit', 'session',
] as const satisfies ExitMethod[];

/** A rule as people write it: numbers as text or number, what is empty is left out. */
export interface ExitRuleInput {
	readonly method: string;
	readonly percent?: unknown;
	readonly amount?: unknown;
	readonly activation?: unknown;
	readonly multiple?: unknown;
	readonly period?: unknown;
	readonly timeframe?: unknown;
	readonly afterR?: unknown;
	readonly minutes?: unknown;
	readonly at?: unknown;
	readonly zone?: unknown;
}

const MINUTES_MAX = 60 * 24 * 366;
const PERIOD_MAX = 200;

/** What is wrong with one field. */
class Problem extends Error {}

const empty = (value: unknown): boolean => value === undefined || value === null || value === '';

function positive(value: unknown, name: string, below: number | null = null): Decimal {
	const text = typeof value === 'number' || typeof value === 'string' ? String(value).trim() : '';
	if (!isStorableDecimal(text) || !gt(text, 0) || (below !== null && !lt(text, below))) {
		const range = below === null ? 'above 0' : `above 0 and below ${below}`;
		throw new Problem(`"${name}" must be a number ${range}, and was "${text}".`);
	}
	return decimal(text);
}

function whole(value: unknown, name: string, most: number): number {
	const number = Number(value);
	if (Number.isInteger(number) && number >= 1 && number <= most) return number;
	throw new Problem(`"${name}" must be a whole number from 1 to ${most}, and was "${String(value)}".`);
}

function wordOf<W extends string>(value: unknown, name: string, is: (text: string) => text is W, hint: string): W {
	const text = String(value ?? '');
	if (is(text)) return text;
	throw new Problem(`"${name}" must be ${hint}, and was "${text}".`);
}

const isTime = (text: string): text is string => isClockTime(text);
const isZoneName = (text: string): text is string => text !== '' && isZone(text);

function ruleOf(input: ExitRuleInput): ExitRule {
	const activation = (below: number | null): Decimal | null =>
		empty(input.activation) ? null : positive(input.activation, 'activation', below);
	switch (input.method) {
		case 'trailing_percent':
			return {
				method: input.method,
				percent: positive(input.percent, 'percent', 100),
				activation: activation(1000),
			};
		case 'trailing_amount':
			return {
				method: input.method,
				amount: positive(input.amount, 'amount'),
				activation: activation(null),
			};
		case 'atr':
			return {
				method: input.method,
				multiple: positive(empty(input.multiple) ? 2 : input.multiple, 'multiple', 100),
				period: whole(empty(input.period) ? 14 : input.period, 'period', PERIOD_MAX),
				timeframe: wordOf(
					empty(input.timeframe) ? '5m' : input.timeframe, 'timeframe', isTimeframe,
					`one of ${TIMEFRAMES.join(', ')}`,
				),
			};
		case 'break_even':
			return {
				method: input.method,
				afterR: positive(empty(input.afterR) ? 1 : input.afterR, 'afterR', 100),
			};
		case 'time_limit':
			return { method: input.method, minutes: whole(input.minutes, 'minutes', MINUTES_MAX) };
		case 'session':
			return {
				method: input.method,
				at: wordOf(input.at, 'at', isTime, 'a time of day such as 15:15'),
				zone: wordOf(input.zone, 'zone', isZoneName, 'a time zone such as Asia/Kolkata'),
			};
		default:
			throw new Problem(`"${input.method}" is none of ${EXIT_METHODS.join(', ')}.`);
	}
}

/** Reads an exit plan; the refusal `EXIT_PLAN_INVALID` says what is wrong with it. */
export function parseExitRules(inputs: readonly ExitRuleInput[]): ExitRule[] | Refused {
	try {
		return inputs.map(ruleOf);
	} catch (error) {
		if (!(error instanceof Problem)) throw error;
		return refuse('EXIT_PLAN_INVALID', { problem: error.message });
	}
}
