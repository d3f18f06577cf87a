import { sha256 } from '../../model';
import { createClient, type ClientSettings } from './client';
import type { CcxtClient } from './library';
import { Pace, paceQuestions } from './pace';
import type { VenueProfile } from './profile';

const REGISTRY = Symbol.for('firecontrol.ccxt');
/** Venue, addresses and a hash of the key: never the key itself. */
type ClientKey = string;
type Registry = Map<ClientKey, CcxtClient>;

function registry(): Registry {
	const known: unknown = Reflect.get(globalThis, REGISTRY);
	if (known instanceof Map) return known;
	const made: Registry = new Map();
	Reflect.set(globalThis, REGISTRY, made);
	return made;
}

function keyOf(profile: VenueProfile, { mode, apiUrl, streamUrl, keys }: ClientSettings): ClientKey {
	const who = keys === null ? 'public' : sha256(JSON.stringify(keys));
	return [profile.ccxtId, mode, apiUrl ?? '', streamUrl ?? '', who].join('|');
}

const paces = new Map<string, Pace>();

function paceOf(profile: VenueProfile, { mode, apiUrl }: ClientSettings, unit: number): Pace {
	const key = [profile.ccxtId, mode, apiUrl ?? ''].join('|');
	const known = paces.get(key) ?? new Pace(unit);
	paces.set(key, known);
	return known;
}

/**
 * The one client of this process for a venue and key, so that the venue's rate limit is kept over
 * everything that uses it.
 */
export function sharedClient(profile: VenueProfile, settings: ClientSettings): CcxtClient {
	const key = keyOf(profile, settings);
	const known = registry().get(key);
	if (known !== undefined) return known;
	const made = createClient(profile, settings);
	if (profile.limitByAddress) paceQuestions(made, paceOf(profile, settings, made.rateLimit));
	registry().set(key, made);
	return made;
}

let closings = 0;

/** Changes when all clients are closed: what was opened before belongs to nobody any more. */
export function openings(): number {
	return closings;
}

/** Closes the streams of all clients and forgets them; the next use opens new ones. */
export async function closeClients(): Promise<void> {
	const clients = [...registry().values()];
	registry().clear();
	closings += 1;
	await Promise.allSettled(clients.map(async (client) => client.close()));
}
