import type { Decimal } from '../../model';
import { add, gte, HUNDRED, lt, lte, mul, div, sub } from '../../model';
import type { ExitReason, Trade } from '../trade';

/** How a closed trade counts for discipline. Null: not counted. */
export interface Outcome {
	readonly planKept: boolean | null;
	/** Null also where the trade did not lose. */
	readonly stopHonoured: boolean | null;
}

const PLAN_KEPT: Readonly<Record<ExitReason, boolean | null>> = {
	stop: true,
	trail: true,
	target: true,
	time: true,
	source_close: true,
	// Somebody else's close, or a person's, was not in the plan.
	other_close: false,
	manual: false,
	// Not the member's doing.
	engine: null,
	kill_switch: null,
	reconciliation: null,
};

/** Whether the last exit was no worse than the stop, give or take the slippage that is normal. */
function withinStop(trade: Trade, lastPrice: Decimal, slippagePercent: number): boolean {
	if (trade.stopLoss === null) return false;
	const slip = div(mul(trade.stopLoss, slippagePercent), HUNDRED);
	return trade.side === 'buy'
		? gte(lastPrice, sub(trade.stopLoss, slip))
		: lte(lastPrice, add(trade.stopLoss, slip));
}

/**
 * Judges a closed trade: the plan is kept by its own stop, trail, targets, time limit or its
 * source's close; a stop is honoured when a losing trade (gross below zero) ended by it, or before it.
 * @param lastPrice average price of the order that closed the rest
 */
export function judgeOutcome(
	trade: Trade,
	reason: ExitReason,
	lastPrice: Decimal,
	slippagePercent: number,
): Outcome {
	const planKept = PLAN_KEPT[reason];
	if (planKept === null) return { planKept, stopHonoured: null };
	if (!lt(trade.realisedGross, 0)) return { planKept, stopHonoured: null };
	return {
		planKept,
		stopHonoured: reason === 'stop' || reason === 'trail' || withinStop(trade, lastPrice, slippagePercent),
	};
}
