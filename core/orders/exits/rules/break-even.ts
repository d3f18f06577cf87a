import { abs, isZero, mul, sub } from '../../../model';
import type { ExitRule, RuleStep, TradeView } from './exit-rule';
import { gained } from './trailing';

/**
 * The stop at the entry price once the profit has been `afterR` times the distance from the entry
 * to the first stop. Without a first stop there is no such distance.
 */
export function breakEven(
	rule: Extract<ExitRule, { method: 'break_even' }>,
	view: TradeView,
): RuleStep {
	if (view.initialStop === null) return null;
	const risk = abs(sub(view.entryPrice, view.initialStop));
	if (isZero(risk) || !gained(view, mul(risk, rule.afterR))) return null;
	return { kind: 'stop', price: view.entryPrice };
}
