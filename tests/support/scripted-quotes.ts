import type { Quote, Quotes } from '../../core/exchange';
import { decimal, type Clock, type DecimalInput } from '../../core/model';

/** Quotes that a test sets; fresh for ever unless it says otherwise. */
export class ScriptedQuotes implements Quotes {
	/** How often each symbol was asked for. */
	readonly asked = new Map<string, number>();
	readonly #quotes = new Map<string, { bid: DecimalInput; ask: DecimalInput; at: number | null }>();

	constructor(private readonly clock: Clock) {}

	/** With `at`, the quote keeps that time and grows old. */
	set(symbol: string, bid: DecimalInput, ask: DecimalInput = bid, at: number | null = null): void {
		this.#quotes.set(symbol, { bid, ask, at });
	}

	clear(symbol: string): void {
		this.#quotes.delete(symbol);
	}

	async quote(_venue: string, symbol: string): Promise<Quote | null> {
		this.asked.set(symbol, (this.asked.get(symbol) ?? 0) + 1);
		const known = this.#quotes.get(symbol);
		if (known === undefined) return null;
		return {
			symbol,
			bid: decimal(known.bid),
			ask: decimal(known.ask),
			at: known.at ?? this.clock.now(),
		};
	}
}
