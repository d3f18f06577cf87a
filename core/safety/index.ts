export {
	createSafety,
	clearTrip,
	lockTrip,
	reportHealth,
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
	concerns,
	coversSymbol,
	scopeFault,
	type HealthSubject,
	type Rearm,
	type Scope,
	type TradingState,
	type TradingSubject,
	type Trip,
	type TripCause,
} from './trading-state';
export { findTrip, forgetHealth, listOpenTrips, listTrips, lockLatch, tradingStateFor } from './trips.repository';
