import type {
	AccountId,
	Decimal,
	FireMode,
	MemberId,
	OrderId,
	ReasonCode,
	Side,
	SignalAction,
	SignalId,
	TicketId,
	VerdictId,
} from '../model';
import { FirecontrolError } from '../model';
import type { EntryTerms } from '../orders';

/** Everywhere a ticket can be. */
export const TICKET_STATES = [
	'HELD',
	'QUEUED',
	'FIRED',
	'REFUSED',
	'EXPIRED',
	'CANCELLED',
] as const;
/** HELD waits for a person, QUEUED for a slot or capacity; FIRED is or becomes an order. */
export type TicketState = (typeof TICKET_STATES)[number];

/** What can happen to a ticket. */
export type TicketEvent = 'hold' | 'queue' | 'fire' | 'refuse' | 'expire' | 'cancel';

/** A fencing-tokened place among the member's auto slots. */
export interface SlotLease {
	readonly memberId: MemberId;
	/** From 1. */
	readonly number: number;
	/** Grows with every new holder: an older holder can no longer free the slot. */
	readonly token: number;
}

/** One approved signal on one account, on its way to an order. Unique by (signal, account). */
export interface Ticket {
	readonly id: TicketId;
	readonly signalId: SignalId;
	readonly accountId: AccountId;
	readonly memberId: MemberId;
	readonly verdictId: VerdictId;
	readonly action: SignalAction;
	readonly symbol: string;
	readonly side: Side | null;
	readonly mode: FireMode;
	readonly state: TicketState;
	/** Why it is REFUSED, EXPIRED, QUEUED or CANCELLED. */
	readonly code: ReasonCode | null;
	readonly message: string | null;
	/** How its order is to be placed; null: as orders are by default. */
	readonly terms: EntryTerms | null;
	readonly quantity: Decimal | null;
	readonly confidence: Decimal | null;
	/** How often it was gated again on its way to fire. */
	readonly attempt: number;
	readonly orderId: OrderId | null;
	readonly slot: SlotLease | null;
	readonly firedBy: string | null;
	/** Milliseconds UTC, as all times here. */
	readonly firedAt: number | null;
	/** When it was carried out; from then on its state is final. */
	readonly placedAt: number | null;
	readonly expiresAt: number;
	readonly createdAt: number;
	readonly updatedAt: number;
	readonly policyVersion: string;
}

type Row = Partial<Record<TicketEvent, TicketState>>;

/** Every legal (state, event) pair of a ticket; everything else is an error. */
export const TICKET_TABLE: Readonly<Record<TicketState | 'NEW', Row>> = {
	NEW: { hold: 'HELD', queue: 'QUEUED', fire: 'FIRED', refuse: 'REFUSED', expire: 'EXPIRED' },
	HELD: { fire: 'FIRED', refuse: 'REFUSED', expire: 'EXPIRED', cancel: 'CANCELLED' },
	QUEUED: {
		fire: 'FIRED',
		refuse: 'REFUSED',
		expire: 'EXPIRED',
		cancel: 'CANCELLED',
		// The member went back to MANUAL: what waited for a slot now waits for the member.
		hold: 'HELD',
	},
	// A fired ticket without an order yet may still end, or wait again when its reservation died.
	FIRED: { queue: 'QUEUED', refuse: 'REFUSED', expire: 'EXPIRED', cancel: 'CANCELLED' },
	REFUSED: {},
	EXPIRED: {},
	CANCELLED: {},
};

/** States in which a ticket can still become an order. */
export const LIVE_TICKET_STATES = ['HELD', 'QUEUED', 'FIRED'] as const satisfies TicketState[];

/**
 * The state after `event`.
 * @throws FirecontrolError `TICKET_TRANSITION` for a pair that the table does not list
 */
export function nextTicketState(
	from: { readonly state: TicketState | 'NEW'; readonly placedAt: number | null },
	event: TicketEvent,
): TicketState {
	const to = from.placedAt === null ? TICKET_TABLE[from.state][event] : undefined;
	if (to !== undefined) return to;
	const placed = from.placedAt === null ? '' : ' and placed';
	throw new FirecontrolError(
		'TICKET_TRANSITION',
		`A ticket that is ${from.state}${placed} cannot ${event}.`,
		{ details: { state: from.state, event } },
	);
}
