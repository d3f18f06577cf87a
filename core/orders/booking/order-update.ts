import type { VenueOrder } from '../../exchange';
import type { Decimal } from '../../model';
import {
	add, div, FirecontrolError, gt, isoTime, lt, max, mul, reasonText, sub, ZERO,
} from '../../model';
import type { Order, OrderStep } from '../order';
import { isTerminal, transition, type OrderEvent } from '../order-state';

/** An order on its way through a transaction, with the steps it took there. */
export interface MovingOrder {
	readonly order: Order;
	readonly steps: readonly OrderStep[];
}

/** What can still fill; never negative. */
export function remaining(order: Pick<Order, 'quantity' | 'filledQuantity'>): Decimal {
	return max(sub(order.quantity, order.filledQuantity), ZERO);
}

/** What a step may change besides the state. */
export type OrderChange = Partial<
	Pick<Order, 'code' | 'lookups' | 'memberDay' | 'message' | 'venueOrderId'>
>;

/**
 * Moves the order by one event of the table and notes the step.
 * @throws FirecontrolError `ORDER_TRANSITION`
 */
export function move(
	moving: MovingOrder,
	event: OrderEvent,
	now: number,
	change: OrderChange = {},
	detail: string | null = null,
): MovingOrder {
	const { order } = moving;
	const next = transition(order.state, order.pending, event);
	const moved: Order = {
		...order,
		...change,
		...next,
		submittingAt: event === 'Submit' ? now : order.submittingAt,
		submittedAt: isTaken(next.state) ? (order.submittedAt ?? now) : order.submittedAt,
		closedAt: isTerminal(next.state) ? (order.closedAt ?? now) : null,
		updatedAt: now,
	};
	const step = { at: now, from: order.state, event, to: next.state, detail };
	return { order: moved, steps: [...moving.steps, step] };
}

function isTaken(state: Order['state']): boolean {
	return ['SUBMITTED', 'OPEN', 'TRIGGERED', 'PARTIALLY_FILLED', 'FILLED'].includes(state);
}

/** One execution, its fee in the account's currency. */
export interface CountedFill {
	readonly quantity: Decimal;
	readonly price: Decimal;
	readonly fee: Decimal;
}

/**
 * Counts a new execution. The caller has made sure that it was not counted before.
 * @throws FirecontrolError `ORDER_OVERFILLED` when the venue reports more than was ordered
 */
export function countFill(moving: MovingOrder, fill: CountedFill, now: number): MovingOrder {
	const { order } = moving;
	const filledQuantity = add(order.filledQuantity, fill.quantity);
	if (gt(filledQuantity, order.quantity)) {
		throw new FirecontrolError(
			'ORDER_OVERFILLED',
			`The venue reports ${filledQuantity} filled of an order for ${order.quantity} ${order.symbol}. Compare the account with the venue.`,
			{ details: { order_id: order.id, client_order_id: order.clientOrderId } },
		);
	}
	const filledValue = add(order.filledValue, mul(fill.quantity, fill.price));
	const counted: Order = {
		...order,
		filledQuantity,
		filledValue,
		averagePrice: div(filledValue, filledQuantity),
		fees: add(order.fees, fill.fee),
	};
	const event = lt(filledQuantity, order.quantity) ? 'PartialFill' : 'Fill';
	const detail = `${fill.quantity} @ ${fill.price}`;
	return move({ ...moving, order: counted }, event, now, {}, detail);
}

/** Orders that the venue can have taken without our having heard of it. */
function awaitsAcceptance(state: Order['state']): boolean {
	return state === 'SUBMITTING' || state === 'UNKNOWN' || state === 'FAILED';
}

/**
 * The venue's report shows that it has the order: takes it as accepted, unless it is known to be. An
 * entry that was given up holds no capacity any more, and somebody may have ordered it anew: what of
 * it still works is taken back.
 */
export function acknowledge(moving: MovingOrder, venue: VenueOrder, now: number): MovingOrder {
	const known = { venueOrderId: venue.venueOrderId };
	if (!awaitsAcceptance(moving.order.state) || venue.state === 'REJECTED') {
		return { ...moving, order: { ...moving.order, ...known } };
	}
	const taken = move(moving, 'Accept', now, known);
	if (moving.order.state !== 'FAILED' || moving.order.reduceOnly) return taken;
	return move(taken, 'CancelRequest', now, {}, 'it was given up before');
}

/** Code and text that go with an event of the venue. */
export function statusChange(order: Order, venue: VenueOrder, event: OrderEvent): OrderChange {
	if (event === 'Reject') return { code: 'VENUE_REJECTED', message: venue.message };
	if (event === 'Expire' && order.expiresAt !== null) {
		const context = { expires_at: isoTime(order.expiresAt) };
		return { code: 'ORDER_EXPIRED', message: reasonText('ORDER_EXPIRED', context) };
	}
	if (event === 'Cancel' && order.pending === 'replace') {
		return { code: 'ORDER_REPLACED', message: reasonText('ORDER_REPLACED', {}) };
	}
	return {};
}

/** Whether the engine asked for its cancel because its time was over. */
function wasTakenBack(order: Order, now: number): boolean {
	return order.pending === 'cancel' && order.expiresAt !== null && order.expiresAt <= now;
}

/**
 * The event that the venue's own state of an order means to us, or null for no news. What is filled
 * is told by executions alone, never by the state. An order that the engine took back at its time
 * has expired, although its venue only knows of a cancel.
 */
export function statusEvent(order: Order, venue: VenueOrder, now = 0): OrderEvent | null {
	const over = isTerminal(order.state);
	switch (venue.state) {
		case 'OPEN':
			return order.state === 'SUBMITTED' ? 'Open' : null;
		case 'TRIGGERED':
			return order.state === 'SUBMITTED' || order.state === 'OPEN' ? 'Trigger' : null;
		case 'CANCELLED':
			return over ? null : wasTakenBack(order, now) ? 'Expire' : 'Cancel';
		case 'EXPIRED':
			return over ? null : 'Expire';
		case 'REJECTED':
			return over ? null : 'Reject';
		case 'PARTIALLY_FILLED':
		case 'FILLED':
			return null;
	}
}
