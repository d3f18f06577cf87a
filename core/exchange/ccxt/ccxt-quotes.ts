import type { Kernel } from '../../db';
import { isZero, messageOf, SECOND, type Decimal } from '../../model';
import type { Quote } from '../quotes';
import { decimalOf, textOf } from './answer';
import type { Answer, CcxtClient } from './library';
import { scrub } from './scrub';
import type { VenueSession } from './session';

/** A quote of this age still serves, so that many who ask at once cost one question. */
const FRESH = 1 * SECOND;
/** How long questions for further symbols are gathered into one; ms. */
const GATHER = 5;
/** After a failed question the next one waits, so that a venue that is down is not pressed. */
const PAUSE = 1 * SECOND;
/** A price that takes longer is none; ms. */
const PRICE_LIMIT = 5 * SECOND;
/** Symbols that somebody asked for this recently are asked for along with others. */
const WANTED = 10 * SECOND;

const positive = (value: Decimal | null): Decimal | null =>
	value === null || isZero(value) ? null : value;

/** With no more data than needed, and without a key. */
async function ask(
	client: CcxtClient,
	symbols: readonly string[],
	singly: number,
): Promise<readonly Answer[]> {
	if (symbols.length <= singly) {
		return Promise.all(symbols.map(async (symbol) => client.fetchTicker(symbol)));
	}
	const answers =
		client.has['fetchBidsAsks'] === true
			? await client.fetchBidsAsks(symbols)
			: await client.fetchTickers(symbols);
	return Object.values(answers);
}

/** Best prices of one venue, for all who ask: public data, one question for many symbols. */
export class VenueQuotes {
	readonly #latest = new Map<string, Quote>();
	/** When each symbol was last asked for. */
	readonly #wanted = new Map<string, number>();
	#asking: Promise<void> | null = null;
	#pausedUntil = 0;

	constructor(
		private readonly kernel: Pick<Kernel, 'clock' | 'log'>,
		private readonly session: VenueSession,
	) {}

	/** The latest quote, of any age, or null when there was never one. */
	async quote(symbol: string): Promise<Quote | null> {
		this.#wanted.set(symbol, this.kernel.clock.now());
		// One that began before may not have this symbol: at most two rounds.
		for (let round = 0; round < 2 && !this.#isFresh(symbol); round += 1) {
			this.#asking ??= this.#ask().finally(() => {
				this.#asking = null;
			});
			await this.#asking;
		}
		return this.#latest.get(symbol) ?? null;
	}

	#isFresh(symbol: string): boolean {
		const at = this.#latest.get(symbol)?.at;
		const now = this.kernel.clock.now();
		return now < this.#pausedUntil || (at !== undefined && now - at < FRESH);
	}

	async #ask(): Promise<void> {
		await new Promise((resolve) => setTimeout(resolve, GATHER));
		const { clock, log } = this.kernel;
		try {
			const listing = await this.session.listing();
			const symbols = this.#symbols(clock.now()).flatMap(
				(symbol) => listing.find(symbol)?.ccxtSymbol ?? [],
			);
			if (symbols.length === 0) return;
			const client = await this.session.publicClient();
			// A quote is as old as the question: what the venue knew later makes it only better.
			const at = clock.now();
			const answers = await this.session.ask(
				client,
				async () => ask(client, symbols, this.session.profile.pricesSingly),
				PRICE_LIMIT,
				'prices',
			);
			for (const answer of answers) this.#keep(listing.ours(textOf(answer, 'symbol') ?? ''), answer, at);
		} catch (error) {
			this.#pausedUntil = clock.now() + PAUSE;
			log.warn('A venue gave no prices.', {
				venue: this.session.venue,
				error: scrub(messageOf(error)),
			});
		}
	}

	#symbols(now: number): string[] {
		for (const [symbol, at] of this.#wanted) if (now - at > WANTED) this.#wanted.delete(symbol);
		return [...this.#wanted.keys()];
	}

	#keep(symbol: string, answer: Answer, at: number): void {
		const bid = positive(decimalOf(answer, 'bid'));
		const ask = positive(decimalOf(answer, 'ask'));
		if (bid !== null && ask !== null) this.#latest.set(symbol, { symbol, bid, ask, at });
	}
}
