export { isApproved, type BindingCap, type CheckOutcome, type CheckResult, type Decision, type Purpose, type TargetShare, type Verdict, type VerdictIntent } from './risk';
export { judgeOpening, type Judgement } from './gate';
export { findVerdict, getVerdict } from './verdicts.repository';
export { countVerdicts, verdictsOfSignal } from './verdicts.queries';
export type { RiskSnapshot } from './snapshot';
