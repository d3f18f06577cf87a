export type { CancelEntries } from './cancel';
export type { CloseCause, ClosePosition } from './close';
export type { PositionView } from './equity';
export {
	isIssueKind, ISSUE_KINDS, type Issue, type IssueKey, type IssueKind, type IssueSeverity,
	type NewIssue,
} from './issue';
export { listIssues, openCriticalIssues, type IssueFilter } from './issues.queries';
export { settleIssue, upsertIssue } from './issues.repository';
export * from './order';
export {
	canTake, isTerminal, ORDER_EVENTS, ORDER_STATES, transition, TRANSITIONS, WORKING_STATES,
	type OrderEvent, type OrderStanding, type OrderState, type PendingRequest,
} from './order-state';
export {
	entryFacts, pendingApprovals, type EntryFacts, type EntryQuery,
} from './entry-facts.queries';
export {
	entryOrderOf, fillsOf, historyOf, listOrders, openTrades, ordersOfTrade,
	tradesOfSignal, workingOrders, type OrderFilter,
} from './orders.queries';
export { findEntryByTicket, findOrder } from './orders.repository';
export { createOrders, type OrderDetails, type Orders } from './orders.service';
export { judgeOutcome, type Outcome } from './outcome';
export { entryPrice, exitPrice, openQuantity, unbookedFees } from './positions';
export {
	expireReservations, liveReservation, liveReservations, releaseReservation, reserve,
	type HeldReservation, type NewReservation,
} from './reservations.repository';
export * from './trade';
export { findTrade, openTradeOf } from './trades.repository';
export type { WatchResult } from './watch';
