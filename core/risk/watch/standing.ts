import type { Quote } from '../../exchange';
import type { Account } from '../../members';
import {
	div, HUNDRED, isRefused, isZero, max, mul, neg, sub, ZERO,
	type AccountId, type Decimal, type MemberId, type Policy, type Side, type Tier, type TradeId,
} from '../../model';
import {
	entryPrice, equityOf, openLoss, openQuantity, positionLossLimit, type Trade,
} from '../../orders';
import { dailyUseOf, HUNDREDTH, lossIfStopped, riskLevel } from '../exposure';
import { knownEquity, type Known } from '../prices';
import type { RiskLevel } from '../risk';
import type { AccountFacts, HeldCapacity, OpenTrade } from '../snapshot';

/** What the watch sees of an account at one moment. */
export interface AccountLook {
	/** On the risk day of `now`. */
	readonly account: Account;
	/** The same as the gate sees it. */
	readonly facts: AccountFacts;
	readonly tier: Tier | null;
	readonly trades: readonly { readonly trade: Trade; readonly facts: OpenTrade }[];
	readonly reservations: readonly HeldCapacity[];
	readonly positions: readonly { readonly symbol: string; readonly quantity: Decimal }[];
	/** Cash and positions are known to be the venue's. */
	readonly compared: boolean;
	readonly takerFeePercent: Decimal;
	/** Fresh quotes of what is held. */
	readonly quotes: ReadonlyMap<string, Quote>;
}

/** A trade that is open, as the watch sees it. Amounts in the account's currency. */
export interface PositionStanding {
	readonly tradeId: TradeId;
	readonly symbol: string;
	readonly side: Side;
	readonly quantity: Decimal;
	readonly entryPrice: Decimal | null;
	/** Price at which it could be closed now; null without a fresh quote. */
	readonly mark: Decimal | null;
	readonly stopLoss: Decimal | null;
	/** What it loses if its stop is hit, with fees; counted for a trade without a stop. */
	readonly lossIfStopped: Known<Decimal>;
	/** What it loses if it is closed now, before fees; negative: it gains. Null without a quote. */
	readonly loss: Decimal | null;
	/** What one position may lose; null while the equity is unknown. */
	readonly lossLimit: Decimal | null;
	/** It is being closed already. */
	readonly closing: boolean;
}

/** How an account stands. What is unknown is a refusal that says why, never a number. */
export interface Standing {
	readonly accountId: AccountId;
	readonly memberId: MemberId;
	readonly currency: string;
	readonly zone: string;
	readonly now: number;
	readonly riskDay: string;
	readonly cash: Decimal;
	readonly equity: Known<Decimal>;
	/** Age of the equity: `now` when it was computed by this look. Null while it is unknown. */
	readonly equityAt: number | null;
	readonly dayStartEquity: Decimal;
	readonly realisedToday: Decimal;
	readonly realisedLoss: Decimal;
	readonly openRisk: Known<Decimal>;
	/** Daily loss in use by the policy's formula, and the day's limit. */
	readonly used: Known<Decimal>;
	readonly limit: Decimal;
	readonly usedPercent: Decimal | null;
	/** Null while it is not known how much is in use. */
	readonly level: RiskLevel | null;
	/** How far the equity is below the day's start; null while unknown. */
	readonly drop: Decimal | null;
	readonly peak: Decimal;
	readonly drawdown: Decimal | null;
	readonly drawdownPercent: Decimal | null;
	readonly positions: readonly PositionStanding[];
}

/** `part` as percent of `whole`; null where there is no whole. */
export function percentOf(part: Decimal, whole: Decimal): Decimal | null {
	return isZero(whole) ? null : div(mul(part, HUNDRED), whole);
}

/** The day's loss limit of a tier; without one the strictest of all. */
export function dailyLimitPercent({ tiers }: Pick<Policy, 'tiers'>, tier: Tier | null): number {
	if (tier !== null) return tiers[tier].dailyLossPercent;
	return Math.min(...Object.values(tiers).map(({ dailyLossPercent }) => dailyLossPercent));
}

/** From fresh prices alone; null where one is missing. */
function equityNow(look: AccountLook): Decimal | null {
	if (!look.compared) return null;
	const { account: { cash }, positions, quotes } = look;
	return equityOf({ cash, positions }, (symbol, quantity) => {
		const quote = quotes.get(symbol);
		if (quote === undefined) return null;
		return quantity.startsWith('-') ? quote.ask : quote.bid;
	});
}

function positionOf(
	{ trade, facts }: AccountLook['trades'][number],
	look: AccountLook,
	equity: Known<Decimal>,
	policy: Policy,
): PositionStanding {
	const quote = look.quotes.get(trade.symbol) ?? null;
	const { positionLossPercent, unprotectedRiskPercent } = policy.risk;
	const unprotected = isRefused(equity) ? equity : mul(equity, unprotectedRiskPercent, HUNDREDTH);
	return {
		tradeId: trade.id,
		symbol: trade.symbol,
		side: trade.side,
		quantity: openQuantity(trade),
		entryPrice: entryPrice(trade),
		mark: quote === null ? null : trade.side === 'buy' ? quote.bid : quote.ask,
		stopLoss: trade.stopLoss,
		lossIfStopped: lossIfStopped(facts, look.takerFeePercent, unprotected),
		loss: quote === null ? null : openLoss(trade, quote),
		lossLimit: isRefused(equity) ? null : positionLossLimit(equity, positionLossPercent),
		closing: trade.closeReason !== null || trade.state === 'CLOSING',
	};
}

/** Sums up an account at `now`. Pure. */
export function standingOf(look: AccountLook, now: number, policy: Policy): Standing {
	const { account, tier, takerFeePercent } = look;
	const computed = equityNow(look);
	const facts: AccountFacts =
		computed === null ? look.facts : { ...look.facts, equity: computed, equityAt: now };
	const equity = knownEquity({ now, policy, account: facts });
	const trades = look.trades.map((each) => each.facts);
	const use = dailyUseOf({
		now, policy, account: facts, trades, reservations: look.reservations, venue: { takerFeePercent },
	});
	const limit = mul(account.dayStartEquity, dailyLimitPercent(policy, tier), HUNDREDTH);
	const used = use.dailyUsed;
	const known = isRefused(equity) ? null : equity;
	const peak = known === null ? account.peakEquity : max(account.peakEquity, known);
	const drawdown = known === null ? null : sub(peak, known);
	return {
		accountId: account.id,
		memberId: account.memberId,
		currency: account.currency,
		zone: account.zone,
		now,
		riskDay: account.riskDay,
		cash: account.cash,
		equity,
		equityAt: known === null ? null : facts.equityAt,
		dayStartEquity: account.dayStartEquity,
		realisedToday: account.realisedToday,
		realisedLoss: max(ZERO, neg(account.realisedToday)),
		openRisk: use.openRisk,
		used,
		limit,
		usedPercent: isRefused(used) ? null : percentOf(used, limit),
		level: isRefused(used) || isZero(limit) ? null : riskLevel(used, limit, policy),
		drop: known === null ? null : max(ZERO, sub(account.dayStartEquity, known)),
		peak,
		drawdown,
		drawdownPercent: drawdown === null ? null : percentOf(drawdown, peak),
		positions: look.trades
			.filter(({ trade }) => !isZero(openQuantity(trade)))
			.map((each) => positionOf(each, look, equity, policy)),
	};
}
