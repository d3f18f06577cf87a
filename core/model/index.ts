export * from './approved';
export * from './brand';
export * from './clock';
export * from './decimal';
export * from './errors';
export * from './ids';
export * from './policy';
export {
	algorithmId, entryPace, NSE_LIMITS, venueLimits, type CompliancePolicy, type VenueLimits,
} from './policy-compliance';
export type { BehaviourPolicy } from './policy-behaviour';
export { DEAD_MAN_MODES, type DeadManMode, type DeadManPolicy } from './policy-dead-man';
export type { EmergencyPolicy } from './policy-emergency';
export type { ExposureGroup, ExposurePolicy, WeekendPolicy } from './policy-exposure';
export type { RealisticPaperPolicy, RejectPercents } from './policy-paper';
export { rejectPercentsSchema } from './policy-paper';
export type { ReadinessPolicy } from './policy-readiness';
export type { WatchPolicy } from './policy-watch';
export * from './reasons';
export * from './result';
export * from './rng';
export * from './text';
export * from './words';
