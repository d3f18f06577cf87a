import type { Timeframe } from '../../../exchange';
import type { Decimal, Side } from '../../../model';

/** A stop that follows the best price seen at a distance. */
export interface Trailing {
	/** Profit from which on it follows, in the unit of its distance; null: at once. */
	readonly activation: Decimal | null;
}

/** How an exit moves or ends a trade by itself, besides its fixed stop and targets. */
export type ExitRule =
	| (Trailing & { readonly method: 'trailing_percent'; readonly percent: Decimal })
	| (Trailing & { readonly method: 'trailing_amount'; readonly amount: Decimal })
	| {
			readonly method: 'atr';
			readonly multiple: Decimal;
			readonly period: number;
			readonly timeframe: Timeframe;
	  }
	/** The stop goes to the entry price once the profit is this many times the first risk. */
	| { readonly method: 'break_even'; readonly afterR: Decimal }
	/** Closed this long after the first fill. */
	| { readonly method: 'time_limit'; readonly minutes: number }
	/** Closed when clocks in the zone show this time, `HH:MM`. */
	| { readonly method: 'session'; readonly at: string; readonly zone: string };

export type ExitMethod = ExitRule['method'];

/** What a rule knows of its trade. */
export interface TradeView {
	readonly side: Side;
	/** Average price of what was entered. */
	readonly entryPrice: Decimal;
	/** Where the stop was when the trade began; null for a trade without one. */
	readonly initialStop: Decimal | null;
	/** Best closing price since the rule began. */
	readonly best: Decimal;
	/** First fill and making of the trade, ms UTC. */
	readonly openedAt: number;
	readonly createdAt: number;
}

/** What the rule looks at now. */
export interface Look {
	readonly now: number;
	/** Average true range of the rule's own period; null while it is not known. */
	readonly atr: Decimal | null;
}

/** What a rule wants: the stop at this price, the trade closed, or nothing. */
export type RuleStep =
	| { readonly kind: 'stop'; readonly price: Decimal }
	| { readonly kind: 'close' }
	| null;
