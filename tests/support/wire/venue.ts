import {
	venueName, type Exchange, type Exchanges, type SupportedVenue,
} from '../../../core/exchange';
import { createLiveVenues } from '../../../core/exchange/ccxt/venues';
import { supportedProfile } from '../../../core/exchange/ccxt/venue-choice';
import { closeClients, sharedClient } from '../../../core/exchange/ccxt/registry';
import { systemClock } from '../../../core/model';
import { startWire, type Wire, type WireRoutes } from './server';
import { WIRE_ROUTES, wireKeys } from './venues';

/** What the core logs while a test runs. */
export interface Logged {
	readonly lines: string[];
}

/** A live venue whose addresses are a wire's. */
export interface WireVenue {
	readonly wire: Wire;
	readonly exchange: Exchange;
	readonly quotes: Exchanges['quotes'];
	readonly venue: string;
	readonly logged: Logged;
	readonly keys: { readonly apiKey: string; readonly secret: string; readonly passphrase: string };
	close(): Promise<void>;
}

export async function openWireVenue(
	ccxtId: SupportedVenue,
	routes: WireRoutes = WIRE_ROUTES[ccxtId],
): Promise<WireVenue> {
	const wire = await startWire(routes);
	const lines: string[] = [];
	const note = (message: string, facts?: object): void => {
		lines.push(`${message} ${JSON.stringify(facts ?? {})}`);
	};
	const venue = venueName({ ccxtId, mode: 'live', apiUrl: wire.url, streamUrl: null });
	const keys = wireKeys(ccxtId);
	for (const each of [keys, null]) {
		const settings = { mode: 'live', apiUrl: wire.url, streamUrl: null, keys: each } as const;
		// The real venue's pace is of no use here.
		Object.assign(sharedClient(supportedProfile(ccxtId, 'live'), settings), { enableRateLimit: false });
	}
	const venues = createLiveVenues(
		{ clock: systemClock, log: { info: note, warn: note, error: note } },
		{
			keys: async () => keys,
			venue: async () => ({ apiUrl: wire.url, streamUrl: null }),
		},
	);
	const exchange = venues.exchange(venue);
	if (exchange === null) throw new Error(`${venue} is no venue`);
	return {
		wire,
		exchange,
		quotes: venues.quotes,
		venue,
		logged: { lines },
		keys,
		close: async () => {
			await closeClients();
			await wire.close();
		},
	};
}
