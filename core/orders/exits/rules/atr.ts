import { mul } from '../../../model';
import type { ExitRule, Look, RuleStep, TradeView } from './exit-rule';
import { behind } from './trailing';

/** The stop some average true ranges behind the best price; nothing while the range is unknown. */
export function atr(
	rule: Extract<ExitRule, { method: 'atr' }>,
	view: TradeView,
	look: Look,
): RuleStep {
	if (look.atr === null) return null;
	return { kind: 'stop', price: behind(view, mul(look.atr, rule.multiple)) };
}
