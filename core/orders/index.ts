export type { ExitPlanView, TermsSubject, TradePlace } from './adjust';
export type { CancelEntries } from './cancel';
export type { CloseCause, ClosePosition } from './close';
export type { PositionView } from './equity';
export { EXIT_METHODS, parseExitRules, type ExitRuleInput } from './exit-plan';
export { averageTrueRange, type ExitMethod, type ExitRule } from './exit-rules';
export { rulesOfTrade, rulesOfTrades } from './exit-rules.repository';
export type { TradeRule } from './exit-rules.table';
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
	entryOrderOf, fillsOf, heldByForeign, historyOf, listOrders, openTrades, ordersOfTrade,
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
export type { ReplaceApproval, ReplaceOrder } from './replace';
export { planReplacement, type ReplacePlan, type ReplaceWish } from './replace-rules';
export { parseTerms, PLAIN_TERMS, type EntryTerms, type TermsInput } from './terms';
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
export type { WatchResult } from './watch';
