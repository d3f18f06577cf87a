import type { VenueKeys } from '../../members';
import { decimal } from '../../model';
import type { VenueMode } from '../venue-name';
import { watchCalls } from './call';
import type { CcxtClient, CcxtConfig, CcxtLibrary } from './library';
import { quietStreams } from './quiet-streams';
import { neverTell } from './scrub';
import { rewriteUrls } from './urls';
import type { VenueProfile } from './profile';

/** What a connection to a venue is made of; without keys it reads public data only. */
export interface ClientSettings {
	readonly mode: VenueMode;
	readonly apiUrl: string | null;
	readonly streamUrl: string | null;
	readonly keys: VenueKeys | null;
}

/** A call that takes longer has no answer; ms. */
export const CALL_TIMEOUT = 10_000;

/**
 * Loads ccxt, which takes a third of a second and 80 MB: only when a venue is first used. This is
 * the one file that knows the library.
 */
export function loadCcxt(): CcxtLibrary {
	// A plain require, because an import at the top would load it with every node description.
	const library: CcxtLibrary = require('ccxt');
	return library;
}

function settingsOf(profile: VenueProfile, keys: VenueKeys | null): CcxtConfig {
	return {
		enableRateLimit: true,
		timeout: CALL_TIMEOUT,
		// A request is never repeated behind our back: what was sent may have been taken.
		maxRetriesOnFailure: 0,
		newUpdates: true,
		options: { maxRetriesOnFailure: 0, ...profile.options },
		...(keys === null ? {} : { apiKey: keys.apiKey, secret: keys.secret }),
		...(keys === null || keys.passphrase === null ? {} : { password: keys.passphrase }),
	};
}

/** A new, unconnected client of a venue. Prefer the registry, which keeps one per key. */
export function createClient(profile: VenueProfile, settings: ClientSettings): CcxtClient {
	const Venue = loadCcxt().pro[profile.ccxtId];
	if (Venue === undefined) throw new Error(`ccxt has no venue ${profile.ccxtId}.`);
	for (const secret of Object.values(settings.keys ?? {})) if (secret !== null) neverTell(secret);
	const client = new Venue(settingsOf(profile, settings.keys));
	// Numbers stay the texts that the venue wrote: a float would change their digits.
	client.number = String;
	// The order is held against the market's steps before it is sent; ccxt would round by floats.
	const exact = (_: string, value: unknown): string => decimal(String(value));
	client.amountToPrecision = exact;
	client.priceToPrecision = exact;
	// Networks and withdrawal fees of every coin are of no use here, and need more rights.
	client.has['fetchCurrencies'] = false;
	if (settings.mode === 'sandbox') profile.enterSandbox(client);
	rewriteUrls(client, settings);
	watchCalls(client);
	quietStreams(client);
	return client;
}
