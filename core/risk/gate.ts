import {
	add, floorToStep, isMultipleOf, isRefused, MAX_SCALE, reasonText, roundUp, type Decimal,
	type ReasonCode, type Side,
} from '../model';
import type { Market } from '../exchange';
import { FURTHER_CHECKS, TEN_CHECKS } from './checks';
import { riskLevel } from './exposure';
import { planOrder, type OrderPlan } from './plan';
import { openingSide } from './prices';
import type { CheckResult, Decision, VerdictIntent } from './risk';
import type { RiskSnapshot } from './snapshot';

/** What the gate found, before it is stored. */
export interface Judgement {
	readonly decision: Decision;
	readonly code: ReasonCode;
	readonly checks: readonly CheckResult[];
	readonly intent: VerdictIntent | null;
	readonly waitsForCapacity: boolean;
}

/** What a check that only lacks capacity waits for, in words. */
const WAITING_FOR: Readonly<Record<string, string>> = {
	balance: 'the cash',
	position_limit: 'the number of positions',
	daily_loss: 'the daily loss budget',
	total_open_risk: 'the total open risk',
	symbol_exposure: 'the limit of the symbol',
	currency_exposure: 'the limit of the asset',
	group_exposure: 'the limit of the group of assets',
};

/** In FULL_AUTO a block that other trades alone cause becomes a warning: the ticket will wait. */
function waiting(result: CheckResult): CheckResult {
	if (result.capacity !== true || result.result !== 'block') return result;
	const context = { waiting_for: WAITING_FOR[result.check] ?? result.check };
	return {
		...result,
		code: 'WAITS_FOR_CAPACITY',
		result: 'warn',
		message: reasonText('WAITS_FOR_CAPACITY', context),
	};
}

/** The decision that follows from all results: the first block speaks, else the first warning. */
export function decide(checks: readonly CheckResult[]): Omit<Judgement, 'intent'> {
	const blocked = checks.find((check) => check.result === 'block');
	if (blocked !== undefined) {
		return { decision: 'BLOCK', code: blocked.code, checks, waitsForCapacity: false };
	}
	const waits = checks.find((check) => check.code === 'WAITS_FOR_CAPACITY');
	const warned = waits ?? checks.find((check) => check.result === 'warn');
	if (warned === undefined) return { decision: 'PASS', code: 'OK', checks, waitsForCapacity: false };
	return { decision: 'WARN', code: warned.code, checks, waitsForCapacity: waits !== undefined };
}

/** A limit price on the venue's grid, never worse than asked: down for a buy, up for a sell. */
export function limitOnTick(price: Decimal, market: Market, side: Side): Decimal {
	if (isMultipleOf(price, market.priceTick)) return price;
	const below = floorToStep(price, market.priceTick);
	return side === 'buy' ? below : add(below, market.priceTick);
}

/** A trigger on the venue's grid, never sooner than asked: up for a buy, down for a sell. */
export function triggerOnTick(
	trigger: Decimal | null,
	market: Market,
	side: Side,
): Decimal | null {
	if (trigger === null || isMultipleOf(trigger, market.priceTick)) return trigger;
	const below = floorToStep(trigger, market.priceTick);
	return side === 'buy' ? add(below, market.priceTick) : below;
}

function intentOf(snapshot: RiskSnapshot, plan: OrderPlan): VerdictIntent | null {
	const { signal, market } = snapshot;
	const { reference, stop, size, risk, cash, suggestedMaxQuantity, minTakeProfit } = plan;
	if (market === null || isRefused(reference) || isRefused(stop) || isRefused(size)) return null;
	if (isRefused(risk) || isRefused(cash)) return null;
	if (isRefused(suggestedMaxQuantity) || isRefused(minTakeProfit)) return null;
	const { dailyLoss } = plan.budgets;
	const { dailyUsed } = plan.exposure;
	if (isRefused(dailyLoss) || isRefused(dailyUsed)) return null;
	const side = openingSide(signal);
	const limited = signal.orderType === 'limit' || signal.orderType === 'stop_limit';
	const triggered = signal.orderType === 'stop' || signal.orderType === 'stop_limit';
	return {
		venue: snapshot.venue.name,
		source: signal.source,
		symbol: market.symbol,
		side,
		type: signal.orderType,
		quantity: size.quantity,
		givenQuantity: signal.quantity,
		referencePrice: reference,
		price: limited ? limitOnTick(reference, market, side) : null,
		triggerPrice: triggered ? triggerOnTick(signal.trigger, market, side) : null,
		stopLoss: stop,
		targets: plan.targets,
		// As the database keeps them; up, so that what is held never falls short.
		risk: roundUp(risk, MAX_SCALE),
		cash: roundUp(cash, MAX_SCALE),
		bindingCap: size.bindingCap,
		suggestedMaxQuantity,
		minTakeProfit,
		riskLevel: riskLevel(add(dailyUsed, risk), dailyLoss, snapshot.policy),
	};
}

/** Judges an opening order: every check is evaluated, every result is reported. Pure. */
export function judgeOpening(snapshot: RiskSnapshot): Judgement {
	const plan = planOrder(snapshot);
	const results = [...TEN_CHECKS, ...FURTHER_CHECKS].map((check) => check(snapshot, plan));
	const checks = snapshot.mode === 'FULL_AUTO' ? results.map(waiting) : results;
	return { ...decide(checks), intent: intentOf(snapshot, plan) };
}

/** Whether capacity may be held for it: approved, and not itself waiting for capacity. */
export function mayReserve({ decision, waitsForCapacity, intent }: Judgement): boolean {
	return decision !== 'BLOCK' && !waitsForCapacity && intent !== null;
}
