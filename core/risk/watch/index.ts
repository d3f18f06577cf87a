export { STOPPED } from './pulse';
export { createRiskWatch, type RiskWatch, type WatchReport } from './watch.service';
export type { EquitySample } from './curve';
export type { PositionStanding, Standing } from './standing';
export type { AccountStatus, DeadManView, HeldShare, RoomLeft, TripView } from './status';
export type { StatusDeps, StatusWish } from './status.service';
