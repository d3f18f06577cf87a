import { decimal, mul, type Decimal, type TierPolicy } from '../model';
import type { RiskSnapshot } from './snapshot';
import { weekendOf } from './weekend';

/**
 * Risk per trade, percent of equity: the tier's default, less what behaviour and weekend take off.
 * Nothing takes a tier's boost, so that there is nothing more to do where the default is forced.
 */
export function riskPercent(snapshot: RiskSnapshot, limits: TierPolicy): Decimal {
	const weekend = weekendOf(snapshot);
	const { riskFactor } = snapshot.policy.weekend;
	return mul(
		decimal(limits.riskPerTradePercent),
		snapshot.behaviour.riskFactor,
		weekend.kind === 'reduced' ? riskFactor : 1,
	);
}

/** Distinct symbols with an open trade at most: the least of tier, behaviour guard and weekend. */
export function maxPositions(snapshot: RiskSnapshot, limits: TierPolicy): number {
	const { behaviour, policy } = snapshot;
	const weekend = weekendOf(snapshot).kind === 'reduced' ? policy.weekend.positions : Infinity;
	return Math.min(limits.openPositions, behaviour.maxPositions ?? Infinity, weekend);
}
