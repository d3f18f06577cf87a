import { MINUTE } from '../../../model';
import type { ExitRule, Look, RuleStep, TradeView } from './exit-rule';

/** Closes the trade so many minutes after its first fill. */
export function timeLimit(
	rule: Extract<ExitRule, { method: 'time_limit' }>,
	view: TradeView,
	look: Look,
): RuleStep {
	return look.now >= view.openedAt + rule.minutes * MINUTE ? { kind: 'close' } : null;
}
