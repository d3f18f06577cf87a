/** Real money or play money, both at the venue itself. */
export type VenueSide = 'live' | 'sandbox';

/** A venue that accounts of this installation are connected to. */
export interface VenueRecord {
	/** As accounts and orders name it: `binance`, `binance.sandbox`, with `@…` where an address is overridden. */
	readonly name: string;
	/** ccxt's id. */
	readonly ccxtId: string;
	readonly mode: VenueSide;
	/** Address in place of the venue's own REST address; null for the venue's own. */
	readonly apiUrl: string | null;
	/** The same for its streams. */
	readonly streamUrl: string | null;
}
