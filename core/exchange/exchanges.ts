import type { Kernel } from '../db';
import { NO_BARS, type Bars } from './bars';
import { DEMO_MARKETS } from './demo-market';
import type { Exchange } from './exchange';
import { venueUnknown } from './exchange.errors';
import { createPaperExchange } from './paper-exchange';
import type { Quotes } from './quotes';

/** The venues of this installation and where their prices come from. */
export interface Exchanges {
	/** @throws FirecontrolError `VENUE_UNKNOWN` */
	for(venue: string): Exchange;
	readonly quotes: Quotes;
	readonly bars: Bars;
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
	};
}

/** The paper venue with the demo's markets. */
export function createExchanges(
	kernel: Kernel,
	parts: { readonly quotes: Quotes; readonly bars?: Bars },
): Exchanges {
	const paper = createPaperExchange(kernel, { quotes: parts.quotes, markets: DEMO_MARKETS });
	return exchangesOf([paper], parts.quotes, parts.bars);
}
