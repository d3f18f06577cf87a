import { mul, ONE, ZERO, type AccountId, type BehaviourPolicy } from '../../model';
import { CALM, type BehaviourFacts } from './facts';
import { confidenceExtra } from './losses';
import type { BehaviourState } from './state';
import { tiltPoints, tiltReasons } from './tilt';

/** What is asked about. */
export interface FactsSubject {
	readonly accountId: AccountId;
	/** The account's risk day, `YYYY-MM-DD`. */
	readonly riskDay: string;
	readonly now: number;
	readonly selfLockedUntil: number | null;
	readonly policy: BehaviourPolicy;
}

const running = (until: number | null, now: number): number | null =>
	until !== null && until > now ? until : null;

function accountLosses(
	{ accounts }: BehaviourState,
	{ accountId, riskDay }: FactsSubject,
): BehaviourFacts['accountLosses'] {
	const count = accounts[accountId];
	if (count === undefined) return CALM.accountLosses;
	const { inARow, losses, net, day } = count;
	return day === riskDay ? { inARow, today: losses, netToday: net } : { inARow, today: 0, netToday: ZERO };
}

/** What the state, as of `now`, means for an order on the account; null: nothing ever happened. Pure. */
export function factsOf(state: BehaviourState | null, subject: FactsSubject): BehaviourFacts {
	const { now, policy, accountId } = subject;
	const selfLockedUntil = running(subject.selfLockedUntil, now);
	if (state === null) return { ...CALM, selfLockedUntil };
	const { level, until } = state.tilt;
	const tilted = level !== 'none';
	const medic = running(state.accounts[accountId]?.medic?.until ?? null, now) !== null;
	const highRiskCooldownUntil = running(state.highRisk.until, now);
	return {
		consecutiveLosses: state.postLoss,
		lastLossAt: state.lastLossAt,
		requiredConfidenceExtra: confidenceExtra(state.postLoss, policy),
		cooldownUntil: running(state.cooldownUntil, now),
		highRiskCooldownUntil,
		forceDefaultRisk: state.highRisk.forced || highRiskCooldownUntil !== null,
		tilt: {
			points: tiltPoints(state, policy, now),
			reasons: tiltReasons(state, policy, now),
			level,
			until: running(until, now),
		},
		selfLockedUntil,
		medic,
		riskFactor: mul(tilted ? policy.tilt.riskFactor : ONE, medic ? policy.medic.riskFactor : ONE),
		maxPositions: medic ? policy.medic.positions : null,
		fullAutoOff: tilted,
		memberLosses: { inARow: state.streak.losses, today: state.lossesToday },
		accountLosses: accountLosses(state, subject),
	};
}
