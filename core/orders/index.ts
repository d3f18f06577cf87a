export type { ExitPlanView, TermsSubject, TradePlace } from './exits/change-plan';
export type { CancelEntries } from './sending/cancel';
export type { CloseCause, ClosePosition } from './exits/close';
export { equityOf, isCompared, type Mark, type PositionView } from './watch/equity';
export { allHoldings, type Holdings } from './watch/equity.queries';
export { openLoss, positionLossLimit } from './watch/position-loss';
export {
	forgetVenueFailures, venueFailuresSince, type VenueFailures,
} from './watch/venue-failures.repository';
export { EXIT_METHODS, parseExitRules, type ExitRuleInput } from './exits/exit-plan';
export { averageTrueRange, type ExitMethod, type ExitRule } from './exits/rules';
export { rulesOfTrade, rulesOfTrades } from './exits/exit-rules.repository';
export type { TradeRule } from './exits/exit-rules.table';
export {
	isIssueKind, ISSUE_KINDS, type Issue, type IssueKey, type IssueKind, type IssueSeverity,
	type NewIssue,
} from './issues/issue';
export { listIssues, openCriticalIssues, type IssueFilter } from './issues/issues.queries';
export { settleIssue, upsertIssue } from './issues/issues.repository';
export * from './order';
export {
	canTake, isTerminal, ORDER_EVENTS, ORDER_STATES, transition, TRANSITIONS, WORKING_STATES,
	type OrderEvent, type OrderStanding, type OrderState, type PendingRequest,
} from './order-state';
export {
	entryFacts, pendingApprovals, type EntryFacts, type EntryQuery, type PendingApprovals,
} from './entries/entry-facts.queries';
export {
	allOpenTrades, entryOrderOf, fillsOf, heldByForeign, historyOf, listOrders, openTrades, ordersOfTrade,
	tradesOfSignal, workingOrders, type OrderFilter,
} from './orders.queries';
export { messagesSince, REQUESTS, type MessageScope } from './messages.queries';
export { findEntryByTicket, findOrder } from './orders.repository';
export { createOrders, type OrderDetails, type Orders } from './orders.service';
export { judgeOutcome, type Outcome } from './booking/outcome';
export { entryPrice, exitPrice, openQuantity, unbookedFees } from './booking/positions';
export {
	allLiveReservations, expireReservations, liveReservation, liveReservations, releaseReservation, reserve,
	type HeldReservation, type NewReservation,
} from './entries/reservations.repository';
export type { ReplaceApproval, ReplaceOrder } from './entries/replace';
export { planReplacement, type ReplacePlan, type ReplaceWish } from './entries/replace-rules';
export { parseTerms, PLAIN_TERMS, type EntryTerms, type TermsInput } from './entries/terms';
export {
	cashAdjustments, listAdjustments,
} from './reconcile/adjustment.repository';
export type { Adjustment, AdjustmentKind } from './reconcile/adjustment.table';
export { listHoldings, type ExternalHolding } from './reconcile/holdings.repository';
export type { Adoption, SkipCause, Skipped } from './reconcile/look';
export { awaitComparison } from './reconcile/pause';
export { createReconciliation, type Reconciliation } from './reconcile/reconciliation.service';
export type { AccountReport, ReconcileReport } from './reconcile/report';
export { RESOLUTIONS, type IssueAnswer, type Resolution } from './reconcile/resolve';
export * from './trade';
export { findTrade, openTradeOf } from './trades.repository';
export type { WatchResult } from './watch/watch';
