export {
	createFollow,
	type Follow,
	type FollowParts,
	type Reader,
	type SignalStatus,
} from './follow.service';
