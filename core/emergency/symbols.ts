import { PAPER_VENUE, type Exchanges } from '../exchange';
import { activeVenues } from './scope.queries';
import type { Conn } from '../db';
import { isRefused, refuse, type Refused } from '../model';

/** A unified name, with its settlement on derivatives: `BTC/USDT`, `BTC/USDT:USDT`. */
const UNIFIED = /^[A-Z0-9.-]{1,20}\/[A-Z0-9.-]{1,20}(:[A-Z0-9.-]{1,20})?$/;

async function asked(exchanges: Exchanges, venue: string, text: string): Promise<string | null> {
	try {
		return (await exchanges.for(venue).resolve(text))?.symbol ?? null;
	} catch {
		// intentional: a stop must not wait for a venue that does not answer
		return null;
	}
}

/**
 * The unified name of a symbol as people write it (`btcusdt`, `BINANCE:BTCUSDT`): a stop of a name
 * that nothing trades under would stop nothing. Refused: `STOP_INVALID`.
 */
export async function unifiedSymbol(
	conn: Conn,
	exchanges: Exchanges,
	written: string,
): Promise<string | Refused> {
	const text = written.trim().toUpperCase();
	if (UNIFIED.test(text)) return text;
	const venues = new Set([PAPER_VENUE, ...(await activeVenues(conn))]);
	for (const venue of venues) {
		const symbol = await asked(exchanges, venue, text);
		if (symbol !== null) return symbol;
	}
	return refuse('STOP_INVALID', { problem: `"${written}" is no symbol. Write it like BTC/USDT.` });
}

/** A wish with its symbol as the venues' markets are called. */
export async function withUnifiedSymbol<T extends { readonly symbol: string | null }>(
	conn: Conn,
	exchanges: Exchanges,
	wish: T,
): Promise<T | Refused> {
	if (wish.symbol === null || wish.symbol.trim() === '') return wish;
	const symbol = await unifiedSymbol(conn, exchanges, wish.symbol);
	return isRefused(symbol) ? symbol : { ...wish, symbol };
}
