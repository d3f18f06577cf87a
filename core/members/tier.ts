import type { Policy, SignalClass, Tier } from '../model';
import type { Entitlement } from './member';

/** Whether the entitlement counts at `at`. */
export function isActive(entitlement: Entitlement, at: number): boolean {
	return entitlement.from <= at && (entitlement.until === null || entitlement.until > at);
}

/** The tier at `at`: of those that count, the one that began last. */
export function latestTier(entitlements: readonly Entitlement[], at: number): Tier | null {
	let latest: Entitlement | null = null;
	for (const entitlement of entitlements) {
		if (!isActive(entitlement, at)) continue;
		if (latest === null || entitlement.from >= latest.from) latest = entitlement;
	}
	return latest?.tier ?? null;
}

/** Class that a signal without one counts as. */
const UNCLASSED: SignalClass = 'RAPID_ASSAULT';

/** Whether the tier may see signals of the class. */
export function maySee(policy: Policy, tier: Tier, signalClass: SignalClass | null): boolean {
	return policy.tiers[tier].classesSeen.includes(signalClass ?? UNCLASSED);
}
