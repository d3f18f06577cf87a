import {
	add, DAY, div, gt, HUNDRED, lt, max, mul, neg, sub, toNumber, ZERO, type Decimal, type TradeId,
} from '../model';
import type { ReadinessFacts } from './readiness';

/** A closed trade of the account, as readiness looks at it. */
export interface PaperTrade {
	readonly id: TradeId;
	readonly source: string | null;
	readonly net: Decimal;
	readonly stopHonoured: boolean | null;
	readonly openedAt: number;
	readonly closedAt: number;
	/** Risk day of its close, `YYYY-MM-DD`. */
	readonly day: string;
}

/** What trades alone tell. */
export type TradeFacts = Pick<
	ReadinessFacts,
	| 'days' | 'trades' | 'wins' | 'losses' | 'gained' | 'lost' | 'dailyDrawdownPercent'
	| 'drawdownPercent' | 'oversizedLosses' | 'stopsMissed'
>;

const percentOf = (part: Decimal, whole: Decimal): Decimal =>
	gt(whole, ZERO) ? div(mul(part, HUNDRED), whole) : HUNDRED;

interface Curve {
	readonly balance: Decimal;
	readonly peak: Decimal;
	readonly fall: Decimal;
}

/** Largest fall from a peak of `start` plus the results so far, in percent of the peak. */
function largestFall(start: Decimal, trades: readonly PaperTrade[]): Decimal {
	const first: Curve = { balance: start, peak: start, fall: ZERO };
	return trades.reduce((curve, { net }) => {
		const balance = add(curve.balance, net);
		const peak = max(curve.peak, balance);
		return { balance, peak, fall: max(curve.fall, percentOf(sub(peak, balance), peak)) };
	}, first).fall;
}

/** Largest loss of one risk day, in percent of the balance at its start. */
function worstDay(start: Decimal, trades: readonly PaperTrade[]): Decimal {
	const days = new Map<string, Decimal>();
	for (const { day, net } of trades) days.set(day, add(days.get(day) ?? ZERO, net));
	let balance = start;
	let worst = ZERO;
	for (const net of days.values()) {
		worst = max(worst, percentOf(max(neg(net), ZERO), balance));
		balance = add(balance, net);
	}
	return worst;
}

/** Trades of the source that lost more than `limitPercent` of the account's balance at their close. */
function oversized(
	start: Decimal,
	account: readonly PaperTrade[],
	source: string,
	limitPercent: number,
): number {
	let balance = start;
	let count = 0;
	for (const trade of account) {
		const lost = percentOf(max(neg(trade.net), ZERO), balance);
		if (trade.source === source && gt(lost, limitPercent)) count += 1;
		balance = add(balance, trade.net);
	}
	return count;
}

/**
 * What the closed trades of a source tell. `account` holds the trades of the whole account in the
 * order of their closes: what a trade may lose is measured by the balance of all of them together.
 */
export function tradeFacts(
	start: Decimal,
	account: readonly PaperTrade[],
	source: string,
	lossLimitPercent: number,
): TradeFacts {
	const own = account.filter((trade) => trade.source === source);
	const wins = own.filter(({ net }) => gt(net, ZERO));
	const losses = own.filter(({ net }) => lt(net, ZERO));
	const first = Math.min(...own.map(({ openedAt }) => openedAt));
	const last = Math.max(...own.map(({ closedAt }) => closedAt));
	return {
		days: own.length === 0 ? 0 : (last - first) / DAY,
		trades: own.length,
		wins: wins.length,
		losses: losses.length,
		gained: toNumber(add(...wins.map(({ net }) => net))),
		lost: toNumber(neg(add(...losses.map(({ net }) => net)))),
		dailyDrawdownPercent: toNumber(worstDay(start, own)),
		drawdownPercent: toNumber(largestFall(start, own)),
		oversizedLosses: oversized(start, account, source, lossLimitPercent),
		stopsMissed: own.filter(({ stopHonoured }) => stopHonoured === false).length,
	};
}
