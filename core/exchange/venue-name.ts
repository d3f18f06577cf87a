import { sha256 } from '../model';

/** Which side of a live venue an account trades on. */
export const VENUE_MODES = ['live', 'sandbox'] as const;
export type VenueMode = (typeof VENUE_MODES)[number];

/** What the name of a live venue says: `binance`, `binance.sandbox`, `binance@127.0.0.1:4567`. */
export interface VenueName {
	/** ccxt's id of the venue. */
	readonly ccxtId: string;
	readonly mode: VenueMode;
	/** Tells apart other addresses of the same venue; null for the venue's own ones. */
	readonly tag: string | null;
}

/** Addresses in place of the venue's own ones: a proxy, a test server. */
export interface VenueAddresses {
	/** Of the REST interface; null for the venue's own. */
	readonly apiUrl: string | null;
	/** Of the streams; null for the venue's own. */
	readonly streamUrl: string | null;
}

const NAME = /^([a-z0-9]{2,40})(\.sandbox)?(?:@([a-z0-9.:[\]-]{1,64}))?$/;
const HASH_LENGTH = 8;
/** Longer hosts are shortened to a hash, so that a name stays readable. */
const LONGEST_HOST = 40;

/** Reads the name of a live venue; null for `paper` and for anything that is no such name. */
export function parseVenue(name: string): VenueName | null {
	const found = NAME.exec(name);
	const ccxtId = found?.[1];
	if (ccxtId === undefined || ccxtId === 'paper') return null;
	return {
		ccxtId,
		mode: found?.[2] === undefined ? 'live' : 'sandbox',
		tag: found?.[3] ?? null,
	};
}

function hostOf(url: string): string | null {
	const { host, pathname, search } = new URL(url);
	return pathname === '/' && search === '' && host.length <= LONGEST_HOST ? host : null;
}

function tagOf({ apiUrl, streamUrl }: VenueAddresses): string | null {
	if (apiUrl === null && streamUrl === null) return null;
	const host = apiUrl === null ? null : hostOf(apiUrl);
	const sameMachine =
		apiUrl !== null &&
		(streamUrl === null || new URL(streamUrl).hostname === new URL(apiUrl).hostname);
	if (host !== null && sameMachine) return host;
	return sha256(`${apiUrl ?? ''}|${streamUrl ?? ''}`).slice(0, HASH_LENGTH);
}

/** The name under which an account's venue is stored. The addresses must be valid URLs. */
export function venueName(venue: { ccxtId: string; mode: VenueMode } & VenueAddresses): string {
	const tag = tagOf(venue);
	const side = venue.mode === 'sandbox' ? '.sandbox' : '';
	return `${venue.ccxtId}${side}${tag === null ? '' : `@${tag}`}`;
}
