import type {
	AccountId, Decimal, MemberId, OrderId, OrderType, ReduceOnly, ReservationId, Side, SignalId,
	TicketId, TimeInForce, TradeId,
} from '../model';
import type { OrderState, PendingRequest } from './order-state';
import type { EntryTerms } from './entries/terms';

/** One take-profit: its price and its part of the position, parts summing to at most 1. */
export interface Target {
	readonly price: Decimal;
	readonly share: Decimal;
}

/**
 * What somebody wants ordered. Only as `RiskApproved<OrderIntent>` does it open anything, only as
 * `ReduceOnly<OrderIntent>` does it close anything.
 */
export interface OrderIntent {
	readonly accountId: AccountId;
	readonly memberId: MemberId;
	readonly signalId: SignalId | null;
	readonly ticketId: TicketId | null;
	/** Source of the signal: a later `close` of the same source keeps the plan. */
	readonly source: string | null;
	readonly venue: string;
	/** Unified name. */
	readonly symbol: string;
	readonly side: Side;
	readonly type: OrderType;
	readonly quantity: Decimal;
	/** The quantity the signal itself asked for; null when the gate sized it. */
	readonly givenQuantity: Decimal | null;
	/** Limit price, or null. */
	readonly price: Decimal | null;
	readonly triggerPrice: Decimal | null;
	/** Price that size and risk were computed with. */
	readonly referencePrice: Decimal;
	readonly stopLoss: Decimal;
	readonly targets: readonly Target[];
	/** Loss if stopped, fees included, in the account's currency. */
	readonly risk: Decimal;
	/** Cash held for it, in the account's currency. */
	readonly cash: Decimal;
	readonly policyVersion: string;
}

/** `entry`, or what closes: the stop, a target by number, a person or a signal. */
export type Leg = 'entry' | 'stop' | `target${number}` | 'close' | 'external';

/** Who made it: this system, or somebody at the venue. */
export type OrderOrigin =
	| 'SYSTEM'
	| 'EXTERNAL'
	/** Never sent: it books what the venue's balances show. */
	| 'RECONCILIATION';

/** Why an order was made. */
export const ORDER_REASONS = [
	'signal', 'stop', 'trail', 'target', 'time', 'source_close', 'other_close', 'manual', 'engine', 'kill_switch',
	'reconciliation',
] as const;
export type OrderReason = (typeof ORDER_REASONS)[number];

/** What the engine does in place of a venue that cannot, or is not asked to. */
export const EMULATIONS = ['good_till', 'stop', 'target'] as const;
export type Emulation = (typeof EMULATIONS)[number];

/** An order with its running totals. */
export interface Order {
	readonly id: OrderId;
	readonly clientOrderId: string;
	readonly venueOrderId: string | null;
	readonly accountId: AccountId;
	readonly memberId: MemberId;
	readonly signalId: SignalId | null;
	readonly ticketId: TicketId | null;
	/** Null only for an order that was denied before it had a trade. */
	readonly tradeId: TradeId | null;
	readonly origin: OrderOrigin;
	/** By which algorithm it is known to supervisors; null: not made by this system. */
	readonly algoId: string | null;
	readonly leg: Leg;
	readonly source: string | null;
	readonly venue: string;
	readonly symbol: string;
	readonly side: Side;
	readonly type: OrderType;
	readonly quantity: Decimal;
	readonly givenQuantity: Decimal | null;
	readonly price: Decimal | null;
	readonly triggerPrice: Decimal | null;
	readonly reduceOnly: boolean;
	/** As it was chosen; DAY and GTD are GTC at the venue. */
	readonly timeInForce: TimeInForce;
	readonly postOnly: boolean;
	/** When the engine takes back what has not filled, ms UTC; null: never. */
	readonly expiresAt: number | null;
	readonly emulated: readonly Emulation[];
	/** The order that this one was made in place of, and the one made in place of this. */
	readonly replaces: OrderId | null;
	readonly replacedBy: OrderId | null;
	/** Not sent before this order is certainly over; null: nothing to wait for. */
	readonly waitsFor: OrderId | null;
	/** Working orders of one group exclude each other: only one of them can fill. */
	readonly ocoGroup: string | null;
	readonly referencePrice: Decimal | null;
	readonly state: OrderState;
	readonly pending: PendingRequest;
	readonly filledQuantity: Decimal;
	/** Σ quantity × price of its fills, exact. */
	readonly filledValue: Decimal;
	/** For display; null before the first fill. */
	readonly averagePrice: Decimal | null;
	readonly fees: Decimal;
	/** Reason code when denied, rejected or failed. */
	readonly code: string | null;
	readonly message: string | null;
	readonly reason: OrderReason;
	readonly actor: string;
	/** Day of the member's zone on which it reached SUBMITTING (or was made). */
	readonly memberDay: string;
	/** Not before this moment: the account's entry rate. */
	readonly sendAfter: number;
	/** Lookups done while UNKNOWN. */
	readonly lookups: number;
	readonly createdAt: number;
	readonly submittingAt: number | null;
	readonly submittedAt: number | null;
	readonly closedAt: number | null;
	readonly updatedAt: number;
	readonly policyVersion: string;
}

/** One step of an order, as it happened. */
export interface OrderStep {
	readonly at: number;
	readonly from: OrderState;
	readonly event: string;
	readonly to: OrderState;
	readonly detail: string | null;
}

/** Options of a new entry. */
export interface EntryOptions {
	/** Reservation that becomes the trade's; null when nothing was reserved. */
	readonly reservationId: ReservationId | null;
	readonly actor: string;
	/** How it is ordered and its trade left; good till cancelled unless given. */
	readonly terms?: EntryTerms;
	/** The caller sends it right after its commit, if it may go out then. */
	readonly sendNow?: boolean;
}

/** An entry, and whether the call that made it is the one that sends it after its commit. */
export interface MadeEntry {
	readonly order: Order;
	readonly toSend: boolean;
}

/** An intent that can only make a position smaller. */
export type ExitIntent = ReduceOnly<OrderIntent>;
