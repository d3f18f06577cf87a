import {
	add, div, isRefused, min, mul, sub, type Decimal, type ExposureGroup, type ExposurePolicy,
} from '../model';
import { HUNDREDTH } from './exposure';
import type { Known } from './prices';
import type { RiskSnapshot } from './snapshot';

/** Everything of one kind that the account holds or has promised, beside the judged order. */
export interface HeldValue {
	readonly kind: 'symbol' | 'currency' | 'group';
	/** The symbol, the asset, or the group's name. */
	readonly name: string;
	/** Most that may be in it, the judged order included. */
	readonly limit: Known<Decimal>;
	/** In the account's currency: open quantities at their entry price, and reservations. */
	readonly held: Decimal;
	/** The group's assets; only of groups. */
	readonly assets: readonly string[];
}

/** What is bought or sold of a unified symbol, `BTC` of `BTC/USDT`; a name without quote is its own. */
export function baseOf(symbol: string): string {
	return symbol.split('/')[0] ?? symbol;
}

interface Position {
	readonly symbol: string;
	readonly value: Decimal;
}

/** Reservations hold cash with its safety margin; without the margin it is the order's value. */
function positionsOf({ trades, reservations, policy }: RiskSnapshot): Position[] {
	const open = trades.map(({ symbol, openQuantity, entryPrice }) => ({
		symbol, value: mul(openQuantity, entryPrice ?? 0),
	}));
	const reserved = reservations.map(({ symbol, cash }) => ({
		symbol, value: div(cash, policy.risk.cashBufferFactor),
	}));
	return [...open, ...reserved];
}

const groupsOf = ({ groups }: ExposurePolicy, asset: string): ExposureGroup[] =>
	groups.filter(({ assets }) => assets.includes(asset));

/**
 * How much of the judged symbol, of its base asset and of each group of that asset is held. Longs
 * and shorts add up: that they would cancel each other out is a hope, not a limit.
 */
export function concentrationOf(snapshot: RiskSnapshot, equity: Known<Decimal>): HeldValue[] {
	const { policy: { exposure }, market, signal } = snapshot;
	const symbol = market?.symbol ?? signal.symbol;
	const asset = market?.base ?? baseOf(symbol);
	const positions = positionsOf(snapshot);
	const heldIn = (counts: (position: Position) => boolean): Decimal =>
		add(...positions.filter(counts).map(({ value }) => value));
	const limitOf = (percent: number): Known<Decimal> =>
		isRefused(equity) ? equity : mul(equity, percent, HUNDREDTH);
	return [
		{
			kind: 'symbol', name: symbol, assets: [],
			limit: limitOf(exposure.symbolPercent),
			held: heldIn((position) => position.symbol === symbol),
		},
		{
			kind: 'currency', name: asset, assets: [],
			limit: limitOf(exposure.currencyPercent),
			held: heldIn((position) => baseOf(position.symbol) === asset),
		},
		...groupsOf(exposure, asset).map(({ name, assets, percent }): HeldValue => ({
			kind: 'group', name, assets,
			limit: limitOf(percent),
			held: heldIn((position) => assets.includes(baseOf(position.symbol))),
		})),
	];
}

/** The least of what these limits leave: beside what is held, or as if nothing were. */
export function roomWithin(
	concentration: readonly HeldValue[],
	beside: 'held' | 'nothing',
): Known<Decimal> {
	let least: Decimal | null = null;
	for (const { limit, held } of concentration) {
		if (isRefused(limit)) return limit;
		const room = beside === 'held' ? sub(limit, held) : limit;
		least = least === null ? room : min(least, room);
	}
	return least ?? add();
}
