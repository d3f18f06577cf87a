import type { Kernel } from '../../db';
import type { AccountId } from '../../model';
import type { FetchCandles } from '../bars/ccxt-bars';
import type { Exchange } from '../exchange';
import type { Quotes } from '../quotes';
import { parseVenue } from '../venue-name';
import { VENUE_CAPABILITIES } from '../venue-table';
import type { VenueAccess } from './access';
import { createCcxtExchange } from './ccxt-exchange';
import { VenueQuotes } from './ccxt-quotes';
import { fetchCandles } from './candles';
import { closeClients } from './registry';
import { VenueSession } from './session';
import { supportedProfile } from './venue-choice';

/** The live venues of this installation, each made when it is first named. */
export interface LiveVenues {
	/**
	 * Null for a name that is none of a live venue.
	 * @throws FirecontrolError `VENUE_UNSUPPORTED`, `VENUE_NO_SANDBOX`
	 */
	exchange(venue: string): Exchange | null;
	/** Prices of live venues; null for other names. */
	readonly quotes: Quotes;
	readonly candles: FetchCandles;
	/** Forgets an account's keys; those stored now are used from the next call on. */
	forget(accountId: AccountId): void;
	/** Closes streams. */
	close(): Promise<void>;
}

interface Live {
	readonly session: VenueSession;
	readonly quotes: VenueQuotes;
	readonly exchange: Exchange;
}

/** Live venues over what is stored of them and of their accounts' keys. */
export function createLiveVenues(
	kernel: Pick<Kernel, 'clock' | 'log'>,
	access: VenueAccess,
): LiveVenues {
	const known = new Map<string, Live>();
	const quotes: Quotes = {
		quote: async (venue, symbol) => live(venue)?.quotes.quote(symbol) ?? null,
	};
	function live(venue: string): Live | null {
		const found = known.get(venue);
		if (found !== undefined) return found;
		const name = parseVenue(venue);
		if (name === null) return null;
		const profile = supportedProfile(name.ccxtId, name.mode);
		const session = new VenueSession(kernel, venue, name, profile, access);
		const capabilities = VENUE_CAPABILITIES[profile.ccxtId];
		const made = {
			session,
			quotes: new VenueQuotes(kernel, session),
			exchange: createCcxtExchange({ kernel, session, capabilities, quotes }),
		};
		known.set(venue, made);
		return made;
	}
	return {
		exchange: (venue) => live(venue)?.exchange ?? null,
		quotes,
		candles: async (venue, symbol, timeframe, since, limit) => {
			const session = live(venue)?.session;
			return session === undefined ? [] : fetchCandles(session, symbol, timeframe, since, limit);
		},
		forget: (accountId) => {
			for (const { session } of known.values()) session.forget(accountId);
		},
		close: closeClients,
	};
}
