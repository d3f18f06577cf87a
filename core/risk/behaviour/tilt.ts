import type { TiltPayload } from '../../events';
import { MINUTE, type BehaviourPolicy } from '../../model';
import type { TiltLevel } from './facts';
import { SIGNS, type BehaviourChange, type BehaviourState, type Sign } from './state';

/** The signs that count at `now`: those of the last hour, each kind once. */
export function liveSigns(
	{ signs }: Pick<BehaviourState, 'signs'>,
	{ tilt }: BehaviourPolicy,
	now: number,
): Sign[] {
	const window = tilt.windowMinutes * MINUTE;
	return SIGNS.filter((sign) => now - (signs[sign] ?? -Infinity) < window);
}

/** One point for each loss in a row and for each live sign. */
export function tiltPoints(state: BehaviourState, policy: BehaviourPolicy, now: number): number {
	return state.streak.losses + liveSigns(state, policy, now).length;
}

/** The signs in words. */
export function tiltReasons(
	state: BehaviourState,
	{ tilt, ...policy }: BehaviourPolicy,
	now: number,
): string[] {
	const words: Record<Sign, string> = {
		size_up: 'a larger order after a loss',
		early_reentry: `an order within ${tilt.reentryMinutes} min of a loss`,
		order_frequency: `${tilt.frequencyOrders} orders within ${tilt.frequencyMinutes} min`,
		stop_loosened: 'a stop widened or taken away',
		night: `orders at night (${tilt.nightFromHour} to ${tilt.nightToHour} h)`,
	};
	const { losses } = state.streak;
	const lost = losses === 0 ? [] : [losses === 1 ? '1 loss' : `${losses} losses in a row`];
	return [...lost, ...liveSigns(state, { tilt, ...policy }, now).map((sign) => words[sign])];
}

/** What is told about tilt. */
export function tiltPayload(state: BehaviourState, policy: BehaviourPolicy): TiltPayload {
	return {
		points: tiltPoints(state, policy, state.at),
		signs: liveSigns(state, policy, state.at),
		reasons: tiltReasons(state, policy, state.at),
		losses_in_a_row: state.streak.losses,
		until: state.tilt.until,
	};
}

function levelOf(points: number, { tilt }: BehaviourPolicy): TiltLevel {
	if (points >= tilt.tripPoints) return 'tripped';
	if (points >= tilt.lockoutPoints) return 'locked_out';
	return points >= tilt.warnPoints ? 'warned' : 'none';
}

const TOLD = {
	warned: 'behaviour.warned',
	locked_out: 'behaviour.locked_out',
	tripped: 'behaviour.tilt_tripped',
} as const;

/**
 * What a new point leads to. A level only rises here: it falls by time (the lockout's hour, the next
 * day) to a warning, and to nothing by wins alone. A lockout that is earned again runs anew.
 */
export function escalate(
	state: BehaviourState,
	policy: BehaviourPolicy,
): { readonly state: BehaviourState; readonly changes: readonly BehaviourChange[] } {
	const level = levelOf(tiltPoints(state, policy, state.at), policy);
	const { level: before, until } = state.tilt;
	if (level === 'none' || before === 'tripped') return { state, changes: [] };
	if (level === 'warned' && before !== 'none') return { state, changes: [] };
	const ends = {
		warned: null,
		locked_out: Math.max(until ?? 0, state.at + policy.tilt.lockoutMinutes * MINUTE),
		tripped: state.dayEndsAt,
	} as const;
	if (level === before && ends[level] === until) return { state, changes: [] };
	const tilt = { level, until: ends[level], wins: 0, signals: [] };
	const risen = { ...state, tilt };
	const change = { type: TOLD[level], payload: tiltPayload(risen, policy), accountId: null } as const;
	return { state: risen, changes: [change] };
}

/** Nothing is left of it: two wins, or those that came while trading had ended for the day. */
export function clearTilt(
	state: BehaviourState,
	policy: BehaviourPolicy,
): { readonly state: BehaviourState; readonly changes: readonly BehaviourChange[] } {
	const { wins } = state.tilt;
	const cleared: BehaviourState = {
		...state, signs: {}, tilt: { level: 'none', until: null, wins: 0, signals: [] },
	};
	const payload = { ...tiltPayload(cleared, policy), wins };
	return { state: cleared, changes: [{ type: 'behaviour.cleared', payload, accountId: null }] };
}
