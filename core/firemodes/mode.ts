import type { FireMode, Policy, Refused, Tier } from '../model';
import { OFFERED_FIRE_MODES, refuse } from '../model';

/** How a member wants approved signals fired. */
export interface FireModeChoice {
	readonly mode: FireMode;
	/** Auto slots, from 1; counts in FULL_AUTO only. */
	readonly slots: number;
}

/** What the choice is judged by. */
export interface FireModeFacts {
	/** Null while no entitlement covers the time. */
	readonly tier: Tier | null;
	/** Whether every venue of the member's accounts can look orders up by client id. */
	readonly clientIdLookup: boolean;
}

/** Why the member may not choose this, or null. */
export function choiceRefusal(
	choice: FireModeChoice,
	facts: FireModeFacts,
	policy: Policy,
): Refused | null {
	const { tier } = facts;
	const { mode, slots } = choice;
	if (!OFFERED_FIRE_MODES.some((offered) => offered === mode)) {
		return refuse('MODE_NOT_OFFERED', { mode });
	}
	if (tier === null) return refuse('TIER_NONE');
	const rules = policy.tiers[tier];
	if (!rules.fireModes.includes(mode)) return refuse('MODE_NOT_PERMITTED', { tier, mode });
	if (mode !== 'FULL_AUTO') return null;
	if (!Number.isInteger(slots) || slots < 1 || slots > rules.autoSlots) {
		return refuse('SLOT_LIMIT', { observed: slots, limit: rules.autoSlots });
	}
	return facts.clientIdLookup ? null : refuse('VENUE_NO_CLIENT_ID');
}

/**
 * The mode and slots that count now: a mode that the present tier does not include falls back to
 * MANUAL, more slots than it includes to its limit. Open trades keep theirs.
 */
export function effectiveChoice(
	stored: FireModeChoice,
	tier: Tier | null,
	policy: Policy,
): FireModeChoice {
	if (tier === null) return { mode: 'MANUAL', slots: 0 };
	const rules = policy.tiers[tier];
	if (stored.mode !== 'FULL_AUTO' || !rules.fireModes.includes('FULL_AUTO')) {
		return { mode: 'MANUAL', slots: 0 };
	}
	return { mode: 'FULL_AUTO', slots: Math.min(stored.slots, rules.autoSlots) };
}
