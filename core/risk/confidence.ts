import type { TierPolicy } from '../model';
import { newsConfidenceExtra } from './news';
import { signalClass } from './prices';
import type { RiskSnapshot } from './snapshot';

/** Confidence that an opening needs, in percent, and what it is made of. */
export interface RequiredConfidence {
	readonly required: number;
	/** The highest of the floors of class, tier and mode. */
	readonly base: number;
	/** What losses in a row add. */
	readonly afterLosses: number;
	/** What news of the hour add. */
	readonly news: number;
}

/** The highest floor of tier and mode; that of the class is a check of its own. */
export function floorOfTierAndMode(
	{ mode }: Pick<RiskSnapshot, 'mode'>,
	{ minConfidence, autoConfidence }: TierPolicy,
): number {
	return Math.max(minConfidence, mode === 'FULL_AUTO' ? autoConfidence : 0);
}

/** The base with what losses and news add, which together never ask for more than the cap. */
export function requiredConfidence(snapshot: RiskSnapshot, limits: TierPolicy): RequiredConfidence {
	const { policy, behaviour, news: facts, signal } = snapshot;
	const base = Math.max(floorOfTierAndMode(snapshot, limits), limits.classFloors[signalClass(signal)]);
	const afterLosses = behaviour.requiredConfidenceExtra;
	const news = newsConfidenceExtra(facts, policy);
	const raised = Math.min(policy.risk.requiredConfidenceMax, base + afterLosses + news);
	return { required: Math.max(base, raised), base, afterLosses, news };
}
