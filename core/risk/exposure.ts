import {
	add, decimal, gte, isRefused, isZero, max, min, mul, neg, sub, ZERO, type Decimal, type Policy,
} from '../model';
import { knownEquity, type Known } from './prices';
import type { RiskLevel } from './risk';
import type { OpenTrade, RiskSnapshot } from './snapshot';

/** What the account has lost today, and stands to lose. */
export interface DailyUse {
	/** Σ over open trades of the loss if stopped, with fees, plus Σ of what reservations may lose. */
	readonly openRisk: Known<Decimal>;
	/** `openRisk` and what was realised as a loss today. Open profit creates no budget. */
	readonly dailyUsed: Known<Decimal>;
	/** The realised loss of the day alone, 0 on a day in profit. */
	readonly realisedLoss: Decimal;
}

/** What that is made from. */
export type DailyFacts = Pick<
	RiskSnapshot,
	'now' | 'policy' | 'account' | 'trades' | 'reservations'
> & { readonly venue: Pick<RiskSnapshot['venue'], 'takerFeePercent'> };

/** What the account already stands to lose, and the cash that is left. */
export interface Exposure extends DailyUse {
	/** Booked cash less what reservations hold. */
	readonly freeCash: Decimal;
	/** Distinct symbols with a trade or a reservation, without the judged one. */
	readonly otherSymbols: number;
}

/** A percent as factor: multiplying is exact, dividing by 100 costs more. */
export const HUNDREDTH = decimal('0.01');

/** Fees of one side for `value` traded. */
export function takerFee(value: Decimal, percent: Decimal): Decimal {
	return mul(value, percent, HUNDREDTH);
}

/**
 * Loss from entry if the stop is hit now, with the fees not yet booked; never negative. A trade
 * without a stop counts a fixed share of the equity, or its notional if that is less.
 */
export function lossIfStopped(
	trade: OpenTrade,
	feePercent: Decimal,
	unprotected: Known<Decimal>,
): Known<Decimal> {
	const { entryPrice, openQuantity, stopLoss } = trade;
	if (entryPrice === null || isZero(openQuantity)) return trade.unbookedFees;
	if (stopLoss === null) {
		return isRefused(unprotected) ? unprotected : min(unprotected, mul(openQuantity, entryPrice));
	}
	const distance = sub(entryPrice, stopLoss);
	const loss = mul(openQuantity, trade.side === 'buy' ? distance : neg(distance));
	return max(ZERO, add(loss, trade.unbookedFees, takerFee(mul(openQuantity, stopLoss), feePercent)));
}

function unprotectedLoss(snapshot: DailyFacts): Known<Decimal> {
	const equity = knownEquity(snapshot);
	if (isRefused(equity)) return equity;
	return mul(equity, snapshot.policy.risk.unprotectedRiskPercent, HUNDREDTH);
}

/** The daily loss in use by the policy's formula: the gate and the watch go by the same. Pure. */
export function dailyUseOf(facts: DailyFacts): DailyUse {
	const { account, reservations, trades, venue } = facts;
	const unprotected = unprotectedLoss(facts);
	const losses = trades.map((trade) => lossIfStopped(trade, venue.takerFeePercent, unprotected));
	const missing = losses.find(isRefused);
	const known = losses.filter((loss): loss is Decimal => !isRefused(loss));
	const openRisk = missing ?? add(...known, ...reservations.map((held) => held.risk));
	const realisedLoss = max(ZERO, neg(account.realisedToday));
	const dailyUsed = isRefused(openRisk) ? openRisk : add(realisedLoss, openRisk);
	return { openRisk, dailyUsed, realisedLoss };
}

/** Sums up what the account has open and reserved. Pure. */
export function exposureOf(snapshot: RiskSnapshot): Exposure {
	const { account, reservations, trades, signal, market } = snapshot;
	const own = market?.symbol ?? signal.symbol;
	const symbols = new Set([...trades, ...reservations].map((held) => held.symbol));
	symbols.delete(own);
	return {
		...dailyUseOf(snapshot),
		freeCash: sub(account.cash, add(...reservations.map((held) => held.cash))),
		otherSymbols: symbols.size,
	};
}

/** How much of the day's limit is in use: a word for people; the checks compare the amounts. */
export function riskLevel(used: Decimal, limit: Decimal, policy: Policy): RiskLevel {
	const { medium, high, critical } = policy.risk.riskLevelPercents;
	const reaches = (percent: number): boolean => gte(used, mul(limit, percent, HUNDREDTH));
	if (reaches(critical)) return 'CRITICAL';
	if (reaches(high)) return 'HIGH';
	return reaches(medium) ? 'MEDIUM' : 'LOW';
}
