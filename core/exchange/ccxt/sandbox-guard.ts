import { FirecontrolError } from '../../model';
import { createClient } from './client';
import type { CcxtClient } from './library';
import type { VenueProfile } from './profile';
import type { Addresses } from './urls';

function textsOf(value: unknown): string[] {
	if (typeof value === 'string') return [value];
	if (typeof value !== 'object' || value === null) return [];
	return Object.values(value).flatMap(textsOf);
}

function hostsOf(client: CcxtClient): Set<string> {
	const hostname: unknown = Reflect.get(client, 'hostname');
	const urls = textsOf(client.urls['api']).map((url) => url.replace('{hostname}', String(hostname)));
	return new Set(urls.filter((url) => URL.canParse(url)).map((url) => new URL(url).hostname));
}

/** `api.binance.com` → `binance.com`. */
const domainOf = (host: string): string => host.split('.').slice(-2).join('.');

/**
 * A sandbox account has no live switch, so that an address of the live venue in its credential would
 * trade real money past it. The venue's own sandbox may share the domain.
 * @throws FirecontrolError `VENUE_ADDRESS_LIVE`
 */
export function refuseLiveAddress(profile: VenueProfile, { apiUrl, streamUrl }: Addresses): void {
	const given = [apiUrl, streamUrl].filter((url) => url !== null).map((url) => new URL(url).hostname);
	if (given.length === 0) return;
	const own = { apiUrl: null, streamUrl: null, keys: null };
	const live = hostsOf(createClient(profile, { mode: 'live', ...own }));
	const sandbox = hostsOf(createClient(profile, { mode: 'sandbox', ...own }));
	const domains = new Set([...live].map(domainOf));
	const wrong = given.find((host) => !sandbox.has(host) && domains.has(domainOf(host)));
	if (wrong === undefined) return;
	throw new FirecontrolError(
		'VENUE_ADDRESS_LIVE',
		`${wrong} belongs to the live venue ${profile.ccxtId}, but the mode is sandbox. Choose the mode live, or an address that is not the venue's own.`,
		{ details: { venue: profile.ccxtId, host: wrong } },
	);
}
