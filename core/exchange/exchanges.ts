import type { Kernel } from '../db';
import type { AccountId } from '../model';
import { NO_BARS, type Bars } from './bars/bars';
import { createVenueBars } from './bars/ccxt-bars';
import type { VenueAccess } from './ccxt/access';
import { createLiveVenues, type LiveVenues } from './ccxt/venues';
import type { Exchange } from './exchange';
import { venueUnknown } from './exchange.errors';
import { createPaperVenues, type PublicData } from './paper/venues';
import type { Sleep } from './paper/volume';
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
	/** Folder of recordings that paper accounts can replay; null or not given: there is none. */
	readonly replayFolder?: string | null;
	/** How paper requests wait for their latency. */
	readonly sleep?: Sleep;
}

/** The paper venues, one a source of prices, and the live venues that accounts are connected to. */
export function createExchanges(kernel: Kernel, parts: ExchangeParts): Exchanges {
	const { quotes, bars = NO_BARS, access, replayFolder = null, sleep } = parts;
	const live = access === undefined ? null : createLiveVenues(kernel, access);
	const paper = createPaperVenues(kernel, {
		quotes,
		bars,
		replayFolder,
		...(sleep === undefined ? {} : { sleep }),
		...(live === null ? {} : { publicData: publicDataOf(live) }),
	});
	const others: Exchanges = {
		...exchangesOf([], paper.quotes, paper.bars),
		for: (venue) => {
			const exchange = paper.exchange(venue);
			if (exchange === null) throw venueUnknown(venue);
			return exchange;
		},
	};
	return live === null ? others : withLive(others, live);
}

/** What paper accounts may use of live venues: all that needs no key. */
function publicDataOf(live: LiveVenues): PublicData {
	return {
		quotes: live.quotes,
		bars: createVenueBars(live.candles),
		exchange: (venue) => {
			const exchange = live.exchange(venue);
			if (exchange === null) throw venueUnknown(venue);
			return exchange;
		},
	};
}
