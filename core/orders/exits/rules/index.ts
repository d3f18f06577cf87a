import { atr } from './atr';
import { breakEven } from './break-even';
import type { ExitRule, Look, RuleStep, TradeView } from './exit-rule';
import { session } from './session';
import { timeLimit } from './time-limit';
import { trailingAmount, trailingPercent } from './trailing';

export { averageTrueRange } from './average-true-range';
export type { ExitMethod, ExitRule, Look, RuleStep, TradeView } from './exit-rule';
export { squareOffAt } from './session';

/** What one rule wants now. Pure; whether the stop may move there is decided by the caller. */
export function stepOf(rule: ExitRule, view: TradeView, look: Look): RuleStep {
	switch (rule.method) {
		case 'trailing_percent':
			return trailingPercent(rule, view);
		case 'trailing_amount':
			return trailingAmount(rule, view);
		case 'atr':
			return atr(rule, view, look);
		case 'break_even':
			return breakEven(rule, view);
		case 'time_limit':
			return timeLimit(rule, view, look);
		case 'session':
			return session(rule, view, look);
	}
}
