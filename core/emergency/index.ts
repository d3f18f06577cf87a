export {
	FLATTEN_PHRASE, FLATTEN_STATES, REARM_PHRASE, releasePhrase, STOP_STATES,
	type AccountFlattening, type AccountFlattenState, type Acting, type AsksToFlatten, type AsksToRearm, type Confirmation,
	type EmergencyStatus, type Flattening, type FlattenState, type Impact, type Leftover, type Rearmed,
	type Released, type Stopped, type StopState, type StopTarget, type StopWish, type TripStatus,
} from './emergency';
export {
	createDeadMan, DEAD_MAN_STATES, deadManStanding,
	type DeadMan, type DeadManReport, type DeadManStanding, type DeadManState, type Timer,
} from './dead-man';
export {
	createDrills, DRILL_ACTOR, DRILL_OUTCOMES, DRILL_SCENARIOS, findDrill, listDrills, runDrill,
	type DrillCheck, type DrillDeps, type DrillEntry, type DrillOutcome, type DrillReport, type Drills,
	type DrillScenario, type ScenarioReport,
} from './drill';
export { createEmergency, type Emergency } from './emergency.service';
export type { EmergencyDeps } from './flatten/deps';
export type { FlattenReport } from './flatten/flatten.service';
export { linksForMessage, type MadeStopLink, type StopLinksWish } from './links/links.service';
export { stopPageUrl } from './links/address';
export type { Page } from './links/page';
export { memberActor } from './permission';
export type { RearmConfirmation, RearmRequest } from './rearm.service';
export type { ReleaseCommand } from './release.service';
export type { StopCommand } from './stop.service';
