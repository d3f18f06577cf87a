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
	/** The venue lists it and does not trade it now. */
	readonly halted?: true;
}

/** How long an order works at the venue. DAY and GTD are kept by the engine, on GTC orders. */
export const VENUE_TIMES_IN_FORCE = ['GTC', 'IOC', 'FOK'] as const;
export type VenueTimeInForce = (typeof VENUE_TIMES_IN_FORCE)[number];

/** Whether a venue trades at all hours, or only in sessions, with a weekend between two weeks. */
export const VENUE_SESSIONS = ['24/7', 'sessions'] as const;
export type VenueSessions = (typeof VENUE_SESSIONS)[number];

/** What one timer that cancels orders covers. */
export type CancelAllAfterReach = 'account' | 'symbol';

/** What a venue can do; the rules above ask this, never the venue's name. */
export interface VenueCapabilities {
	/** Orders can be looked up by our client order id: only then may UNKNOWN become FAILED. */
	readonly clientIdLookup: boolean;
	/** Protective stops rest at the venue; without it the engine watches them. */
	readonly restingStop: boolean;
	/** A resting stop holds the asset, so that it must be cancelled before anything else sells it. */
	readonly stopLocksBalance: boolean;
	/** Stop and target can be given with the entry itself. */
	readonly attachedStop: boolean;
	/** Two orders of which the venue itself cancels the other. */
	readonly nativeOco: boolean;
	/** The venue trails a stop by itself. */
	readonly trailing: boolean;
	/**
	 * A timer at the venue that cancels what is open when it is not renewed: of the whole account, or
	 * of one symbol. It may take protective stops and others' orders too.
	 */
	readonly cancelAllAfter: CancelAllAfterReach | false;
	/** Order news come by a stream; without it they are asked for. */
	readonly watchOrders: boolean;
	/** The venue itself refuses an exit that would open the other side. */
	readonly reduceOnly: boolean;
	/** A working order can be changed in place. */
	readonly amend: boolean;
	readonly postOnly: boolean;
	readonly timeInForce: readonly VenueTimeInForce[];
	/** The venue has a place to try with play money. */
	readonly testnet: boolean;
	readonly shortSelling: boolean;
	readonly sessions: VenueSessions;
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
	readonly timeInForce: VenueTimeInForce;
	/** Refused, or cancelled at once, when it would take liquidity. */
	readonly postOnly: boolean;
}

/** An order as the venue sees it; somebody else's may have no client order id of ours. */
export interface VenueOrder extends SubmitRequest {
	readonly venueOrderId: string;
	readonly state: VenueOrderState;
	readonly filledQuantity: Decimal;
	/** The venue's words for a rejection. */
	readonly message: string | null;
	/** When the venue took it, ms UTC. */
	readonly createdAt: number;
}

/** What is held of a derivative. */
export interface VenuePosition {
	/** Unified name. */
	readonly symbol: string;
	/** Positive long, negative short. */
	readonly quantity: Decimal;
	readonly averagePrice: Decimal | null;
}

/** One execution at the venue. */
export interface VenueFill {
	/** The venue's id of this execution, unique per account. */
	readonly venueTradeId: string;
	readonly venueOrderId: string;
	/** Null where the venue's list of executions names only its own order id. */
	readonly clientOrderId: string | null;
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

/**
 * A stop and a target for the same quantity, of which the venue itself cancels the other: the
 * quantity is held once.
 */
export interface OcoRequest {
	readonly stop: SubmitRequest;
	readonly target: SubmitRequest;
}

export type OcoReport =
	| { readonly kind: 'accepted'; readonly stop: VenueReport; readonly target: VenueReport }
	| VenueRejection;

export type SubmitReport = ({ readonly kind: 'accepted' } & VenueReport) | VenueRejection;
export type CancelReport =
	/** The order as it is after the cancel, with all its executions; or still open, to be looked at again. */
	| ({
			readonly kind: 'cancelled';
			/** Other orders that the venue took back with it: of a pair, the other one. */
			readonly also?: readonly VenueReport[];
	  } & VenueReport)
	| VenueRejection;

/** Names one order of ours at the venue. */
export interface OrderRef {
	readonly accountId: AccountId;
	readonly clientOrderId: string;
	/** Unified name; some venues cannot look up without it. */
	readonly symbol: string;
}

/** Which part of an account's past is asked for. */
export interface PastQuery {
	/** Unified name; null for all that the venue can list without one. */
	readonly symbol: string | null;
	/** ms UTC. */
	readonly since: number;
}

/** A payment between the holders of a perpetual contract's two sides, as one account got it. */
export interface VenueFunding {
	/** The venue's id of it, unique in the symbol. */
	readonly id: string;
	/** Unified name. */
	readonly symbol: string;
	/** Signed: negative was paid. In `currency`. */
	readonly amount: Decimal;
	readonly currency: string;
	/** ms UTC. */
	readonly at: number;
}

/** How the venue's timer is to be set. */
export interface CancelAllAfterWish {
	/** Unified name; null where the timer covers the whole account. */
	readonly symbol: string | null;
	/** From now on; null ends it. */
	readonly timeoutMs: number | null;
}

/** What a question for many reports has to say besides them. */
export interface ReportsListener {
	/** One order's report failed, for the reason given; the others' are told all the same. */
	failed(ref: OrderRef, error: unknown): void;
	/** Nobody was asked about the account: its stream tells the news, and its turn was not yet. */
	notAsked(accountId: AccountId): void;
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
	/** On venues with `nativeOco`: both orders or none. Ambiguity and repeats as for `submit`. */
	submitOco?(accountId: AccountId, request: OcoRequest): Promise<OcoReport>;
	/** `rejected` when there is nothing left to cancel (`ORDER_NOT_OPEN`, `ORDER_NOT_FOUND`). */
	cancel(accountId: AccountId, clientOrderId: string, symbol: string): Promise<CancelReport>;
	/** The order under our id with all fills, or null when the venue never had it. */
	lookup(accountId: AccountId, clientOrderId: string, symbol: string): Promise<VenueReport | null>;
	/** Reports of many working orders at once, brought up to date first; unknown ones are left out. */
	reports(refs: readonly OrderRef[], listener?: ReportsListener): Promise<readonly VenueReport[]>;
	/** Working orders, whoever made them; only those of `symbols` (unified names) where given. */
	openOrders(accountId: AccountId, symbols?: readonly string[]): Promise<readonly VenueOrder[]>;
	/** Orders since then, working or over, whoever made them. */
	recentOrders(accountId: AccountId, query: PastQuery): Promise<readonly VenueOrder[]>;
	/** Where positions pay for being held: all payments since then, oldest first. */
	fundings?(accountId: AccountId, since: number): Promise<readonly VenueFunding[]>;
	/** Executions since then, whoever's order they belong to. */
	fills(accountId: AccountId, query: PastQuery): Promise<readonly VenueFill[]>;
	/** Positions of a derivatives venue; null on spot, where the balances are the positions. */
	positions(accountId: AccountId): Promise<readonly VenuePosition[] | null>;
	/** Fee of a taker on this account as percent of the value, where accounts differ in it. */
	takerFee?(accountId: AccountId): Promise<Decimal>;
	/** Totals by asset, held amounts included. */
	balances(accountId: AccountId): Promise<Readonly<Record<string, Decimal>>>;
	/**
	 * On venues with `cancelAllAfter`: starts, renews or ends the timer. Repeats do no harm.
	 * @throws FirecontrolError `VENUE_UNAVAILABLE` (retryable): the timer runs as it did, or is set
	 */
	cancelAllAfter?(accountId: AccountId, wish: CancelAllAfterWish): Promise<void>;
	/**
	 * News of an account's orders as they happen, on venues with `watchOrders`. May repeat and omit:
	 * asking stays the truth. @returns what ends it
	 */
	subscribe?(accountId: AccountId, onReport: (report: VenueReport) => void): () => void;
}
