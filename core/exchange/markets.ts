import type { Market } from './exchange';

/** `BINANCE:BTCUSDT` → `BTCUSDT`; text without an exchange prefix stays as it is. */
export function stripExchangePrefix(text: string): string {
	const colon = text.indexOf(':');
	return colon === -1 ? text : text.slice(colon + 1);
}

/** The market whose unified name or venue id is exactly this text; never a near match. */
export function findMarket(markets: readonly Market[], symbolText: string): Market | null {
	const name = stripExchangePrefix(symbolText.trim());
	return markets.find((market) => market.symbol === name || market.id === name) ?? null;
}
