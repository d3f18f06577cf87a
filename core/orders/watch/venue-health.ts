import { messageOf, MINUTE, SECOND, type AccountId } from '../../model';
import { clearTrip, listOpenTrips, trip, type NewTrip } from '../../safety';
import { ENGINE_ACTOR, type OrderDeps } from '../deps';
import { accountsAt } from './watch.queries';

/** Trips are looked at this often, ms. */
const SETTLE_EVERY = 10 * SECOND;

/** What this process knows of how venues answer. The trips it opens are rows. */
export interface VenueHealth {
	answered(venue: string, accountId: AccountId | null): void;
	/** Counts a failed call; too many in a minute pause the account. */
	failed(venue: string, accountId: AccountId | null, error: unknown): Promise<void>;
	/** One look at a price of the venue. */
	price(venue: string, fresh: boolean): void;
	/** Pauses the accounts of venues without prices, and lets those go on that have them again. */
	settle(venues: readonly string[]): Promise<void>;
}

/** Prices of one venue. */
interface Feed {
	/** Of this look. */
	seen: boolean;
	fresh: boolean;
	lostSince: number | null;
	freshSince: number | null;
}

class Health implements VenueHealth {
	/** Times of failed calls of the last minute, by venue and account. */
	readonly #failures = new Map<string, number[]>();
	readonly #failing = new Set<string>();
	readonly #feeds = new Map<string, Feed>();
	#settledAt = 0;

	constructor(private readonly deps: OrderDeps) {}

	answered(venue: string, accountId: AccountId | null): void {
		const key = `${venue}|${accountId ?? ''}`;
		if (!this.#failing.delete(key)) return;
		this.deps.kernel.log.info('A venue answers again.', { venue, account_id: accountId });
	}

	async failed(venue: string, accountId: AccountId | null, error: unknown): Promise<void> {
		const { log, clock, rules } = this.deps.kernel;
		const key = `${venue}|${accountId ?? ''}`;
		if (!this.#failing.has(key)) {
			this.#failing.add(key);
			log.error('A venue does not answer about its orders; it is asked again.', {
				venue,
				account_id: accountId,
				error: messageOf(error),
			});
		}
		const now = clock.now();
		const recent = [...(this.#failures.get(key) ?? []), now].filter((at) => now - at < MINUTE);
		this.#failures.set(key, recent);
		const { apiErrorsPerMinute, apiErrorsPauseMinutes } = rules.policy.protection;
		if (accountId === null || recent.length < apiErrorsPerMinute) return;
		await this.#trip(accountId, {
			cause: 'api_errors',
			reason: `${recent.length} calls to ${venue} failed within a minute: ${messageOf(error)}`,
			rearm: 'timed',
			rearmAt: now + apiErrorsPauseMinutes * MINUTE,
		});
		this.#failures.set(key, []);
	}

	price(venue: string, fresh: boolean): void {
		const feed = this.#feed(venue);
		feed.seen = true;
		feed.fresh ||= fresh;
	}

	async settle(venues: readonly string[]): Promise<void> {
		const now = this.deps.kernel.clock.now();
		for (const feed of this.#feeds.values()) {
			if (!feed.seen) continue;
			feed.lostSince = feed.fresh ? null : (feed.lostSince ?? now);
			feed.freshSince = feed.fresh ? (feed.freshSince ?? now) : null;
			feed.seen = false;
			feed.fresh = false;
		}
		if (now - this.#settledAt < SETTLE_EVERY) return;
		this.#settledAt = now;
		for (const venue of new Set(venues)) await this.#pauseWithoutPrices(venue, now);
		await this.#rearmWithPrices(new Set(venues), now);
	}

	#feed(venue: string): Feed {
		const known = this.#feeds.get(venue);
		if (known !== undefined) return known;
		const made: Feed = { seen: false, fresh: false, lostSince: null, freshSince: null };
		this.#feeds.set(venue, made);
		return made;
	}

	async #pauseWithoutPrices(venue: string, now: number): Promise<void> {
		const { lostSince } = this.#feed(venue);
		const { feedLostSeconds } = this.deps.kernel.rules.policy.protection;
		if (lostSince === null || now - lostSince <= feedLostSeconds * SECOND) return;
		for (const accountId of await accountsAt(this.deps.kernel.conn, venue)) {
			await this.#trip(accountId, {
				cause: 'feed_lost',
				reason: `${venue} has given no fresh price for ${feedLostSeconds} s.`,
				rearm: 'healthy',
				rearmAt: null,
			});
		}
	}

	async #trip(
		accountId: AccountId,
		made: Pick<NewTrip, 'cause' | 'reason' | 'rearm' | 'rearmAt'>,
	): Promise<void> {
		const { kernel } = this.deps;
		await kernel.transaction(async (trx) =>
			trip(trx, kernel, {
				scope: 'account',
				scopeId: accountId,
				state: 'PAUSED',
				actor: ENGINE_ACTOR,
				...made,
			}),
		);
	}

	/** A venue where nothing is open gives no prices here; the gate asks for a fresh one itself. */
	async #rearmWithPrices(watched: ReadonlySet<string>, now: number): Promise<void> {
		const { kernel } = this.deps;
		const lost = (await listOpenTrips(kernel.conn)).filter(({ cause }) => cause === 'feed_lost');
		if (lost.length === 0) return;
		const healthyMs = kernel.rules.policy.protection.feedHealthySeconds * SECOND;
		const healthy = new Set<string>();
		for (const venue of new Set([...watched, ...this.#feeds.keys()])) {
			const { freshSince } = this.#feed(venue);
			const well = !watched.has(venue) || (freshSince !== null && now - freshSince >= healthyMs);
			if (!well) continue;
			for (const accountId of await accountsAt(kernel.conn, venue)) healthy.add(accountId);
		}
		for (const { id, scopeId, openedAt } of lost) {
			if (scopeId === null || !healthy.has(scopeId) || now - openedAt < healthyMs) continue;
			const reason = 'Prices are fresh again.';
			await kernel.transaction(async (trx) =>
				clearTrip(trx, kernel, id, { actor: ENGINE_ACTOR, reason }),
			);
		}
	}
}

/** The health of the venues as one process sees it. */
export function createVenueHealth(deps: OrderDeps): VenueHealth {
	return new Health(deps);
}
