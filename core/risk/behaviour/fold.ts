import { hourOfDay, memberDay } from '../../members';
import { add, gt, HUNDRED, div, MINUTE, mul, type BehaviourPolicy } from '../../model';
import type { EntryOrdered, Happening, MedicCalled } from './happening';
import { foldClosed } from './losses';
import { passTime } from './passing';
import { newCount, type BehaviourState, type Folded, type FoldRules, type Sign } from './state';
import { escalate, liveSigns } from './tilt';

/** Signs seen at `at`; a kind that counts already adds no point. */
function withSigns(
	state: BehaviourState,
	signs: readonly Sign[],
	at: number,
	policy: BehaviourPolicy,
): Folded {
	const live = new Set(liveSigns(state, policy, state.at));
	const seen = Object.fromEntries(signs.map((sign) => [sign, Math.max(state.signs[sign] ?? at, at)]));
	const next: BehaviourState = { ...state, signs: { ...state.signs, ...seen } };
	const added = liveSigns(next, policy, next.at).some((sign) => !live.has(sign));
	return added ? escalate(next, policy) : { state: next, changes: [] };
}

/** Whether it risks so much more than the trade just lost that it looks like winning it back. */
function isLarger({ riskPercent }: EntryOrdered, state: BehaviourState, { tilt }: BehaviourPolicy): boolean {
	const { lastLossRisk, streak } = state;
	if (riskPercent === null || lastLossRisk === null || streak.losses === 0) return false;
	return gt(riskPercent, mul(lastLossRisk, div(add(HUNDRED, tilt.sizeUpPercent), HUNDRED)));
}

function isSoon({ at }: EntryOrdered, { lastLossAt }: BehaviourState, { tilt }: BehaviourPolicy): boolean {
	return lastLossAt !== null && at >= lastLossAt && at - lastLossAt < tilt.reentryMinutes * MINUTE;
}

function isAtNight({ at }: EntryOrdered, { policy: { tilt }, zone }: FoldRules): boolean {
	const hour = hourOfDay(zone, at);
	return hour >= tilt.nightFromHour && hour < tilt.nightToHour;
}

/** Looks at an order; those of one signal on several accounts are one. */
function foldOrdered(state: BehaviourState, ordered: EntryOrdered, rules: FoldRules): Folded {
	const { policy } = rules;
	const { at, signalId } = ordered;
	const again = signalId !== null && state.orders.some((order) => order.signalId === signalId);
	// One that is known too late to be part of a spike is none.
	const recent = state.at - at < policy.tilt.frequencyMinutes * MINUTE;
	const orders = again || !recent ? state.orders : [...state.orders, { at, signalId }];
	const signs: Sign[] = [];
	if (isLarger(ordered, state, policy)) signs.push('size_up');
	if (isSoon(ordered, state, policy)) signs.push('early_reentry');
	if (!again && orders.length >= policy.tilt.frequencyOrders) signs.push('order_frequency');
	if (isAtNight(ordered, rules)) signs.push('night');
	return withSigns({ ...state, orders }, signs, at, policy);
}

function foldMedic(state: BehaviourState, { accountId, riskDay, until, lossPercent }: MedicCalled): Folded {
	const count = state.accounts[accountId] ?? newCount(riskDay);
	if (count.medic !== null || until <= state.at) return { state, changes: [] };
	const on = { ...count, medic: { day: riskDay, until } };
	const payload = { loss_percent: lossPercent, risk_day: riskDay, until };
	return {
		state: { ...state, accounts: { ...state.accounts, [accountId]: on } },
		changes: [{ type: 'behaviour.medic_on', payload, accountId }],
	};
}

function apply(state: BehaviourState, happening: Happening, rules: FoldRules): Folded {
	switch (happening.kind) {
		case 'time_passed':
			return { state, changes: [] };
		case 'trade_closed': {
			// One that was committed late may belong to a day that is over.
			const today = happening.at === state.at || memberDay(rules.zone, happening.at) === state.day;
			return foldClosed(state, happening, today, rules);
		}
		case 'entry_ordered':
			return foldOrdered(state, happening, rules);
		case 'stop_loosened':
			return withSigns(state, ['stop_loosened'], happening.at, rules.policy);
		case 'medic_called':
			return foldMedic(state, happening);
	}
}

/**
 * One happening into the state: first the time until then, then what happened. Pure: the same state,
 * happening and rules give the same state and changes, in every process. A happening that is late is
 * counted at its own time where that matters (its hour, its day, its window) and never turns time back.
 */
export function fold(state: BehaviourState, happening: Happening, rules: FoldRules): Folded {
	const passed = passTime(state, happening.at, rules);
	const applied = apply(passed.state, happening, rules);
	return { state: applied.state, changes: [...passed.changes, ...applied.changes] };
}

/** All of them, one after the other. */
export function foldAll(
	state: BehaviourState,
	happenings: readonly Happening[],
	rules: FoldRules,
): Folded {
	return happenings.reduce<Folded>(
		(folded, happening) => {
			const next = fold(folded.state, happening, rules);
			return { state: next.state, changes: [...folded.changes, ...next.changes] };
		},
		{ state, changes: [] },
	);
}
