import type { Kernel } from '../db';
import type { AccountId } from '../model';
import { NO_BARS, type Bars } from './bars';
import { createVenueBars } from './ccxt-bars';
import type { VenueAccess } from './ccxt/access';
import { createLiveVenues, type LiveVenues } from './ccxt/venues';
import { DEMO_MARKETS } from './demo-market';
import type { Exchange } from './exchange';
import { venueUnknown } from './exchange.errors';
import { createPaperExchange } from './paper-exchange';
import type { Quotes } from './quotes';
import { parseVenue } from './venue-name';

/** The venues of this installation and where their prices come from. */
export interface Exchanges {
	/** @throws FirecontrolError `VENUE_UNKNOWN` */
	for(venue: string): Exchange;
	readonly quotes: Quotes;
	readonly bars: Bars;
	/** The account's keys changed: the next call to its venue uses those stored then. */
	forget(accountId: AccountId): void;
	/** Closes streams; calls after it open what they need. */
	close(): Promise<void>;
}

/** Any venues by their names, over one source of quotes. */
export function exchangesOf(
	venues: readonly Exchange[],
	quotes: Quotes,
	bars: Bars = NO_BARS,
): Exchanges {
	const byName = new Map(venues.map((exchange) => [exchange.venue, exchange]));
	return {
		quotes,
		bars,
		for: (venue) => {
			const exchange = byName.get(venue);
			if (exchange === undefined) throw venueUnknown(venue);
			return exchange;
		},
		forget: () => {},
		close: async () => {},
	};
}

/** Live venues in front, any others behind. */
function withLive(others: Exchanges, live: LiveVenues): Exchanges {
	const liveBars = createVenueBars(live.candles);
	const isLive = (venue: string): boolean => parseVenue(venue) !== null;
	return {
		for: (venue) => live.exchange(venue) ?? others.for(venue),
		quotes: {
			quote: async (venue, symbol) =>
				(isLive(venue) ? live : others).quotes.quote(venue, symbol),
		},
		bars: {
			bars: async (venue, ...rest) => (isLive(venue) ? liveBars : others.bars).bars(venue, ...rest),
		},
		forget: (accountId) => live.forget(accountId),
		close: async () => live.close(),
	};
}

/** What the venues of an installation are made from. */
export interface ExchangeParts {
	/** Prices of the paper venue. */
	readonly quotes: Quotes;
	readonly bars?: Bars;
	/** Keys and addresses of live venues; without it there are none. */
	readonly access?: VenueAccess;
}

/** The paper venue with the demo's markets, and the live venues that accounts are connected to. */
export function createExchanges(kernel: Kernel, parts: ExchangeParts): Exchanges {
	const paper = createPaperExchange(kernel, { quotes: parts.quotes, markets: DEMO_MARKETS });
	const others = exchangesOf([paper], parts.quotes, parts.bars);
	if (parts.access === undefined) return others;
	return withLive(others, createLiveVenues(kernel, parts.access));
}
