import {
	add, cmp, div, isZero, mul, refuse,
	type Decimal, type Refused, type Side, type SignalClass, type Tier, type TierPolicy,
} from '../model';
import type { Market } from '../exchange';
import type { TargetShare } from './risk';
import type { RiskSnapshot, SignalFacts } from './snapshot';

/** A value, or the refusal that names the missing input it would be made from. */
export type Known<T> = T | Refused;

/** Why there is no market: the venue does not list the symbol, or could not be asked. */
export function noMarket({ signal, venue }: Pick<RiskSnapshot, 'signal' | 'venue'>): Refused {
	const { symbol } = signal;
	return venue.reachable
		? refuse('SYMBOL_UNKNOWN', { symbol })
		: refuse('VENUE_UNREACHABLE', { symbol, venue: venue.name });
}

/** The market, or `SYMBOL_UNKNOWN`, or `VENUE_UNREACHABLE`. */
export function knownMarket(snapshot: RiskSnapshot): Known<Market> {
	return snapshot.market ?? noMarket(snapshot);
}

/** The rules of the member's tier, or `TIER_NONE`. */
export function knownLimits(snapshot: RiskSnapshot): Known<TierPolicy & { readonly tier: Tier }> {
	const { tier } = snapshot.member;
	return tier === null ? refuse('TIER_NONE') : { ...snapshot.policy.tiers[tier], tier };
}

/** The account's equity while it is fresh, else `EQUITY_UNKNOWN`. */
export function knownEquity(
	snapshot: Pick<RiskSnapshot, 'now' | 'policy' | 'account'>,
): Known<Decimal> {
	const { equity, equityAt } = snapshot.account;
	const limit = snapshot.policy.risk.equityFreshSeconds;
	const unknown = equity === null || equityAt === null || Math.abs(snapshot.now - equityAt) > limit * 1000;
	return unknown ? refuse('EQUITY_UNKNOWN', { limit }) : equity;
}

/** The side of the opening order; intake demands it of every `open`. */
export function openingSide(signal: SignalFacts): Side {
	return signal.side ?? 'buy';
}

/** What the order would be filled at now: the ask for a buy, the bid for a sell; fresh or refused. */
export function knownQuote(snapshot: RiskSnapshot): Known<Decimal> {
	const { quote, signal, now } = snapshot;
	if (snapshot.market === null) return noMarket(snapshot);
	if (quote === null) return refuse('QUOTE_MISSING', { symbol: signal.symbol });
	const limit = snapshot.policy.risk.quoteFreshSeconds;
	const age = Math.abs(now - quote.at);
	if (age > limit * 1000) {
		return refuse('QUOTE_STALE', { symbol: signal.symbol, observed: age / 1000, limit });
	}
	return openingSide(signal) === 'buy' ? quote.ask : quote.bid;
}

/**
 * The price that size, risk, reward and sanity are computed from: of a market order the fresh
 * quote, of any order without one its stated entry (a stop order's trigger).
 */
export function referencePrice(snapshot: RiskSnapshot): Known<Decimal> {
	const { signal } = snapshot;
	const stated = signal.entry ?? (signal.orderType === 'stop' ? signal.trigger : null);
	if (signal.orderType !== 'market') return stated ?? refuse('ENTRY_MISSING');
	const quoted = knownQuote(snapshot);
	return typeof quoted === 'string' ? quoted : (stated ?? quoted);
}

/** The stop-loss, or `STOP_LOSS_MISSING`. */
export function knownStop(snapshot: RiskSnapshot): Known<Decimal> {
	return snapshot.signal.stopLoss ?? refuse('STOP_LOSS_MISSING');
}

/** Whether `price` lies where a profit of this side would be: above for a buy, below for a sell. */
export function isAhead(side: Side, price: Decimal, from: Decimal): boolean {
	return cmp(price, from) === (side === 'buy' ? 1 : -1);
}

/** The share-weighted target, or `TAKE_PROFIT_MISSING`. */
export function weightedTarget(targets: readonly TargetShare[]): Known<Decimal> {
	const weight = add(...targets.map((target) => target.share));
	if (isZero(weight)) return refuse('TAKE_PROFIT_MISSING');
	return div(add(...targets.map(({ price, share }) => mul(price, share))), weight);
}

/** The class that floors and permissions go by; a signal without one counts as the lowest. */
export function signalClass(signal: SignalFacts): SignalClass {
	return signal.class ?? 'RAPID_ASSAULT';
}
