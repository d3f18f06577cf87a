import type { Kernel } from '../../db';
import type { Quote } from '../../exchange';
import { accountsByIds } from '../../members';
import { add, div, isId, MINUTE, roundDown, SECOND, type Decimal } from '../../model';
import { reportHealth, trip, type Trip } from '../../safety';
import { pauseAccounts, WATCH_ACTOR } from './carry-out.service';
import { feedAfter, isLost, type Feed } from './feed';
import { accountIdsAt, symbolsJudgedSince } from './looks.queries';
import { findFeed, findWindow, forgetWindows, saveFeed, saveWindow } from './market.repository';
import { volatilityOf, withPrice, type PriceWindow } from './volatility';

/** A feed whose state does not change is written again after this, ms. */
const REWRITE_AFTER = 10 * SECOND;
/** The symbols that were judged of late are read anew after this, ms. */
const SYMBOLS_AGE = 5 * SECOND;
const SHOWN = 2;

const middle = ({ bid, ask }: Quote): Decimal => div(add(bid, ask), 2);

/** What one process knows of the markets that it watches; rows keep it over a restart. */
export class MarketWatch {
	readonly #feeds = new Map<string, { feed: Feed; writtenAt: number }>();
	readonly #windows = new Map<string, PriceWindow>();
	#judged: { at: number; places: Awaited<ReturnType<typeof symbolsJudgedSince>> } = { at: 0, places: [] };
	#forgottenAt = 0;

	constructor(private readonly kernel: Kernel) {}

	/** Symbols of each venue that are looked at though nothing is held in them. */
	async places(open: readonly Trip[]): Promise<Map<string, Set<string>>> {
		const { conn, clock, rules } = this.kernel;
		const now = clock.now();
		if (now - this.#judged.at >= SYMBOLS_AGE) {
			const since = now - rules.policy.watch.symbolMinutes * MINUTE;
			this.#judged = { at: now, places: await symbolsJudgedSince(conn, since) };
		}
		const places = new Map<string, Set<string>>();
		const put = (venue: string, symbol: string): void => {
			places.set(venue, (places.get(venue) ?? new Set()).add(symbol));
		};
		for (const { venue, symbol } of this.#judged.places) put(venue, symbol);
		for (const venue of await this.#pausedVenues(open)) {
			const feed = this.#feeds.get(venue)?.feed ?? (await findFeed(conn, venue));
			if (feed !== null) put(venue, feed.symbol);
		}
		return places;
	}

	/**
	 * Venues whose accounts wait for prices: asked for what was asked for last until their pause is
	 * over, or nothing would tell that they are well, nor that they stay so.
	 */
	async #pausedVenues(open: readonly Trip[]): Promise<Set<string>> {
		const ids = open.flatMap(({ cause, scopeId }) =>
			cause === 'feed_lost' && isId('acc', scopeId) ? [scopeId] : [],
		);
		if (ids.length === 0) return new Set();
		return new Set((await accountsByIds(this.kernel.conn, ids)).map(({ venue }) => venue));
	}

	/** Notes the prices that a look at a venue found, and stops what moves too much or is not seen. */
	async note(
		venue: string,
		asked: readonly string[],
		quotes: ReadonlyMap<string, Quote>,
		open: readonly Trip[],
	): Promise<void> {
		const [symbol] = asked;
		if (symbol === undefined) return;
		await this.#noteFeed(venue, symbol, quotes.size > 0, open);
		for (const quote of quotes.values()) await this.#notePrice(venue, quote, open);
		await this.#forget();
	}

	async #noteFeed(venue: string, symbol: string, fresh: boolean, open: readonly Trip[]): Promise<void> {
		const { kernel } = this;
		const now = kernel.clock.now();
		const known = this.#feeds.get(venue);
		const before = known?.feed ?? (await findFeed(kernel.conn, venue));
		const feed = feedAfter(before, { venue, symbol, fresh, now });
		const same = known !== undefined && (feed.lostSince === null) === (known.feed.lostSince === null);
		const write = !same || now - known.writtenAt >= REWRITE_AFTER;
		if (write) await saveFeed(kernel.conn, feed);
		this.#feeds.set(venue, { feed, writtenAt: write ? now : known.writtenAt });
		const { feedLostSeconds } = kernel.rules.policy.protection;
		const lost = isLost(feed, now, feedLostSeconds);
		const paused = new Map(
			open.filter(({ cause }) => cause === 'feed_lost').map((each) => [each.scopeId, each]),
		);
		if (!lost && paused.size === 0) return;
		const ids = await accountIdsAt(kernel.conn, venue);
		if (lost) {
			const reason = `${venue} has given no fresh price for ${feedLostSeconds} s.`;
			const running = ids.filter((id) => !paused.has(id));
			await pauseAccounts(kernel, running.map((id) => ({ id, reason })), 'feed_lost');
		}
		const well = feed.lostSince === null;
		const turned = ids.filter((id) => {
			const trip_ = paused.get(id);
			return trip_ !== undefined && (trip_.healthySince !== null) !== well;
		});
		if (turned.length === 0) return;
		await kernel.transaction(async (trx) => {
			for (const scopeId of turned) {
				await reportHealth(trx, kernel, { scope: 'account', scopeId, cause: 'feed_lost' }, well);
			}
		});
	}

	async #notePrice(venue: string, quote: Quote, open: readonly Trip[]): Promise<void> {
		const { kernel } = this;
		const { watch } = kernel.rules.policy;
		const { symbol } = quote;
		const key = `${venue}|${symbol}`;
		const before = this.#windows.get(key) ?? (await findWindow(kernel.conn, venue, symbol));
		const window = withPrice(before, quote.at, middle(quote), watch.volatilityMinutes);
		this.#windows.set(key, window);
		const now = kernel.clock.now();
		if (window.at(-1)?.at !== before.at(-1)?.at) {
			await saveWindow(kernel.conn, { venue, symbol }, window, now);
		}
		const pauses = open.filter((each) => each.cause === 'volatility' && each.symbol === symbol);
		const until = pauses.map(({ rearmAt }) => rearmAt ?? 0);
		const pause = volatilityOf(window, now, until.length === 0 ? null : Math.max(...until), watch);
		if (pause === null) return;
		const reason = `${symbol} moved ${roundDown(pause.move, SHOWN)} % within ${watch.volatilityMinutes} min at ${venue}.`;
		await kernel.transaction(async (trx) =>
			trip(trx, kernel, {
				scope: 'symbol', symbol, state: 'PAUSED', cause: 'volatility', reason,
				rearm: 'timed', rearmAt: pause.until, actor: WATCH_ACTOR,
			}),
		);
	}

	/** Windows that nobody adds to grow old and are dropped. */
	async #forget(): Promise<void> {
		const now = this.kernel.clock.now();
		if (now - this.#forgottenAt < MINUTE) return;
		this.#forgottenAt = now;
		const oldest = now - 2 * this.kernel.rules.policy.watch.volatilityMinutes * MINUTE;
		for (const [key, window] of this.#windows) {
			if ((window.at(-1)?.at ?? 0) < oldest) this.#windows.delete(key);
		}
		await forgetWindows(this.kernel.conn, oldest);
	}
}
