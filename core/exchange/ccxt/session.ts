import type { Kernel } from '../../db';
import type { AccountId } from '../../model';
import { HOUR, SECOND } from '../../model';
import { venueUnknown } from '../exchange.errors';
import type { VenueName } from '../venue-name';
import type { VenueAccess } from './access';
import { traced, type Question, type Traced } from './call';
import { CALL_TIMEOUT, type ClientSettings } from './client';
import { isKindOf, questionFailed, wantsPause } from './errors';
import type { CcxtClient } from './library';
import { listingOf, type Listing } from './listing';
import type { VenueProfile } from './profile';
import { sharedClient } from './registry';

/** Steps and minima of markets change rarely; a list is megabytes. */
const LISTING_AGE = 6 * HOUR;
/** How long an account's key is used before it is read again, so that a new one is soon in use. */
const KEYS_AGE = 5 * SECOND;
/** ccxt gives up after 10 s; this bounds the wait for a turn as well. */
const CALL_LIMIT = CALL_TIMEOUT + 2 * SECOND;
const LISTING_LIMIT = 3 * CALL_TIMEOUT;

interface Kept<T> {
	readonly value: T;
	readonly at: number;
}

/** A connection of an account, with the venue's markets loaded. */
export interface Connection {
	readonly client: CcxtClient;
	readonly listing: Listing;
}

/** One venue's connections: addresses, keys, markets, and questions that are bounded in time. */
export class VenueSession {
	#addresses: Pick<ClientSettings, 'apiUrl' | 'streamUrl'> | null = null;
	#listing: Kept<Listing> | null = null;
	#loading: Promise<Listing> | null = null;
	/** Until when the venue wants to be asked nothing, ms UTC. */
	#quietUntil = 0;
	readonly #streaming = new Set<AccountId>();
	readonly #clients = new Map<AccountId, Kept<CcxtClient>>();

	constructor(
		private readonly kernel: Pick<Kernel, 'clock'>,
		readonly venue: string,
		private readonly name: VenueName,
		readonly profile: VenueProfile,
		private readonly access: VenueAccess,
	) {}

	/** ms UTC. */
	now(): number {
		return this.kernel.clock.now();
	}

	/** @throws FirecontrolError `VENUE_UNKNOWN` for a name with addresses that are not stored */
	async addresses(): Promise<Pick<ClientSettings, 'apiUrl' | 'streamUrl'>> {
		if (this.#addresses !== null) return this.#addresses;
		const stored = await this.access.venue(this.venue);
		if (stored === null && this.name.tag !== null) throw venueUnknown(this.venue);
		const { apiUrl, streamUrl } = stored ?? { apiUrl: null, streamUrl: null };
		this.#addresses = { apiUrl, streamUrl };
		return this.#addresses;
	}

	/** The keyless client: markets and prices. */
	async publicClient(): Promise<CcxtClient> {
		const settings = { ...(await this.addresses()), mode: this.name.mode, keys: null };
		return sharedClient(this.profile, settings);
	}

	/** The account's client and the venue's markets. @throws FirecontrolError of the keys or markets */
	async connect(accountId: AccountId): Promise<Connection> {
		const listing = await this.listing();
		const client = await this.#clientOf(accountId);
		const source = await this.publicClient();
		if (client.markets !== source.markets) client.setMarketsFromExchange(source);
		return { client, listing };
	}

	/** Whether news of the account come by a stream at this time. */
	isStreaming(accountId: AccountId): boolean {
		return this.#streaming.has(accountId);
	}

	/** Notes that the account's stream is open, or is not. */
	streams(accountId: AccountId, open: boolean): void {
		if (open) this.#streaming.add(accountId);
		else this.#streaming.delete(accountId);
	}

	/** Forgets an account's key, so that the next call reads it again. */
	forget(accountId: AccountId): void {
		this.#clients.delete(accountId);
	}

	async #clientOf(accountId: AccountId): Promise<CcxtClient> {
		const now = this.kernel.clock.now();
		const kept = this.#clients.get(accountId);
		if (kept !== undefined && now - kept.at < KEYS_AGE) return kept.value;
		const keys = await this.access.keys(accountId);
		const settings = { ...(await this.addresses()), mode: this.name.mode, keys };
		const value = sharedClient(this.profile, settings);
		this.#clients.set(accountId, { value, at: now });
		return value;
	}

	/** The venue's markets. Older ones serve while the venue gives no new list. */
	async listing(): Promise<Listing> {
		const kept = this.#listing;
		if (kept !== null && this.kernel.clock.now() - kept.at < LISTING_AGE) return kept.value;
		this.#loading ??= this.#load().finally(() => {
			this.#loading = null;
		});
		try {
			return await this.#loading;
		} catch (error) {
			if (kept !== null) return kept.value;
			throw error;
		}
	}

	async #load(): Promise<Listing> {
		const client = await this.publicClient();
		// Another session of this process may have loaded them into the shared client. One that failed
		// to load is asked to load again: ccxt gives its first failure for ever otherwise.
		const known = Object.keys(client.markets ?? {}).length > 0;
		const reload = this.#listing !== null || !known;
		await this.ask(client, async () => client.loadMarkets(reload), LISTING_LIMIT);
		const markets = Object.values(client.markets ?? {});
		const listing = listingOf(markets, client.precisionMode, this.profile.trades);
		// ccxt takes a page of HTML for an empty list; no venue trades nothing.
		if (listing.markets.length === 0) {
			throw questionFailed(this.venue, new Error('the list of its markets is empty'));
		}
		this.#listing = { value: listing, at: this.kernel.clock.now() };
		return listing;
	}

	/**
	 * Asks the venue something that changes nothing; refused for its time, once more by the venue's.
	 * While the venue wants a pause nothing is asked, so that it does not bar this machine.
	 * @throws FirecontrolError `VENUE_AUTH`, `VENUE_UNAVAILABLE`
	 */
	async ask<T>(
		client: CcxtClient,
		work: () => Promise<T>,
		limit = CALL_LIMIT,
		question: Question = 'books',
	): Promise<T> {
		if (this.now() < this.#quietUntil) throw wantsPause(this.venue);
		let result = await this.#run(limit, work, question);
		if (result.kind === 'failed' && isKindOf(result.error, 'InvalidNonce')) {
			await this.setClock(client);
			result = await this.#run(limit, work, question);
		}
		if (result.kind === 'done') return result.value;
		throw questionFailed(this.venue, result.error);
	}

	/** Runs what may change something, once, also in a pause, and tells all that is known of it. */
	async act<T>(work: () => Promise<T>): Promise<Traced<T>> {
		return this.#run(CALL_LIMIT, work, null);
	}

	/** Takes the venue's time for the next requests, where they bear one. */
	async setClock(client: CcxtClient): Promise<void> {
		if (this.profile.clock === 'nonce') return;
		const result = await this.#run(CALL_LIMIT, async () => client.loadTimeDifference());
		if (result.kind === 'failed') throw questionFailed(this.venue, result.error);
	}

	async #run<T>(
		limit: number,
		work: () => Promise<T>,
		question: Question | null = 'books',
	): Promise<Traced<T>> {
		const result = await traced(limit, work, question);
		const { pause } = result.trace;
		if (pause !== null) this.#quietUntil = Math.max(this.#quietUntil, this.now() + pause);
		return result;
	}
}
