import { nextClockTime } from '../../../members';
import type { ExitRule, Look, RuleStep, TradeView } from './exit-rule';

type SessionRule = Extract<ExitRule, { method: 'session' }>;

/** The square-off of a trade: the first time after its making at which the clocks show it, ms UTC. */
export function squareOffAt(rule: SessionRule, createdAt: number): number {
	return nextClockTime(rule.zone, rule.at, createdAt);
}

/** Closes the trade at the end of its session. */
export function session(rule: SessionRule, view: TradeView, look: Look): RuleStep {
	return look.now >= squareOffAt(rule, view.createdAt) ? { kind: 'close' } : null;
}
