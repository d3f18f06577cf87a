export {
	DEAD_MAN_STATES, type DeadManReport, type DeadManStanding, type DeadManState, type Timer,
} from './dead-man';
export { createDeadMan, deadManStanding, type DeadMan, type DeadManDeps } from './dead-man.service';
