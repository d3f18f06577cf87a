import type { AccountId, Decimal, OrderType, Side } from '../model';

/** A tradable pair at a venue with the steps and bounds the venue enforces. */
export interface Market {
	/** Unified name, `BTC/USDT`. */
	readonly symbol: string;
	/** The venue's own name, `BTCUSDT`. */
	readonly id: string;
	readonly base: string;
	/** Currency of prices, values and (on paper) fees. */
	readonly quote: string;
	readonly quantityStep: Decimal;
	readonly priceTick: Decimal;
	readonly minQuantity: Decimal;
	/** Null where the venue states no maximum. */
	readonly maxQuantity: Decimal | null;
	/** Least value of an order, in `quote`. */
	readonly minNotional: Decimal;
}

/** What a venue can do; the rules above ask this, never the venue's name. */
export interface VenueCapabilities {
	/** Orders can be looked up by our client order id: only then may UNKNOWN become FAILED. */
	readonly clientIdLookup: boolean;
	/** Protective stops rest at the venue; without it the engine watches them. */
	readonly restingStop: boolean;
	readonly shortSelling: boolean;
	/** Opening hours. */
	readonly sessions: '24/7';
	readonly orderTypes: readonly OrderType[];
	/** Fee of a taker as percent of the value. */
	readonly takerFeePercent: Decimal;
}

export const VENUE_ORDER_STATES = [
	'OPEN', 'TRIGGERED', 'PARTIALLY_FILLED', 'FILLED', 'CANCELLED', 'REJECTED', 'EXPIRED',
] as const;
export type VenueOrderState = (typeof VENUE_ORDER_STATES)[number];

/** What is asked of a venue. */
export interface SubmitRequest {
	/** Unique per account for ever; a venue never makes two orders of one id. */
	readonly clientOrderId: string;
	/** Unified name. */
	readonly symbol: string;
	readonly side: Side;
	readonly type: OrderType;
	readonly quantity: Decimal;
	/** Limit price; null for market and stop. */
	readonly price: Decimal | null;
	/** Price that wakes a stop; null otherwise. */
	readonly triggerPrice: Decimal | null;
	readonly reduceOnly: boolean;
}

/** An order as the venue sees it. */
export interface VenueOrder extends SubmitRequest {
	readonly venueOrderId: string;
	readonly state: VenueOrderState;
	readonly filledQuantity: Decimal;
	/** The venue's words for a rejection. */
	readonly message: string | null;
}

/** One execution at the venue. */
export interface VenueFill {
	/** The venue's id of this execution, unique per account. */
	readonly venueTradeId: string;
	readonly clientOrderId: string;
	readonly symbol: string;
	readonly side: Side;
	readonly quantity: Decimal;
	readonly price: Decimal;
	/** Positive: paid. */
	readonly fee: Decimal;
	readonly feeCurrency: string;
	/** ms UTC. */
	readonly at: number;
}

/** An order with all its executions so far. */
export interface VenueReport {
	readonly order: VenueOrder;
	readonly fills: readonly VenueFill[];
}

/** The venue's definite "no". */
export interface VenueRejection {
	readonly kind: 'rejected';
	/** The venue's code, upper case. */
	readonly code: string;
	/** The venue's words. */
	readonly message: string;
}

export type SubmitReport = ({ readonly kind: 'accepted' } & VenueReport) | VenueRejection;
export type CancelReport = ({ readonly kind: 'cancelled' } & VenueReport) | VenueRejection;

/** Names one order of ours at the venue. */
export interface OrderRef {
	readonly accountId: AccountId;
	readonly clientOrderId: string;
	/** Unified name; some venues cannot look up without it. */
	readonly symbol: string;
}

/**
 * A venue. Every implementation passes the conformance suite.
 * Any call may throw `VENUE_AMBIGUOUS` (retryable): nobody knows whether it took effect.
 */
export interface Exchange {
	readonly venue: string;
	readonly capabilities: VenueCapabilities;
	markets(): Promise<readonly Market[]>;
	/** The market of a symbol as people write it, or null: exact match only, never a guess. */
	resolve(symbolText: string): Promise<Market | null>;
	/** Whether the venue trades at this time (ms UTC). */
	isOpen(at: number): boolean;
	/** A repeated client order id is answered with the first order, never with a second one. */
	submit(accountId: AccountId, request: SubmitRequest): Promise<SubmitReport>;
	/** `rejected` when there is nothing left to cancel (`ORDER_NOT_OPEN`, `ORDER_NOT_FOUND`). */
	cancel(accountId: AccountId, clientOrderId: string, symbol: string): Promise<CancelReport>;
	/** The order under our id with all fills, or null when the venue never had it. */
	lookup(accountId: AccountId, clientOrderId: string, symbol: string): Promise<VenueReport | null>;
	/** Reports of many working orders at once, brought up to date first; unknown ones are left out. */
	reports(refs: readonly OrderRef[]): Promise<readonly VenueReport[]>;
	openOrders(accountId: AccountId): Promise<readonly VenueOrder[]>;
	/** Totals by asset, held amounts included. */
	balances(accountId: AccountId): Promise<Readonly<Record<string, Decimal>>>;
}
