import type { Decimal, OrderId, ReduceOnly, Refused } from '../model';
import { abs, gt, isZero, lte, markAs, max, refuse, sign, sub, ZERO } from '../model';
import type { OrderIntent } from './order';
import type { Position } from './trade';

/** An exit that is out: how much it can still close. */
export interface WorkingExit {
	readonly orderId: OrderId;
	readonly remaining: Decimal;
	/** Exits of one group exclude each other, so the group counts once, by its largest. */
	readonly ocoGroup: string | null;
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
	let free = position === null ? ZERO : abs(position.quantity);
	const groups = new Map<string, Decimal>();
	for (const exit of working) {
		if (replaced.has(exit.orderId)) continue;
		if (exit.ocoGroup === null) free = sub(free, exit.remaining);
		else groups.set(exit.ocoGroup, max(groups.get(exit.ocoGroup) ?? ZERO, exit.remaining));
	}
	for (const largest of groups.values()) free = sub(free, largest);
	return max(free, ZERO);
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
