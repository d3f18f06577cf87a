import {
	abs, add, decimal, eq, gt, gte, isRefused, lte, max, min, mul, ONE, refuse, sub,
	ZERO, type Decimal,
} from '../model';
import type { Market } from '../exchange';
import { concentrationOf, roomWithin, type HeldValue } from './concentration';
import { exposureOf, HUNDREDTH, takerFee, type Exposure } from './exposure';
import { riskPercent } from './limits';
import {
	knownEquity, knownLimits, knownMarket, knownStop, openingSide, referencePrice, weightedTarget, type Known,
} from './prices';
import type { BindingCap, TargetShare } from './risk';
import { largestWithin, sizeWithin, type SizeCap } from './sizing';
import type { RiskSnapshot } from './snapshot';

/** Most that the account may lose and hold, as amounts. */
export interface Budgets {
	readonly equity: Known<Decimal>;
	/** Risk per trade. */
	readonly risk: Known<Decimal>;
	/** Daily loss stop, of the stored equity at the start of the day; unknown with today's. */
	readonly dailyLoss: Known<Decimal>;
	readonly openRisk: Known<Decimal>;
	/** Value of one position on a cash account; null where the venue lends. */
	readonly positionValue: Known<Decimal> | null;
}

/** Quantity with the cap that made it so. */
export interface PlannedSize {
	readonly quantity: Decimal;
	readonly bindingCap: BindingCap;
}

/** All numbers of the order that the checks compare, each known or naming what is missing. */
export interface OrderPlan {
	readonly reference: Known<Decimal>;
	readonly stop: Known<Decimal>;
	readonly targets: readonly TargetShare[];
	readonly target: Known<Decimal>;
	readonly size: Known<PlannedSize>;
	/** Loss if stopped with the taker fees of both sides. */
	readonly risk: Known<Decimal>;
	readonly unitRisk: Known<Decimal>;
	readonly cash: Known<Decimal>;
	readonly suggestedMaxQuantity: Known<Decimal>;
	readonly minTakeProfit: Known<Decimal>;
	readonly budgets: Budgets;
	readonly exposure: Exposure;
	/** What is held of the symbol, its asset and the groups of that asset, with the limit of each. */
	readonly concentration: readonly HeldValue[];
}

const share = (amount: Decimal, percent: number | Decimal): Decimal => mul(amount, percent, HUNDREDTH);

/** Applies `work` when all inputs are known, else hands on the first refusal. */
function both<A, B, T>(a: Known<A>, b: Known<B>, work: (a: A, b: B) => Known<T>): Known<T> {
	if (isRefused(a)) return a;
	return isRefused(b) ? b : work(a, b);
}

function budgetsOf(snapshot: RiskSnapshot): Budgets {
	const { policy, account, venue } = snapshot;
	const equity = knownEquity(snapshot);
	const limits = knownLimits(snapshot);
	return {
		equity,
		risk: both(limits, equity, (tier, amount) => share(amount, riskPercent(snapshot, tier))),
		dailyLoss: both(limits, equity, (tier) => share(account.dayStartEquity, tier.dailyLossPercent)),
		openRisk: isRefused(equity) ? equity : share(equity, policy.risk.totalOpenRiskPercent),
		positionValue: venue.shortSelling
			? null
			: isRefused(equity)
				? equity
				: share(equity, policy.risk.positionValuePercent),
	};
}

function unitRiskOf(snapshot: RiskSnapshot, reference: Decimal, stop: Decimal): Known<Decimal> {
	if (eq(reference, stop)) return refuse('STOP_LOSS_EQUALS_ENTRY');
	return add(abs(sub(reference, stop)), takerFee(add(reference, stop), snapshot.venue.takerFeePercent));
}

function unitCashOf(snapshot: RiskSnapshot, reference: Decimal): Decimal {
	const { cashBufferFactor, marketCashFactor } = snapshot.policy.risk;
	return mul(
		reference,
		cashBufferFactor,
		snapshot.signal.orderType === 'market' ? marketCashFactor : ONE,
	);
}

/** Most units of one order: the venue's maximum, or the policy's where it states none. */
export function venueMaximum(snapshot: RiskSnapshot, market: Market): Decimal {
	return market.maxQuantity ?? decimal(snapshot.policy.risk.unboundedQuantityMax);
}

/** Whether the venue takes an order as small as this. */
export function isTradable(market: Market, quantity: Decimal, reference: Decimal): boolean {
	const worth = mul(quantity, reference);
	return gt(quantity, ZERO) && gte(quantity, market.minQuantity) && gte(worth, market.minNotional);
}

interface Caps {
	readonly market: Market;
	readonly reference: Decimal;
	readonly equity: Decimal;
	readonly risk: SizeCap;
	/** All but risk and cash. */
	readonly others: readonly SizeCap[];
	readonly cash: SizeCap;
}

function capsOf(
	snapshot: RiskSnapshot,
	{ budgets, exposure: { freeCash }, concentration }: Pick<OrderPlan, 'budgets' | 'exposure' | 'concentration'>,
	unitRisk: Known<Decimal>,
	reference: Known<Decimal>,
): Known<Caps> {
	const inOne = roomWithin(concentration, 'nothing');
	const market = knownMarket(snapshot);
	const { equity, risk, positionValue } = budgets;
	if (isRefused(market)) return market;
	if (isRefused(reference)) return reference;
	if (isRefused(unitRisk)) return unitRisk;
	if (isRefused(equity)) return equity;
	if (isRefused(risk)) return risk;
	if (isRefused(positionValue)) return positionValue;
	if (isRefused(inOne)) return inOne;
	const value: SizeCap[] =
		positionValue === null
			? []
			: [{ cap: 'position_value', limit: positionValue, perUnit: reference }];
	return {
		market,
		reference,
		equity,
		risk: { cap: 'risk', limit: risk, perUnit: unitRisk },
		others: [
			...value,
			{ cap: 'exposure', limit: inOne, perUnit: reference },
			{ cap: 'venue_maximum', limit: venueMaximum(snapshot, market), perUnit: ONE },
		],
		cash: { cap: 'cash', limit: freeCash, perUnit: unitCashOf(snapshot, reference) },
	};
}

/**
 * The size of an order whose signal names none. When only the cash that other trades hold makes it
 * too small for the venue, the size is the one that it would have without them: the balance check
 * then says what is missing, instead of a size that nobody could order.
 */
function sized({ market, reference, equity, risk, others, cash }: Caps): PlannedSize {
	const step = market.quantityStep;
	const size = sizeWithin(risk, [...others, cash], step);
	if (isTradable(market, size.quantity, reference) || lte(equity, cash.limit)) return size;
	const alone = sizeWithin(risk, [...others, { ...cash, limit: equity }], step);
	return isTradable(market, alone.quantity, reference) ? alone : size;
}

function suggestedMax(
	caps: Caps,
	{ budgets, exposure, concentration }: Pick<OrderPlan, 'budgets' | 'exposure' | 'concentration'>,
): Known<Decimal> {
	const room = roomWithin(concentration, 'held');
	const { dailyLoss, openRisk } = budgets;
	if (isRefused(dailyLoss)) return dailyLoss;
	if (isRefused(openRisk)) return openRisk;
	if (isRefused(room)) return room;
	if (isRefused(exposure.dailyUsed)) return exposure.dailyUsed;
	if (isRefused(exposure.openRisk)) return exposure.openRisk;
	const step = caps.market.quantityStep;
	const left = min(sub(dailyLoss, exposure.dailyUsed), sub(openRisk, exposure.openRisk));
	const { quantity } = sizeWithin(caps.risk, [...caps.others, caps.cash], step);
	const most = min(
		quantity,
		largestWithin(left, caps.risk.perUnit, step),
		largestWithin(room, caps.reference, step),
	);
	return isTradable(caps.market, most, caps.reference) ? most : ZERO;
}

function minTakeProfitOf(snapshot: RiskSnapshot, reference: Decimal, stop: Decimal): Decimal {
	const reward = mul(abs(sub(reference, stop)), snapshot.policy.risk.rewardRiskMin);
	if (openingSide(snapshot.signal) === 'buy') return add(reference, reward);
	return max(ZERO, sub(reference, reward));
}

function sizeOf(snapshot: RiskSnapshot, caps: Known<Caps>): Known<PlannedSize> {
	const { quantity } = snapshot.signal;
	if (quantity !== null) return { quantity, bindingCap: 'given' };
	return isRefused(caps) ? caps : sized(caps);
}

/** Computes the order that the checks then judge. Pure. */
export function planOrder(snapshot: RiskSnapshot): OrderPlan {
	const reference = referencePrice(snapshot);
	const stop = knownStop(snapshot);
	const exposure = exposureOf(snapshot);
	const budgets = budgetsOf(snapshot);
	const targets = snapshot.signal.takeProfits;
	const concentration = concentrationOf(snapshot, budgets.equity);
	const held = { budgets, exposure, concentration };
	const unitRisk = both(reference, stop, (from, to) => unitRiskOf(snapshot, from, to));
	const caps = capsOf(snapshot, held, unitRisk, reference);
	const size = sizeOf(snapshot, caps);
	return {
		reference,
		stop,
		targets,
		target: weightedTarget(targets),
		size,
		unitRisk,
		risk: both(size, unitRisk, ({ quantity }, unit) => mul(quantity, unit)),
		cash: both(size, reference, ({ quantity }, price) =>
			mul(quantity, unitCashOf(snapshot, price)),
		),
		suggestedMaxQuantity: isRefused(caps) ? caps : suggestedMax(caps, held),
		minTakeProfit: both(reference, stop, (from, to) => minTakeProfitOf(snapshot, from, to)),
		...held,
	};
}
