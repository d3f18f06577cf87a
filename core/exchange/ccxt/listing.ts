import type { Decimal } from '../../model';
import { add, decimal, floorToStep, gt, isZero, lt, ZERO } from '../../model';
import type { Market } from '../exchange';
import type { CcxtMarket } from './library';

/** ccxt's ways to say how exact a number is. */
const DECIMAL_PLACES = 2;
const TICK_SIZE = 4;

/** A market with ccxt's name of it, which differs on derivatives (`BTC/USDT:USDT`). */
export interface Listed {
	readonly market: Market;
	readonly ccxtSymbol: string;
}

/** A venue's markets. */
export interface Listing {
	readonly markets: readonly Market[];
	/** By our unified name. */
	find(symbol: string): Listed | null;
	/** Our name of ccxt's; ccxt's own where the market is not traded here. */
	ours(ccxtSymbol: string): string;
}

const isNumber = (value: unknown): value is string | number =>
	(typeof value === 'string' && value !== '') || (typeof value === 'number' && Number.isFinite(value));

const orNull = (value: unknown): Decimal | null => (isNumber(value) ? decimal(value) : null);

/**
 * The step that a precision of ccxt's stands for; null where there is none, or where it depends on
 * the size of the number (significant digits), so that no one step is right.
 */
export function stepOf(precision: unknown, mode: number): Decimal | null {
	const value = orNull(precision);
	if (value === null) return null;
	if (mode === TICK_SIZE) return gt(value, ZERO) ? value : null;
	if (mode === DECIMAL_PLACES) return decimal(`1e${-Number(value)}`);
	return null;
}

function ceilToStep(value: Decimal, step: Decimal): Decimal {
	const floor = floorToStep(value, step);
	return lt(floor, value) ? add(floor, step) : floor;
}

/** A market of ccxt's as ours, or null when it lacks what an order must be held to. */
export function toMarket(market: CcxtMarket, precisionMode: number): Market | null {
	const quantityStep = stepOf(market.precision.amount, precisionMode);
	const priceTick = stepOf(market.precision.price, precisionMode);
	if (quantityStep === null || priceTick === null) return null;
	const least = orNull(market.limits['amount']?.min) ?? quantityStep;
	const most = orNull(market.limits['amount']?.max);
	return {
		symbol: `${market.base}/${market.quote}`,
		id: market.id,
		base: market.base,
		quote: market.quote,
		quantityStep,
		priceTick,
		minQuantity: ceilToStep(gt(least, quantityStep) ? least : quantityStep, quantityStep),
		maxQuantity: most === null || isZero(most) ? null : most,
		minNotional: orNull(market.limits['cost']?.min) ?? ZERO,
	};
}

/** The markets of the kinds that are traded, halted ones too, each name and id once. */
export function listingOf(
	markets: readonly CcxtMarket[],
	precisionMode: number,
	trades: (market: CcxtMarket) => boolean,
): Listing {
	const bySymbol = new Map<string, Listed>();
	const ids = new Set<string>();
	const names = new Map<string, string>();
	const traded = markets.filter(trades);
	// A market that is halted gives way to one of the same name that is not.
	const active = traded.filter((each) => each.active !== false);
	const halted = traded.filter((each) => each.active === false);
	for (const each of [...active, ...halted]) {
		const symbol = `${each.base}/${each.quote}`;
		names.set(each.symbol, symbol);
		if (bySymbol.has(symbol) || ids.has(each.id)) continue;
		const market = toMarket(each, precisionMode);
		if (market === null) continue;
		const state = each.active === false ? { halted: true as const } : {};
		bySymbol.set(symbol, { market: { ...market, ...state }, ccxtSymbol: each.symbol });
		ids.add(each.id);
	}
	return {
		markets: [...bySymbol.values()].map(({ market }) => market),
		find: (symbol) => bySymbol.get(symbol) ?? null,
		ours: (ccxtSymbol) => names.get(ccxtSymbol) ?? ccxtSymbol,
	};
}
