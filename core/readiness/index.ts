export { type Divergence, type Measured } from './divergence';
export {
	READINESS_BANDS, READINESS_COMPONENTS, scoreReadiness, type HardFail, type HardFailCode,
	type ReadinessBand, type ReadinessComponent, type ReadinessFacts, type ReadinessScore,
	type StoredReadiness,
} from './readiness';
export {
	createReadiness, liveReadiness, type LiveReadiness, type OverrideWish, type ReadinessAnswer,
	type ReadinessService,
} from './readiness.service';
export type { ReadinessOverride } from './readiness.table';
