export {
	createSafety,
	clearTrip,
	trip,
	type Clearance,
	type NewTrip,
	type Safety,
} from './safety.service';
export {
	SCOPES,
	strictest,
	TRADING_STATES,
	TRIP_CAUSES,
	type Rearm,
	type Scope,
	type TradingState,
	type TradingSubject,
	type Trip,
	type TripCause,
} from './trading-state';
export { findTrip, listOpenTrips, lockLatch, tradingStateFor } from './trips.repository';
