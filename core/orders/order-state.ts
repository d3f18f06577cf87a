import { FirecontrolError } from '../model';

export const ORDER_STATES = [
	/** Written, not sent. */
	'CREATED',
	/** Our own rules refused to send it. */
	'DENIED',
	/** Being sent; from here on the venue may have it. */
	'SUBMITTING',
	/** The venue took it. */
	'SUBMITTED',
	/** Working at the venue. */
	'OPEN',
	/** A stop that was woken and works now. */
	'TRIGGERED',
	'PARTIALLY_FILLED',
	'FILLED',
	'CANCELLED',
	/** The venue's definite no. */
	'REJECTED',
	'EXPIRED',
	/** Certainly not at the venue. */
	'FAILED',
	/** Nobody knows whether the venue has it. */
	'UNKNOWN',
] as const;
export type OrderState = (typeof ORDER_STATES)[number];

/** What was asked of the venue and not answered yet. */
export const PENDING_REQUESTS = ['none', 'cancel', 'replace'] as const;
export type PendingRequest = (typeof PENDING_REQUESTS)[number];

export const ORDER_EVENTS = [
	'Deny', 'Submit', 'Accept', 'Open', 'Trigger', 'PartialFill', 'Fill', 'CancelRequest',
	'CancelReject', 'Cancel', 'ReplaceRequest', 'ReplaceReject', 'Replace', 'Reject', 'Expire', 'Fail',
	'Lose',
] as const;
export type OrderEvent = (typeof ORDER_EVENTS)[number];

type Row = Partial<Record<OrderEvent, OrderState>>;

/** Reports about an order that is over: news of earlier stages arrives late and changes nothing. */
const late = <S extends OrderState>(state: S) =>
	({ Accept: state, Open: state, Trigger: state, CancelReject: state, ReplaceReject: state }) as const;

/** How a working order can end. */
const ends = { Fill: 'FILLED', Cancel: 'CANCELLED', Expire: 'EXPIRED' } as const;

/** Requests leave the state alone; what is asked for is kept in `pending`. */
const requests = <S extends OrderState>(state: S) =>
	({
		CancelRequest: state,
		CancelReject: state,
		ReplaceRequest: state,
		ReplaceReject: state,
		Replace: state,
	}) as const;

/**
 * Every legal (state, event) pair and the state that follows. What is not here is an error.
 * Fills are idempotent by the venue's trade id before they come here, so a fill is never repeated.
 */
export const TRANSITIONS: Readonly<Record<OrderState, Row>> = {
	CREATED: { Deny: 'DENIED', Submit: 'SUBMITTING', Cancel: 'CANCELLED' },
	DENIED: {},
	SUBMITTING: {
		...ends,
		Accept: 'SUBMITTED',
		// The stream may be faster than the answer to our request.
		Open: 'OPEN',
		Trigger: 'TRIGGERED',
		PartialFill: 'PARTIALLY_FILLED',
		Reject: 'REJECTED',
		Fail: 'FAILED',
		Lose: 'UNKNOWN',
		// Flattening cancels orders that are on their way.
		CancelRequest: 'SUBMITTING',
		CancelReject: 'SUBMITTING',
	},
	SUBMITTED: {
		...requests('SUBMITTED'),
		...ends,
		Accept: 'SUBMITTED',
		Open: 'OPEN',
		Trigger: 'TRIGGERED',
		PartialFill: 'PARTIALLY_FILLED',
		// Some venues take an order first and refuse it a moment later.
		Reject: 'REJECTED',
	},
	OPEN: {
		...requests('OPEN'),
		...ends,
		// The acceptance arrives after the book's own message.
		Accept: 'OPEN',
		Open: 'OPEN',
		Trigger: 'TRIGGERED',
		PartialFill: 'PARTIALLY_FILLED',
		// A resting stop that is refused when it wakes, a limit that the venue removes.
		Reject: 'REJECTED',
	},
	TRIGGERED: {
		...requests('TRIGGERED'),
		...ends,
		Accept: 'TRIGGERED',
		Open: 'TRIGGERED',
		Trigger: 'TRIGGERED',
		PartialFill: 'PARTIALLY_FILLED',
		Reject: 'REJECTED',
	},
	PARTIALLY_FILLED: {
		...requests('PARTIALLY_FILLED'),
		...ends,
		PartialFill: 'PARTIALLY_FILLED',
		// Acknowledgements that a fill has overtaken.
		Accept: 'PARTIALLY_FILLED',
		Open: 'PARTIALLY_FILLED',
		Trigger: 'PARTIALLY_FILLED',
	},
	FILLED: {
		...late('FILLED'),
		// A cancel or expiry that crossed with the last fill, or its second copy.
		Cancel: 'FILLED',
		Expire: 'FILLED',
		Replace: 'FILLED',
	},
	CANCELLED: {
		...late('CANCELLED'),
		Cancel: 'CANCELLED',
		// The end of its day comes for an order that is gone already.
		Expire: 'CANCELLED',
		// Fills that were on their way when the cancel was confirmed: money moved, so they count.
		PartialFill: 'CANCELLED',
		Fill: 'FILLED',
	},
	REJECTED: { ...late('REJECTED'), Reject: 'REJECTED', Cancel: 'REJECTED' },
	EXPIRED: {
		...late('EXPIRED'),
		Expire: 'EXPIRED',
		// Venues that cancel what expires say both.
		Cancel: 'EXPIRED',
		// As after a cancel.
		PartialFill: 'EXPIRED',
		Fill: 'FILLED',
	},
	FAILED: {
		// Five lookups found nothing, and then the venue has it after all: the venue is right.
		Accept: 'SUBMITTED',
		Open: 'OPEN',
		Trigger: 'TRIGGERED',
		PartialFill: 'PARTIALLY_FILLED',
		...ends,
		Reject: 'FAILED',
		// A second finding of the same.
		Fail: 'FAILED',
	},
	UNKNOWN: {
		...ends,
		Accept: 'SUBMITTED',
		Open: 'OPEN',
		Trigger: 'TRIGGERED',
		PartialFill: 'PARTIALLY_FILLED',
		Reject: 'REJECTED',
		Fail: 'FAILED',
		// Cancelled as soon as it turns up.
		CancelRequest: 'UNKNOWN',
		CancelReject: 'UNKNOWN',
	},
};

/** What each request may follow on, and what is pending after it or its answer. */
const PENDING: Partial<
	Record<OrderEvent, { readonly from: readonly PendingRequest[]; readonly to: PendingRequest }>
> = {
	// A cancel may be asked for again, and it outranks a replace that is not answered.
	CancelRequest: { from: ['none', 'cancel', 'replace'], to: 'cancel' },
	ReplaceRequest: { from: ['none'], to: 'replace' },
	// Answers may come twice, or after the order went on: then nothing is pending any more.
	CancelReject: { from: ['none', 'cancel'], to: 'none' },
	ReplaceReject: { from: ['none', 'replace'], to: 'none' },
	Replace: { from: ['none', 'replace'], to: 'none' },
};

/** States in which the venue can do nothing more with the order by itself. */
const TERMINAL: ReadonlySet<OrderState> = new Set([
	'DENIED', 'FILLED', 'CANCELLED', 'REJECTED', 'EXPIRED', 'FAILED',
]);

/** Whether the order is over (a late fill can still arrive). */
export function isTerminal(state: OrderState): boolean {
	return TERMINAL.has(state);
}

/** Working states: everything that is not over. */
export const WORKING_STATES: readonly OrderState[] = ORDER_STATES.filter(
	(state) => !isTerminal(state),
);

/** Where an order stands. */
export interface OrderStanding {
	readonly state: OrderState;
	readonly pending: PendingRequest;
}

/**
 * The standing after `event`.
 * @throws FirecontrolError `ORDER_TRANSITION` for every pair that is not in the table
 */
export function transition(
	state: OrderState,
	pending: PendingRequest,
	event: OrderEvent,
): OrderStanding {
	const to = TRANSITIONS[state][event];
	const rule = PENDING[event];
	// An answer to the request that a cancel replaced meanwhile leaves the cancel pending.
	const overtaken = pending === 'cancel' && (event === 'Replace' || event === 'ReplaceReject');
	const fits = rule === undefined || overtaken || rule.from.includes(pending);
	if (to === undefined || !fits) {
		throw new FirecontrolError(
			'ORDER_TRANSITION',
			`An order that is ${state} (pending ${pending}) cannot take the event ${event}.`,
			{ details: { state, pending, event } },
		);
	}
	if (isTerminal(to)) return { state: to, pending: 'none' };
	return { state: to, pending: rule === undefined || overtaken ? pending : rule.to };
}

/** Whether the table has this pair. */
export function canTake(standing: OrderStanding, event: OrderEvent): boolean {
	try {
		transition(standing.state, standing.pending, event);
		return true;
	} catch {
		return false;
	}
}
