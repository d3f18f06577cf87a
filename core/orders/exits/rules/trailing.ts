import { add, div, gte, HUNDRED, lte, mul, sub, type Decimal } from '../../../model';
import type { ExitRule, RuleStep, TradeView } from './exit-rule';

/** The price this far behind the best one. */
export function behind(view: Pick<TradeView, 'side' | 'best'>, distance: Decimal): Decimal {
	return view.side === 'buy' ? sub(view.best, distance) : add(view.best, distance);
}

/** Whether the best price was this much better than the entry. */
export function gained(view: TradeView, profit: Decimal): boolean {
	return view.side === 'buy'
		? gte(view.best, add(view.entryPrice, profit))
		: lte(view.best, sub(view.entryPrice, profit));
}

const part = (whole: Decimal, percent: Decimal): Decimal => div(mul(whole, percent), HUNDRED);

/** The stop a share of the best price behind it, once the profit has reached the activation. */
export function trailingPercent(
	rule: Extract<ExitRule, { method: 'trailing_percent' }>,
	view: TradeView,
): RuleStep {
	const { percent, activation } = rule;
	if (activation !== null && !gained(view, part(view.entryPrice, activation))) return null;
	return { kind: 'stop', price: behind(view, part(view.best, percent)) };
}

/** The stop an amount of the quote currency behind the best price. */
export function trailingAmount(
	rule: Extract<ExitRule, { method: 'trailing_amount' }>,
	view: TradeView,
): RuleStep {
	if (rule.activation !== null && !gained(view, rule.activation)) return null;
	return { kind: 'stop', price: behind(view, rule.amount) };
}
