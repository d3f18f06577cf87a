/** The one door to the core for nodes, scripts, benches and tests. */
export { assembleCore, type Core, type CoreParts } from './core';
export { openCore, type CoreConfig } from './open-core';
export { readiness, type Readiness } from './installation';

export * from './model';
export {
	EXPORT_FORMATS,
	manifestText,
	RETENTION_DAYS,
	type AuditEntry,
	type AuditExport,
	type AuditFilter,
	type AuditPage,
	type ChainFault,
	type ChainHead,
	type ChainReport,
	type ExportFormat,
	type ExportManifest,
	type RetentionStatus,
} from './audit';
export type { ComplianceDay, ComplianceSummary } from './compliance';
export type { DatabaseConfig, Kernel, Logger } from './db';
export {
	FLATTEN_PHRASE,
	memberActor,
	REARM_PHRASE,
	stopPageUrl,
	STOP_STATES,
	type Acting,
	type AsksToFlatten,
	type AsksToRearm,
	type DrillReport,
	type EmergencyStatus,
	type Impact,
	type Leftover,
	type MadeStopLink,
	type Page,
	type Rearmed,
	type Released,
	type Stopped,
	type StopState,
	type TripStatus,
} from './emergency';
export type { EngineHealth, JobHealth, TickReport } from './engine';
export {
	EVENT_TYPES,
	isEventType,
	type Delivery,
	type DomainEvent,
	type EventPayloads,
	type EventType,
} from './events';
export {
	capabilitiesOf,
	DEMO_MARKETS,
	DEMO_SEED,
	demoQuote,
	listVenues,
	PAPER_FAULT_PROFILES,
	PAPER_VENUE,
	readVenueCredential,
	testVenueCredential,
	type Connected,
	type ConnectWish,
	type Market,
	type Quote,
	type VenueCapabilities,
} from './exchange';
export {
	TICKET_STATES,
	type Fired,
	type FireModeChoice,
	type ModeSet,
	type Placed,
	type Routed,
	type RouteTarget,
	type Ticket,
	type TicketState,
} from './firemodes';
export type { SignalStatus } from './follow';
export {
	MEMBER_CHANNELS,
	timeInZone,
	type Account,
	type AccountInput,
	type Entitlement,
	type GrantInput,
	type Member,
	type MemberInput,
	type MemberView,
	type PushSubscription,
	type SubscriptionInput,
} from './members';
export {
	CHANNELS,
	OUTBOX_STATES,
	parseChannelSettings,
	standardTransports,
	type ChannelName,
	type OutboxEntry,
	type OutboxState,
	type RoutedItem,
	type Transports,
} from './notifications';
export {
	ORDER_STATES,
	RESOLUTIONS,
	parseTerms,
	type AccountReport,
	type EntryTerms,
	type ExitPlanView,
	type ExitRuleInput,
	type ExternalHolding,
	type Issue,
	type Order,
	type OrderState,
	type PositionView,
	type ReconcileReport,
	type ReplaceWish,
	type Resolution,
	type TermsInput,
} from './orders';
export type {
	Divergence, HardFail, ReadinessAnswer, ReadinessBand, ReadinessComponent, ReadinessOverride,
} from './readiness';
export {
	decidingChecks, isApproved, TILT_LEVELS, type AccountStatus, type BehaviourFacts, type BehaviourView,
	type CheckResult, type Decision, type SelfLocked, type TiltLevel, type Verdict,
} from './risk';
export {
	MANUAL_SOURCE, NEWS_IMPACTS, newsWindowOf, readCurrencies, type NewsEvent, type NewsImpact, type NewsSource,
	type NewsStanding, type NewsWindow, type RefreshCommand, type RefreshReport, type SourceKind,
} from './risk';
export { SCOPES, TRADING_STATES, type Scope, type TradingState, type Trip } from './safety';
export type { Authentication, FanOut, IntakeAnswer, IntakeRequest, KeyScope, Signal, SignalKey } from './signals';
export type { BoardEntry, LedgerEntry, XpProfile } from './xp';
