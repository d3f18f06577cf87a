import type { Decimal } from '../../model';
import type { OcoRequest, SubmitRequest } from '../exchange';
import type { SupportedVenue } from '../venue-table';
import type { CallTrace } from './call';
import type { Answer, CcxtClient, CcxtMarket, Params } from './library';

/** An order as ccxt's `createOrder` wants it. */
export interface OrderCall {
	readonly type: 'market' | 'limit';
	readonly price: Decimal | null;
	readonly params: Params;
}

/** What a venue's rules need to know of an order besides the request. */
export interface OrderFacts {
	readonly request: SubmitRequest;
	/** Our id as the venue takes it. */
	readonly venueId: string;
	/** Highest price that a market buy pays, where `marketBuyLimit` asks for it; else null. */
	readonly buyLimit: Decimal | null;
}

/** A stop and a target as the venue takes them. */
export interface OcoFacts {
	readonly request: OcoRequest;
	/** The library's name of the market. */
	readonly ccxtSymbol: string;
	/** The venue's own name of the market, `BTCUSDT`. */
	readonly marketId: string;
	/** Our ids as the venue takes them. */
	readonly stopId: string;
	readonly targetId: string;
}

/**
 * What is peculiar to one venue: how orders are named, written, found and listed, and which of its
 * refusals are definite. Everything else is the same for all.
 */
export interface VenueProfile {
	readonly ccxtId: SupportedVenue;
	/** Options of the ccxt class. */
	readonly options: Params;
	/** Which of the venue's markets are traded. */
	readonly trades: (market: CcxtMarket) => boolean;
	/** Points a client to the venue's place for play money. Only called where there is one. */
	readonly enterSandbox: (client: CcxtClient) => void;
	/** Our client order id as the venue takes it: one to one, so that it can be found again. */
	readonly toVenueId: (clientOrderId: string) => string;
	/** The venue's client order id as ours; somebody else's stays as it is. */
	readonly fromVenueId: (venueId: string) => string;
	/** A market buy is sent as an immediate-or-cancel limit this much above the ask, in percent. */
	readonly marketBuyLimit: number | null;
	readonly order: (facts: OrderFacts) => OrderCall;
	/**
	 * Sends two orders that exclude each other; left out where the venue has no such thing.
	 * @returns the orders as far as the answer tells them, with the venue's client ids
	 */
	readonly oco?: (client: CcxtClient, facts: OcoFacts) => Promise<readonly Answer[]>;
	/** The order under a client id, or null when the venue says that it has none. */
	readonly find: (client: CcxtClient, symbol: string, venueId: string) => Promise<Answer | null>;
	/** Whether a cancel can be asked by our client id alone, without a look at the order first. */
	readonly cancelsById: boolean;
	/** Cancels an order; `order` is what `find` has found, null where `cancelsById`. */
	readonly cancel: (
		client: CcxtClient, symbol: string, venueId: string, order: Answer | null,
	) => Promise<unknown>;
	/**
	 * The orders that a cancel's answer tells of, where the venue answers when it is done, not before:
	 * the one asked for and what went with it. Left out where only a look at the order tells.
	 */
	readonly cancelled?: (client: CcxtClient, symbol: string, answer: unknown) => readonly Answer[];
	/**
	 * Sets the venue's timer: ms, 0 ends it. `marketId` is null where it covers the whole account. Left
	 * out where there is none.
	 */
	readonly cancelAllAfter?: (
		client: CcxtClient, marketId: string | null, milliseconds: number,
	) => Promise<unknown>;
	readonly executions: (client: CcxtClient, symbol: string, order: Answer) => Promise<readonly Answer[]>;
	readonly openOrders: (client: CcxtClient, symbol?: string) => Promise<readonly Answer[]>;
	/** Orders since then, working or over, all pages of them. */
	readonly pastOrders: (
		client: CcxtClient, symbol: string | undefined, since: number,
	) => Promise<readonly Answer[]>;
	/** Executions since then, all pages of them. */
	readonly pastTrades: (
		client: CcxtClient, symbol: string | undefined, since: number,
	) => Promise<readonly Answer[]>;
	/** Payments for holding positions since then; left out where there are none. */
	readonly fundings?: (client: CcxtClient, since: number) => Promise<readonly Answer[]>;
	/** Whether executions and past orders can be listed of all symbols at once. */
	readonly listsWithoutSymbol: boolean;
	/** From so many symbols on, listing all open orders costs the venue less than symbol by symbol. */
	readonly listAllFrom: number;
	/** Whether the venue counts the requests of all keys of a machine together. */
	readonly limitByAddress: boolean;
	/** Up to so many markets are asked for their price one by one, more by the venue's list of all. */
	readonly pricesSingly: number;
	/** How a refusal of the request's time is cured: by the venue's clock, or by the next nonce. */
	readonly clock: 'difference' | 'nonce';
	/** Whether the venue's own documents say of such an answer that the request was not processed. */
	readonly refuses: (trace: CallTrace) => boolean;
	/** Marks of an answer that has taken the request: an error in reading it is then no refusal. */
	readonly taken: RegExp;
	/** Our codes of refusals that ccxt does not tell apart, by what the answer says. */
	readonly codes: readonly (readonly [RegExp, string])[];
	/** Words by which the venue refuses a client order id that it knows. */
	readonly duplicate: RegExp;
}
