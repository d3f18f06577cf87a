import type {
	AccountKind, Decimal, FireMode, OrderType, Policy, Side, SignalAction, SignalClass, SignalId, Tier,
} from '../model';
import type { TradingState } from '../safety';
import type { Market, Quote, VenueSessions } from '../exchange';
import type { LiveReadiness } from '../readiness';
import type { BehaviourFacts } from './behaviour';
import type { NewsFacts } from './news';
import type { TargetShare } from './risk';

/** What the gate needs to know of a signal. */
export interface SignalFacts {
	readonly id: SignalId;
	readonly source: string;
	/** As sent. */
	readonly symbol: string;
	readonly side: Side | null;
	readonly action: SignalAction;
	readonly class: SignalClass | null;
	readonly confidence: Decimal | null;
	readonly orderType: OrderType;
	readonly entry: Decimal | null;
	readonly trigger: Decimal | null;
	readonly stopLoss: Decimal | null;
	readonly takeProfits: readonly TargetShare[];
	/** As asked for; null lets the gate size the order. */
	readonly quantity: Decimal | null;
	/** Handles it is addressed to; null addresses everyone who may see it. */
	readonly members: readonly string[] | null;
	readonly receivedAt: number;
	readonly createdAt: number;
	readonly expiresAt: number;
}

export interface MemberFacts {
	readonly handle: string;
	readonly active: boolean;
	/** Null while no entitlement covers this moment. */
	readonly tier: Tier | null;
	/** Opening orders of the member's day that reached SUBMITTING, and those about to. */
	readonly ordersToday: number;
	/**
	 * When the member's last opening order was sent, on any account, or is about to be, ms UTC. The
	 * judged signal's own orders are left out: it is one decision, on however many accounts.
	 */
	readonly lastOrderAt: number | null;
}

export interface AccountFacts {
	readonly active: boolean;
	readonly kind: AccountKind;
	/** Whether the live switch of an account with real money is on; counts on those only. */
	readonly liveEnabled: boolean;
	readonly currency: string;
	/** Booked cash; capacity held by reservations is not taken off. */
	readonly cash: Decimal;
	/** Cash and positions at the bid, when last computed. */
	readonly equity: Decimal | null;
	readonly equityAt: number | null;
	/** Equity at the start of the account's risk day. */
	readonly dayStartEquity: Decimal;
	/** Net result of the trades closed on this risk day. */
	readonly realisedToday: Decimal;
}

export interface VenueFacts {
	readonly name: string;
	/** False when it could not be asked: then nothing about the symbol is known. */
	readonly reachable: boolean;
	readonly open: boolean;
	/** Whether it trades at all hours; the weekend rule is for those that do not. */
	readonly sessions: VenueSessions;
	/** False on spot: no shorts, and the cap on a position's value applies. */
	readonly shortSelling: boolean;
	/** Whether stops rest at the venue; if not, the engine must be alive to guard them. */
	readonly restingStop: boolean;
	/** Whether orders can be looked up by our own id: without it nothing fires by itself. */
	readonly clientIdLookup: boolean;
	readonly orderTypes: readonly OrderType[];
	/** Percent of the traded value, of one side. */
	readonly takerFeePercent: Decimal;
}

/** A trade that is opening, open or closing. */
export interface OpenTrade {
	readonly signalId: SignalId | null;
	readonly symbol: string;
	readonly side: Side;
	/** Entered and not yet exited. */
	readonly openQuantity: Decimal;
	/** Average price of what was entered; null before the first fill. */
	readonly entryPrice: Decimal | null;
	/** Fees paid that no realised result contains yet. */
	readonly unbookedFees: Decimal;
	readonly stopLoss: Decimal | null;
	/** First fill, or the making of the trade while nothing is filled. */
	readonly openedAt: number;
}

/** Capacity held by another signal: what is left of it after partial fills. */
export interface HeldCapacity {
	readonly symbol: string;
	readonly risk: Decimal;
	readonly cash: Decimal;
}

/**
 * Everything that one judgement looks at, read at one moment in one transaction. What belongs to
 * the judged signal itself (its reservation, ticket, earlier verdicts) is left out.
 */
export interface RiskSnapshot {
	readonly now: number;
	readonly policy: Policy;
	/** The mode this judgement is for. */
	readonly mode: FireMode;
	readonly signal: SignalFacts;
	readonly member: MemberFacts;
	readonly account: AccountFacts;
	readonly venue: VenueFacts;
	/** Null when the venue does not list the symbol, or could not be asked. */
	readonly market: Market | null;
	readonly quote: Quote | null;
	readonly trades: readonly OpenTrade[];
	readonly reservations: readonly HeldCapacity[];
	readonly orderDay: {
		readonly openingOrders: number;
		readonly replacesAndCancels: number;
		readonly openingFills: number;
	};
	/**
	 * Orders, replaces and cancels sent, exits included: in the last second at the venue (paper: of
	 * the account), and on the account's risk day. 0 where the policy limits them not.
	 */
	readonly messages: { readonly lastSecond: number; readonly today: number };
	/** When the same source, side, symbol and given quantity was last ordered. */
	readonly duplicateAt: number | null;
	readonly hasUnknownOrder: boolean;
	/** Somebody else's position of a derivatives venue, in which one of ours would disappear. */
	readonly hasForeignPosition: boolean;
	readonly trading: { readonly state: TradingState; readonly cause: string | null };
	/** What the behaviour guard says of the member and the account. */
	readonly behaviour: BehaviourFacts;
	/** What the news calendar says about the symbol's currencies. */
	readonly news: NewsFacts;
	/** How ready the signal's source is for live money; null on accounts without real money. */
	readonly readiness: LiveReadiness | null;
	/** Last sign of life of the engine. */
	readonly engineBeatAt: number | null;
	readonly run: { readonly manual: boolean; readonly allowLive: boolean };
}
