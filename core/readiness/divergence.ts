import { div, isZero, mul, sub, toNumber, type Decimal, type Side } from '../model';

/** The filled entry of one signal on one account. */
export interface EntryFill {
	readonly signalId: string | null;
	readonly symbol: string;
	readonly side: Side;
	readonly averagePrice: Decimal;
	readonly referencePrice: Decimal | null;
}

/** How a source's orders went on one kind of account. */
export interface ExecutionSide {
	readonly orders: number;
	readonly rejected: number;
	readonly entries: readonly EntryFill[];
}

/** A comparison, or that there is nothing to compare yet. */
export type Measured<T> = T | 'not measured';

/** Paper against live, of one source. Basis points; positive: live is worse than paper. */
export interface Divergence {
	/** Mean difference of the fill prices of signals that both traded. */
	readonly fillPriceBasisPoints: Measured<number>;
	/** Signals that both traded, a symbol at a time. */
	readonly pairs: number;
	/** Mean slippage against the price that the gate judged by. */
	readonly slippageBasisPoints: Measured<{ readonly paper: number; readonly live: number }>;
	readonly rejectPercent: Measured<{ readonly paper: number; readonly live: number }>;
	readonly orders: { readonly paper: number; readonly live: number };
}

const BASIS_POINTS = 10_000;
const round = (value: number): number => Number(value.toFixed(2));
const mean = (values: readonly number[]): number =>
	values.reduce((sum, value) => sum + value, 0) / values.length;

/** How much worse `price` is than `against` for this side, in basis points. */
export function worseBy(side: Side, price: Decimal, against: Decimal): number | null {
	if (isZero(against)) return null;
	const difference = side === 'buy' ? sub(price, against) : sub(against, price);
	return toNumber(div(mul(difference, BASIS_POINTS), against));
}

function slippages({ entries }: ExecutionSide): number[] {
	return entries
		.map(({ side, averagePrice, referencePrice }) =>
			referencePrice === null ? null : worseBy(side, averagePrice, referencePrice),
		)
		.filter((points) => points !== null);
}

const keyOf = ({ signalId, symbol, side }: EntryFill): string => `${signalId}|${symbol}|${side}`;

/** Differences of entries that the same signal led to on both sides; the first of each counts. */
function pairsOf(paper: ExecutionSide, live: ExecutionSide): number[] {
	const byKey = new Map<string, EntryFill>();
	for (const entry of paper.entries) {
		if (entry.signalId !== null && !byKey.has(keyOf(entry))) byKey.set(keyOf(entry), entry);
	}
	return live.entries
		.map((entry) => {
			const twin = byKey.get(keyOf(entry));
			return twin === undefined ? null : worseBy(entry.side, entry.averagePrice, twin.averagePrice);
		})
		.filter((points) => points !== null);
}

/** Compares how a source's orders went on paper and live. */
export function divergence(paper: ExecutionSide, live: ExecutionSide): Divergence {
	const pairs = pairsOf(paper, live);
	const slipped = { paper: slippages(paper), live: slippages(live) };
	const both = paper.orders > 0 && live.orders > 0;
	const rejects = (side: ExecutionSide): number => round((side.rejected / side.orders) * 100);
	return {
		fillPriceBasisPoints: pairs.length === 0 ? 'not measured' : round(mean(pairs)),
		pairs: pairs.length,
		slippageBasisPoints:
			slipped.paper.length === 0 || slipped.live.length === 0
				? 'not measured'
				: { paper: round(mean(slipped.paper)), live: round(mean(slipped.live)) },
		rejectPercent: both ? { paper: rejects(paper), live: rejects(live) } : 'not measured',
		orders: { paper: paper.orders, live: live.orders },
	};
}
