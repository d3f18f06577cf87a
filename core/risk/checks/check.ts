import {
	decimal, reasonText, roundDown, type Decimal, type ReasonCode, type ReasonContext, type Refused,
} from '../../model';
import type { OrderPlan } from '../plan';
import type { CheckOutcome, CheckResult } from '../risk';
import type { RiskSnapshot } from '../snapshot';

/**
 * One rule of the gate: pure, over the snapshot and the order planned from it. To add a rule, write
 * a file like the others and put its name into the list in `index.ts`.
 */
export type Check = (snapshot: RiskSnapshot, plan: OrderPlan) => CheckResult;

/** What was compared, and what else the text of the code needs. */
export interface Finding {
	readonly limit?: string | number | null;
	readonly observed?: string | number | null;
	readonly context?: ReasonContext;
}

/** Decimals shown to people; comparisons are made before, with all digits. */
const SHOWN_SCALE = 8;

/** An amount, price or quantity as people read it: cut, never rounded up over a limit. */
export function shown(value: Decimal): string {
	return roundDown(value, SHOWN_SCALE);
}

/** A ratio or percentage as people read it. */
export function shownRatio(value: Decimal): string {
	return roundDown(value, 4);
}

function result(check: string, code: ReasonCode, outcome: CheckOutcome, finding: Finding): CheckResult {
	const limit = finding.limit ?? null;
	const observed = finding.observed ?? null;
	return {
		check,
		code,
		result: outcome,
		limit: limit === null ? null : String(limit),
		observed: observed === null ? null : String(observed),
		message: reasonText(code, { limit, observed, ...finding.context }),
	};
}

export function pass(check: string, finding: Finding = {}): CheckResult {
	return result(check, 'OK', 'pass', finding);
}

export function warn(check: string, code: ReasonCode, finding: Finding = {}): CheckResult {
	return result(check, code, 'warn', finding);
}

export function block(check: string, code: ReasonCode, finding: Finding = {}): CheckResult {
	return result(check, code, 'block', finding);
}

/** Blocks because an input is missing; the code is that of the input. */
export function deny(check: string, missing: Refused): CheckResult {
	const { limit, observed } = missing.context;
	return {
		check,
		code: missing.code,
		result: 'block',
		limit: limit === undefined || limit === null ? null : String(limit),
		observed: observed === undefined || observed === null ? null : String(observed),
		message: missing.message,
	};
}

/** Marks a block that would be none if nothing else were open or reserved on the account. */
export function ifCapacity(blocked: CheckResult, passesAlone: boolean): CheckResult {
	return passesAlone ? { ...blocked, capacity: true } : blocked;
}

/** A number of the policy as decimal. */
export const policyNumber = (value: number): Decimal => decimal(value);
