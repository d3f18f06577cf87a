import type { Market, Quote } from '../../exchange';
import { messageOf, SECOND } from '../../model';
import type { OrderDeps } from '../deps';

/** A symbol as the watch sees it. */
export interface Seen {
	/** Null where the venue does not list it, or could not be asked. */
	readonly market: Market | null;
	/** Null when there is none or it is too old to act on. */
	readonly quote: Quote | null;
}

/** Looks at a symbol of a venue; the same one again costs nothing. */
export type See = (venue: string, symbol: string) => Promise<Seen>;

async function attempt<T>(deps: OrderDeps, what: string, ask: () => Promise<T | null>): Promise<T | null> {
	try {
		return await ask();
	} catch (error) {
		deps.kernel.log.warn('A symbol cannot be seen now.', { what, error: messageOf(error) });
		return null;
	}
}

/** The prices of one look: one quote a venue and symbol, whatever the number of trades. */
export function createPrices(deps: OrderDeps): See {
	const { kernel, exchanges } = deps;
	const maxAge = kernel.rules.policy.risk.quoteFreshSeconds * SECOND;
	const known = new Map<string, Promise<Seen>>();
	async function look(venue: string, symbol: string): Promise<Seen> {
		const what = `${venue} ${symbol}`;
		const market = await attempt(deps, what, async () => exchanges.for(venue).resolve(symbol));
		const quote = await attempt(deps, what, async () => exchanges.quotes.quote(venue, symbol));
		const fresh = quote !== null && kernel.clock.now() - quote.at <= maxAge;
		return { market, quote: fresh ? quote : null };
	}
	return async (venue, symbol) => {
		const key = `${venue}|${symbol}`;
		const seen = known.get(key) ?? look(venue, symbol);
		known.set(key, seen);
		return seen;
	};
}
