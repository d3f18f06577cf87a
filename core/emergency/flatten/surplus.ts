import type { Market, VenuePosition } from '../../exchange';
import {
	abs, add, gte, max, sub, ZERO, type Decimal,
} from '../../model';

/** What the venue and our books say an account holds. */
export interface Holdings {
	/** Derivatives: positions; null on spot, where the balances are the positions. */
	readonly positions: readonly VenuePosition[] | null;
	/** Totals by asset. */
	readonly balances: Readonly<Record<string, Decimal>>;
	/** By our books, by symbol, signed. */
	readonly ours: ReadonlyMap<string, Decimal>;
	/** Known to be not ours, by asset on spot and by symbol else: never touched. */
	readonly external: ReadonlyMap<string, Decimal>;
}

/** What the venue holds of a symbol beyond what our trades and others explain, signed. */
export function unexplained(market: Market, holdings: Holdings): Decimal {
	const { positions, balances, ours, external } = holdings;
	if (positions === null) {
		const held = [...ours].filter(([symbol]) => symbol.split('/')[0] === market.base);
		const known = add(...held.map(([, quantity]) => max(quantity, ZERO)));
		const others = external.get(market.base) ?? ZERO;
		return max(sub(balances[market.base] ?? ZERO, add(known, others)), ZERO);
	}
	const at = positions.find(({ symbol }) => symbol === market.symbol)?.quantity ?? ZERO;
	return sub(at, add(ours.get(market.symbol) ?? ZERO, external.get(market.symbol) ?? ZERO));
}

/** Whether the quantity is one that the venue would trade: less is dust, which nobody can close. */
export function isWorthClosing(quantity: Decimal, market: Market): boolean {
	return gte(abs(quantity), max(market.minQuantity, market.quantityStep));
}
