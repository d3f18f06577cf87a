import type { Decimal } from '../model';

/** Best prices of a market at one moment. */
export interface Quote {
	/** Unified name. */
	readonly symbol: string;
	/** Highest price somebody pays. */
	readonly bid: Decimal;
	/** Lowest price somebody asks. */
	readonly ask: Decimal;
	/** When it was current, ms UTC. */
	readonly at: number;
}

/** Source of quotes. */
export interface Quotes {
	/** The latest quote, of any age, or null when there is none. */
	quote(venue: string, symbol: string): Promise<Quote | null>;
}
