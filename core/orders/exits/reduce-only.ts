import type { Decimal, OrderId, ReduceOnly, Refused } from '../../model';
import { abs, add, gt, isZero, lte, markAs, max, refuse, sign, sub, ZERO } from '../../model';
import { groupBy } from '../group';
import type { OrderIntent } from '../order';
import type { Position } from '../trade';

/** An exit that is out: how much it can still close. */
export interface WorkingExit {
	readonly orderId: OrderId;
	readonly remaining: Decimal;
	/** Sides of one group exclude each other, so the group counts once, by its largest side. */
	readonly ocoGroup: string | null;
	/** Exits of one side add up, as the targets of a bracket do; left out: a side of its own. */
	readonly ocoSide?: 'stop' | 'targets';
}

/** How much of the position a group of exits can close at most. */
function largestSide(group: readonly WorkingExit[]): Decimal {
	const sides = groupBy(group, ({ ocoSide, orderId }) => ocoSide ?? orderId);
	return max(ZERO, ...[...sides.values()].map((side) => add(...side.map((exit) => exit.remaining))));
}

/**
 * What may still be closed: the position less what other working exits close already. Exits that
 * the new one replaces or cancels do not count.
 */
export function freeToClose(
	position: Pick<Position, 'quantity'> | null,
	working: readonly WorkingExit[],
	replaced: ReadonlySet<OrderId> = new Set(),
): Decimal {
	const held = position === null ? ZERO : abs(position.quantity);
	const counted = working.filter((exit) => !replaced.has(exit.orderId));
	const groups = groupBy(counted, (exit) => exit.ocoGroup ?? exit.orderId);
	const closing = [...groups.values()].map(largestSide);
	return max(sub(held, add(...closing)), ZERO);
}

const mark = markAs<'ReduceOnly'>();

/**
 * The only maker of reduce-only intents: the intent as one that can only make the position smaller,
 * or the refusal (`NO_OPEN_POSITION`, `CLOSING`).
 */
export function reduceOnly(
	intent: OrderIntent,
	position: Pick<Position, 'quantity'> | null,
	working: readonly WorkingExit[],
	replaced: ReadonlySet<OrderId> = new Set(),
): ReduceOnly<OrderIntent> | Refused {
	const context = { symbol: intent.symbol };
	if (position === null || isZero(position.quantity)) return refuse('NO_OPEN_POSITION', context);
	const closes = sign(position.quantity) > 0 ? 'sell' : 'buy';
	if (intent.side !== closes) return refuse('NO_OPEN_POSITION', context);
	const free = freeToClose(position, working, replaced);
	if (lte(intent.quantity, 0) || gt(intent.quantity, free)) return refuse('CLOSING', context);
	return mark(intent);
}
