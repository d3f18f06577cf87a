import type {
	AccountId,
	AdjustmentId,
	Decimal,
	DrillId,
	EventId,
	FireMode,
	IssueId,
	MemberId,
	MessageId,
	Side,
	SignalAction,
	SignalId,
	TradeId,
	TripId,
	VerdictId,
} from '../model';
import type { BehaviourPayloads } from './behaviour-payloads';
import type { NewsPayloads } from './news-payloads';
import type { OrderPayload, TicketPayload } from './order-payloads';
import type { RiskEventPayloads } from './risk-event';

/** Every kind of event with its payload: JSON, decimals as text, times in ms UTC. */
export interface EventPayloads extends RiskEventPayloads, BehaviourPayloads, NewsPayloads {
	'signal.received': {
		readonly signal_id: SignalId;
		readonly source: string;
		readonly symbol: string;
		readonly side: Side | null;
		readonly action: SignalAction;
	};
	'verdict.issued': {
		readonly verdict_id: VerdictId;
		readonly decision: 'PASS' | 'WARN' | 'BLOCK';
		readonly code: string;
		readonly codes: readonly string[];
		readonly symbol: string;
		readonly side: Side | null;
		readonly action: SignalAction;
		readonly confidence: Decimal | null;
	};
	'ticket.held': TicketPayload;
	'ticket.fired': TicketPayload;
	'ticket.queued': TicketPayload;
	'ticket.refused': TicketPayload;
	'ticket.expired': TicketPayload;
	'order.submitted': OrderPayload;
	'order.filled': OrderPayload;
	'order.cancelled': OrderPayload;
	'order.rejected': OrderPayload;
	'order.failed': OrderPayload;
	'order.unknown': OrderPayload;
	'trade.opened': {
		readonly trade_id: TradeId;
		readonly symbol: string;
		readonly side: Side;
		readonly quantity: Decimal;
		readonly entry_price: Decimal;
		readonly stop_loss: Decimal | null;
		readonly targets: readonly { readonly price: Decimal; readonly share: Decimal }[];
		readonly fees: Decimal;
	};
	'trade.closed': {
		readonly trade_id: TradeId;
		readonly symbol: string;
		readonly side: Side;
		readonly quantity: Decimal;
		readonly entry_price: Decimal;
		readonly exit_price: Decimal;
		readonly gross: Decimal;
		readonly fees: Decimal;
		readonly net: Decimal;
		readonly exit_reason: string;
		/** null: closed by engine, kill switch or reconciliation, so not counted. */
		readonly plan_kept: boolean | null;
		/** null: not a losing trade. */
		readonly stop_honoured: boolean | null;
		readonly opened_at: number;
		readonly closed_at: number;
		readonly currency: string;
	};
	'stop.moved': {
		readonly trade_id: TradeId;
		readonly symbol: string;
		readonly side: Side;
		/** Null: the trade had no stop before. */
		readonly from: Decimal | null;
		readonly to: Decimal;
		/** The rule of the exit plan, or `hand`. */
		readonly by: string;
	};
	/** Somebody asked for a stop farther away, or for none, and was refused. */
	'stop.loosening': {
		readonly trade_id: TradeId;
		readonly symbol: string;
		readonly side: Side;
		readonly from: Decimal;
		/** Null: the stop was taken away. */
		readonly to: Decimal | null;
	};
	'xp.awarded': {
		readonly rule: string;
		readonly amount: number;
		readonly day_total: number;
		readonly lifetime: number;
		readonly level: number;
		readonly rank: string;
	};
	'xp.level_up': { readonly level: number };
	'xp.rank_up': { readonly rank: string };
	'trading_state.tripped': {
		readonly trip_id: TripId;
		readonly scope: string;
		readonly state: string;
		readonly cause: string;
		readonly reason: string;
	};
	'trading_state.rearmed': { readonly trip_id: TripId; readonly scope: string };
	'trading_state.flat': {
		readonly trip_id: TripId;
		readonly scope: string;
		readonly accounts: number;
		/** From the trip to the venue's word that nothing is left. */
		readonly took_ms: number;
		/** Accounts that an operator had released from it, with something left. */
		readonly released?: number;
	};
	'trading_state.incomplete': {
		readonly trip_id: TripId;
		readonly scope: string;
		/** Accounts with something left. */
		readonly accounts: number;
		/** What is left, in words, the first of it. */
		readonly left: readonly string[];
		readonly left_count: number;
	};
	'member.mode_changed': {
		readonly mode: FireMode;
		readonly slots: number;
		readonly previous: FireMode;
	};
	'alert.dead_letter': {
		readonly message_id: MessageId;
		readonly channel: string;
		readonly error: string;
	};
	'issue.raised': {
		/** The stored issue, which can be resolved; issues that concern no account have none. */
		readonly issue_id?: IssueId;
		readonly code: string;
		readonly message: string;
		readonly severity: 'low' | 'normal' | 'high' | 'critical';
	};
	'issue.resolved': {
		readonly issue_id: IssueId;
		readonly code: string;
		/** What became of it. */
		readonly resolution: string;
	};
	/** The end of the audit chain, told once a day: keep it where the database's owner cannot reach. */
	'audit.checkpoint': {
		readonly number: number;
		/** SHA-256, hex. */
		readonly hash: string;
	};
	/** A fire drill is over. */
	'drill.completed': {
		readonly drill_id: DrillId;
		/** Percent of the scenarios that passed. */
		readonly score: number;
		readonly passed: readonly string[];
		/** Not passed, or not begun. */
		readonly failed: readonly string[];
	};
	'compliance.daily_summary': {
		/** Risk day of the account, `YYYY-MM-DD`. */
		readonly day: string;
		readonly orders: number;
		/** Orders, replaces and cancels that were sent. */
		readonly messages: number;
		readonly fills: number;
		/** Opening orders, replaces and cancels per opening fill; null without a fill. */
		readonly order_to_trade: string | null;
		readonly peak_messages_per_second: number;
		readonly rejects: number;
		readonly limit_breaches: number;
		readonly overrides: number;
		readonly kill_switch_uses: number;
		readonly unsealed_audit_rows: number;
	};
	'account.adjusted': {
		readonly adjustment_id: AdjustmentId;
		/** `position`, `cash`, `funding` or `holding`. */
		readonly kind: string;
		/** Symbol, currency or asset. */
		readonly asset: string;
		/** Signed. */
		readonly amount: Decimal;
		readonly before: Decimal;
		readonly after: Decimal;
		readonly reason: string;
	};
}

export type EventType = keyof EventPayloads;

/** Every event type; the record makes the compiler find a missing one. */
const KNOWN: Record<EventType, true> = {
	'signal.received': true,
	'verdict.issued': true,
	'ticket.held': true,
	'ticket.fired': true,
	'ticket.queued': true,
	'ticket.refused': true,
	'ticket.expired': true,
	'order.submitted': true,
	'order.filled': true,
	'order.cancelled': true,
	'order.rejected': true,
	'order.failed': true,
	'order.unknown': true,
	'trade.opened': true,
	'trade.closed': true,
	'stop.moved': true,
	'stop.loosening': true,
	'behaviour.warned': true,
	'behaviour.locked_out': true,
	'behaviour.tilt_tripped': true,
	'behaviour.eased': true,
	'behaviour.cleared': true,
	'behaviour.confidence_raised': true,
	'behaviour.confidence_reset': true,
	'behaviour.high_risk_cooldown': true,
	'behaviour.medic_on': true,
	'behaviour.medic_off': true,
	'member.self_locked': true,
	'risk.level_changed': true,
	'risk.warning': true,
	'risk.position_loss': true,
	'news.locked': true,
	'news.feed_recovered': true,
	'xp.awarded': true,
	'xp.level_up': true,
	'xp.rank_up': true,
	'trading_state.tripped': true,
	'trading_state.rearmed': true,
	'trading_state.flat': true,
	'trading_state.incomplete': true,
	'member.mode_changed': true,
	'alert.dead_letter': true,
	'issue.raised': true,
	'issue.resolved': true,
	'account.adjusted': true,
	'audit.checkpoint': true,
	'compliance.daily_summary': true,
	'drill.completed': true,
};

/** Whether the text names an event type. */
export function isEventType(text: string): text is EventType {
	return Object.hasOwn(KNOWN, text);
}

/** All event types, for lists to choose from. */
export const EVENT_TYPES: readonly EventType[] = Object.keys(KNOWN).filter(isEventType);

/** A type together with the payload that belongs to it. */
export type TypedPayload = {
	[T in EventType]: { readonly type: T; readonly payload: EventPayloads[T] };
}[EventType];

/** An event to append. `actor` is who caused it, in the words of the audit trail. */
export type NewEvent = TypedPayload & {
	readonly memberId?: MemberId | null;
	readonly accountId?: AccountId | null;
	readonly signalId?: SignalId | null;
	/** What the event is about: an order, a ticket, a trip. */
	readonly subjectId?: string | null;
	readonly actor: string;
};

/** A stored event. `at` in ms UTC. */
export type DomainEvent = TypedPayload & {
	readonly eventId: EventId;
	readonly at: number;
	readonly memberId: MemberId | null;
	readonly accountId: AccountId | null;
	readonly signalId: SignalId | null;
	readonly subjectId: string | null;
	readonly actor: string;
	readonly policyVersion: string;
};

/** The stored event of one type. */
export type EventOf<T extends EventType> = Extract<DomainEvent, { readonly type: T }>;
