import type { NewsRules } from './event';
import { ALL_CURRENCIES } from './news';

/** The two sides of a symbol. */
export interface SymbolParts {
	readonly base: string;
	readonly quote: string;
}

/** Whose news one currency, token or metal listens to. */
function listens(code: string, { fiat, listensTo, othersListenTo }: NewsRules): readonly string[] {
	const name = code.toUpperCase();
	const mapped = Object.hasOwn(listensTo, name) ? listensTo[name] : undefined;
	return mapped ?? (fiat.includes(name) ? [name] : othersListenTo);
}

/** The currencies whose news counts for a symbol, each once; `ALL` is always among them. */
export function currenciesOf({ base, quote }: SymbolParts, rules: NewsRules): string[] {
	return [...new Set([...listens(base, rules), ...listens(quote, rules), ALL_CURRENCIES])];
}

const SEPARATED = /^([A-Z0-9]{1,20})[/\-_.]([A-Z0-9]{2,12})(?::[A-Z0-9]{2,12}.*)?$/;
const JOINED = /^[A-Z0-9]{4,24}$/;

/**
 * The sides of a symbol as people write it: `BTC/USDT`, `BTC/USDT:USDT`, `EUR_USD`, `BTCUSDT`,
 * `BINANCE:EURUSD`. Null where they cannot be told apart for certain.
 */
export function symbolParts(text: string, rules: NewsRules): SymbolParts | null {
	const name = text.trim().toUpperCase().replace(/^[A-Z0-9_]{2,20}:(?=[A-Z0-9]{4,})/, '');
	const [, base, quote] = SEPARATED.exec(name) ?? [];
	if (base !== undefined && quote !== undefined) return { base, quote };
	if (!JOINED.test(name)) return null;
	const quotes = [...Object.keys(rules.listensTo), ...rules.fiat]
		.filter((code) => name.length > code.length && name.endsWith(code))
		.sort((a, b) => b.length - a.length);
	const [longest] = quotes;
	return longest === undefined ? null : { base: name.slice(0, -longest.length), quote: longest };
}
