export {
	createBehaviour, TILT_LEVELS, type Behaviour, type BehaviourFacts, type BehaviourView, type SelfLocked,
	type SelfLockout, type TiltLevel,
} from './behaviour';
export { judgeOpening, type Judgement } from './gate';
export * from './news';
export type { MarketView } from './market-view';
export {
	attemptOf, decidingChecks, isApproved, type BindingCap, type CheckOutcome, type CheckResult, type Decision, type Purpose,
	type RiskLevel, type TargetShare, type Verdict, type VerdictIntent,
} from './risk';
export {
	approvedIntent, createRisk, type JudgeRequest, type RejudgeContext, type Risk, type RiskDeps,
} from './risk.service';
export type { RiskSnapshot } from './snapshot';
export {
	createRiskWatch, STOPPED, type AccountStatus, type DeadManView, type EquitySample, type RiskWatch,
	type StatusWish, type WatchReport,
} from './watch';
export { verdictsOfSignal } from './verdicts.queries';
export { findVerdict, getVerdict } from './verdicts.repository';
export type { DryRun, ValidateRequest } from './validate.service';
export type { WaitingSubject, WaitingTickets } from './waiting-work';
export { openedAfter } from './closing';
