import { memberDay, nextRiskDayAt } from '../../members';
import { keysOf, MINUTE } from '../../model';
import {
	type AccountCount, type BehaviourChange, type BehaviourState, type Folded, type FoldRules,
} from './state';
import { clearTilt, liveSigns, tiltPayload } from './tilt';

type Step = (state: BehaviourState, rules: FoldRules) => Folded;

/** A new day of the member: confidence is as on any morning. */
function nextDay(at: number): Step {
	return (state, { zone }) => {
		const changes: BehaviourChange[] = state.postLoss === 0 ? [] : [{
			type: 'behaviour.confidence_reset',
			payload: { consecutive_losses: state.postLoss, by: 'day' },
			accountId: null,
		}];
		const day = memberDay(zone, at);
		const dayEndsAt = nextRiskDayAt({ zone }, at);
		return { state: { ...state, day, dayEndsAt, lossesToday: 0, postLoss: 0 }, changes };
	};
}

/** The lockout's hour or the day without trading is over: what remains is a warning, or nothing. */
const ease: Step = (state, { policy }) => {
	if (state.tilt.wins >= policy.tilt.winsToClear) return clearTilt(state, policy);
	const eased: BehaviourState = { ...state, tilt: { ...state.tilt, level: 'warned', until: null } };
	const payload = tiltPayload(eased, policy);
	return { state: eased, changes: [{ type: 'behaviour.eased', payload, accountId: null }] };
};

function endMedic(accountId: keyof BehaviourState['accounts'], count: AccountCount, day: string): Step {
	return (state) => ({
		state: { ...state, accounts: { ...state.accounts, [accountId]: { ...count, medic: null } } },
		changes: [{ type: 'behaviour.medic_off', payload: { risk_day: day }, accountId }],
	});
}

/** What time brings until `at`, each with its moment: one sequence, however it is cut. */
function stepsUntil(state: BehaviourState, at: number): { readonly at: number; readonly step: Step }[] {
	const steps: { at: number; step: Step }[] = [];
	if (state.dayEndsAt <= at) steps.push({ at: state.dayEndsAt, step: nextDay(at) });
	const { until } = state.tilt;
	if (until !== null && until <= at) steps.push({ at: until, step: ease });
	for (const accountId of keysOf(state.accounts)) {
		const count = state.accounts[accountId];
		if (count?.medic === undefined || count.medic === null || count.medic.until > at) continue;
		steps.push({ at: count.medic.until, step: endMedic(accountId, count, count.medic.day) });
	}
	return steps.sort((a, b) => a.at - b.at);
}

/** Signs and orders that are too old to count are forgotten. */
function forgetOld(state: BehaviourState, { policy }: FoldRules): BehaviourState {
	const live = new Set(liveSigns(state, policy, state.at));
	const known = keysOf(state.signs);
	const orders = state.orders.filter(
		(order) => state.at - order.at < policy.tilt.frequencyMinutes * MINUTE,
	);
	if (known.length === live.size && orders.length === state.orders.length) return state;
	const signs = Object.fromEntries(
		known.filter((sign) => live.has(sign)).map((sign) => [sign, state.signs[sign]]),
	);
	return { ...state, signs, orders };
}

/** The state at `at`. Time that has passed already changes nothing. */
export function passTime(state: BehaviourState, at: number, rules: FoldRules): Folded {
	if (at <= state.at) return { state, changes: [] };
	const changes: BehaviourChange[] = [];
	let next = state;
	for (const each of stepsUntil(state, at)) {
		const done = each.step({ ...next, at: each.at }, rules);
		next = done.state;
		changes.push(...done.changes);
	}
	return { state: forgetOld({ ...next, at }, rules), changes };
}

/** When time alone changes something worth telling; null: nothing is running. */
export function nextDue({ tilt, postLoss, dayEndsAt, accounts }: BehaviourState): number | null {
	const ends = Object.values(accounts).map(({ medic }) => medic?.until ?? null);
	const times = [tilt.until, postLoss > 0 ? dayEndsAt : null, ...ends].filter((time) => time !== null);
	return times.length === 0 ? null : Math.min(...times);
}
