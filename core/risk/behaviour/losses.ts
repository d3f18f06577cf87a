import {
	add, gt, gte, HOUR, lt, MINUTE, type BehaviourPolicy, type Decimal, type SignalId,
} from '../../model';
import type { ExitReason } from '../../orders';
import type { TradeClosed } from './happening';
import {
	newCount, type AccountCount, type BehaviourChange, type BehaviourState, type Folded, type FoldRules,
} from './state';
import { clearTilt, escalate } from './tilt';

export type Result = 'win' | 'loss' | 'even';

/** Win: money was made after fees. Loss: the price went the wrong way. Else break-even. */
export function resultOf({ gross, net }: Pick<TradeClosed, 'gross' | 'net'>): Result {
	if (gt(net, 0)) return 'win';
	return lt(gross, 0) ? 'loss' : 'even';
}

/**
 * Ends that are nobody's decision: a correction of the books, or everything being closed at once.
 * Their money counts, but not the row of losses or wins: flattening would feed what led to it.
 */
const NOT_DECIDED: ReadonlySet<ExitReason> = new Set<ExitReason>(['kill_switch', 'reconciliation']);

/** Signals told apart at most: enough for any row, and no bound on how long it may get. */
const SIGNALS_MAX = 50;

function noted(signals: readonly SignalId[], id: SignalId | null): readonly SignalId[] {
	return id === null ? signals : [...signals, id].slice(-SIGNALS_MAX);
}

const isKnown = (signals: readonly SignalId[], id: SignalId | null): boolean =>
	id !== null && signals.includes(id);

/** Percent points that so many losses in a row of the day add to the required confidence. */
export function confidenceExtra(losses: number, { confidenceExtra: steps }: BehaviourPolicy): number {
	return steps[Math.min(losses, steps.length - 1)] ?? 0;
}

function counted(count: AccountCount | undefined, closed: TradeClosed, decided: boolean): AccountCount {
	const known = count ?? newCount(closed.riskDay);
	const day = closed.riskDay > known.day ? closed.riskDay : known.day;
	const base = day === known.day ? known : { ...newCount(day), inARow: known.inARow, medic: known.medic };
	const result = resultOf(closed);
	const inARow = result === 'win' ? 0 : base.inARow + (result === 'loss' ? 1 : 0);
	const row = decided ? { ...base, inARow } : base;
	if (closed.riskDay < day) return row;
	return { ...row, losses: row.losses + (result === 'loss' ? 1 : 0), net: add(row.net, closed.net) };
}

function raised(state: BehaviourState, before: BehaviourState, policy: BehaviourPolicy): BehaviourChange[] {
	const extra = confidenceExtra(state.postLoss, policy);
	const rose = extra > confidenceExtra(before.postLoss, policy);
	const breaks = state.cooldownUntil !== before.cooldownUntil;
	if (!rose && !breaks) return [];
	const payload = {
		consecutive_losses: state.postLoss, extra, cooldown_until: breaks ? state.cooldownUntil : null,
	};
	return [{ type: 'behaviour.confidence_raised', payload, accountId: null }];
}

/** One more loss of the day: more confidence, and from the third on a break. */
function afterLoss(state: BehaviourState, at: number, policy: BehaviourPolicy): Folded {
	const postLoss = state.postLoss + 1;
	const ends = at + policy.cooldownMinutes * MINUTE;
	const breaks = postLoss >= policy.cooldownLosses;
	const cooldownUntil = breaks ? Math.max(state.cooldownUntil ?? 0, ends) : state.cooldownUntil;
	const next = { ...state, postLoss, cooldownUntil };
	return { state: next, changes: raised(next, state, policy) };
}

/** A loss at high risk: the second, with no win between, ends in a break of hours. */
function afterHighRisk(state: BehaviourState, at: number, risk: Decimal | null, rules: FoldRules): Folded {
	const { highRisk } = rules.policy;
	if (risk === null || !gte(risk, highRisk.riskPercent)) return { state, changes: [] };
	const losses = state.highRisk.losses + 1;
	if (losses < highRisk.losses) {
		return { state: { ...state, highRisk: { ...state.highRisk, losses } }, changes: [] };
	}
	const hours = rules.tier === null ? Math.max(...Object.values(highRisk.hours)) : highRisk.hours[rules.tier];
	const until = Math.max(state.highRisk.until ?? 0, at + hours * HOUR);
	const payload = { losses, risk_percent: risk, until };
	return {
		state: { ...state, highRisk: { losses: 0, until, forced: true } },
		changes: [{ type: 'behaviour.high_risk_cooldown', payload, accountId: null }],
	};
}

/** @param today whether the trade closed on the day that the state is at */
function lost(state: BehaviourState, closed: TradeClosed, today: boolean, rules: FoldRules): Folded {
	const { at, signalId, riskPercent } = closed;
	if (isKnown(state.streak.signals, signalId)) return { state, changes: [] };
	const { losses, signals } = state.streak;
	const counting: BehaviourState = {
		...state,
		lastLossRisk: riskPercent,
		streak: { losses: losses + 1, signals: noted(signals, signalId) },
		tilt: { ...state.tilt, wins: 0, signals: [] },
	};
	const first = today ? afterLoss(counting, at, rules.policy) : { state: counting, changes: [] };
	const second = afterHighRisk(first.state, at, riskPercent, rules);
	const third = escalate(second.state, rules.policy);
	return { state: third.state, changes: [...first.changes, ...second.changes, ...third.changes] };
}

function won(state: BehaviourState, { signalId }: TradeClosed, { policy }: FoldRules): Folded {
	const reset: BehaviourChange[] = state.postLoss === 0 ? [] : [{
		type: 'behaviour.confidence_reset',
		payload: { consecutive_losses: state.postLoss, by: 'win' },
		accountId: null,
	}];
	const fresh: BehaviourState = {
		...state,
		postLoss: 0,
		streak: { losses: 0, signals: [] },
		highRisk: { ...state.highRisk, losses: 0, forced: false },
	};
	const { tilt } = state;
	if (tilt.level === 'none' || isKnown(tilt.signals, signalId)) return { state: fresh, changes: reset };
	const wins = tilt.wins + 1;
	const next = { ...fresh, tilt: { ...tilt, wins, signals: noted(tilt.signals, signalId) } };
	// What trading has ended for stays ended for the day; the wins are kept for its end.
	if (wins < policy.tilt.winsToClear || tilt.level === 'tripped') return { state: next, changes: reset };
	const cleared = clearTilt(next, policy);
	return { state: cleared.state, changes: [...reset, ...cleared.changes] };
}

/** Counts a closed trade. The state's time is that of the trade, or later. */
export function foldClosed(
	state: BehaviourState,
	closed: TradeClosed,
	today: boolean,
	rules: FoldRules,
): Folded {
	const result = resultOf(closed);
	const decided = !NOT_DECIDED.has(closed.exitReason);
	const account = counted(state.accounts[closed.accountId], closed, decided);
	const booked = { ...state, accounts: { ...state.accounts, [closed.accountId]: account } };
	if (result === 'even' || closed.exitReason === 'reconciliation') return { state: booked, changes: [] };
	if (result === 'win') return decided ? won(booked, closed, rules) : { state: booked, changes: [] };
	const hurt: BehaviourState = {
		...booked,
		lossesToday: booked.lossesToday + (today ? 1 : 0),
		lastLossAt: Math.max(booked.lastLossAt ?? 0, closed.at),
	};
	return decided ? lost(hurt, closed, today, rules) : { state: hurt, changes: [] };
}
