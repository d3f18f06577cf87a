import type { AccountId, EventId, MemberId, MessageId, SignalId } from '../model';

/** Ways out of the house. `local` is the outbox itself: where no channel is set up, alerts stay. */
export const CHANNELS = ['email', 'push', 'telegram'] as const;
export type ChannelName = (typeof CHANNELS)[number];
/** Where a row of the outbox goes, or that it stays. */
export type OutboxChannel = ChannelName | 'local';

/** How much an alert matters, ascending; it decides the channels and the sound. */
export const PRIORITIES = ['low', 'normal', 'high', 'critical'] as const;
export type Priority = (typeof PRIORITIES)[number];

/** What an alert is about, in the words of the policy. */
export const ALERT_TYPES = [
	'signal', 'rejection', 'approval_asked', 'order', 'fill', 'stop_hit', 'target_hit',
	'position_closed', 'xp', 'level', 'kill_switch', 'risk_warning', 'reconciliation_issue', 'system',
] as const;
export type AlertType = (typeof ALERT_TYPES)[number];

/** One line of numbers, with unit and sign in the value. */
export interface Fact {
	readonly label: string;
	readonly value: string;
}

/**
 * An alert before any channel has formatted it: plain text throughout. Whatever people or venues
 * wrote stands in it as they wrote it; every channel escapes all of it in its own way.
 */
export interface Alert {
	readonly type: AlertType;
	readonly priority: Priority;
	/** What it is about, a few words; the subject of an e-mail. */
	readonly title: string;
	/** What happened. */
	readonly happened: string;
	/** What it means; null where the first line says it. */
	readonly meaning: string | null;
	/** What to do; null where nothing is to be done. */
	readonly action: string | null;
	readonly facts: readonly Fact[];
}

/** Why a channel got nothing. */
export const SUPPRESSIONS = {
	PRIORITY: 'Below the priority from which this channel is used.',
	CHANNEL_OFF: 'The member has switched this channel off.',
	NO_ADDRESS: 'The member has no address for this channel.',
	NOT_CONFIGURED: 'The channel has no settings on this installation.',
	FAILED_CHANNEL: 'The alert is about this very channel not working.',
	ADDRESS_GONE: 'The address no longer accepts messages (blocked or unsubscribed).',
} as const satisfies Record<string, string>;
/** Code of a reason for which a channel got nothing. */
export type Suppression = keyof typeof SUPPRESSIONS;

/**
 * PENDING waits for its next try; SENT was accepted by the provider; DEAD was given up; SUPPRESSED
 * was never meant to go (reason); LOCAL stays here; ROUTED was handed to the workflow's own nodes.
 */
export const OUTBOX_STATES = ['PENDING', 'SENT', 'DEAD', 'SUPPRESSED', 'LOCAL', 'ROUTED'] as const;
export type OutboxState = (typeof OUTBOX_STATES)[number];

/** A row of the outbox: one alert for one member on one channel (and, for push, one device). */
export interface OutboxEntry {
	readonly id: MessageId;
	readonly eventId: EventId;
	readonly signalId: SignalId | null;
	readonly accountId: AccountId | null;
	readonly memberId: MemberId;
	readonly channel: OutboxChannel;
	/** E-mail address, Telegram chat id, or the id of the push subscription. */
	readonly address: string | null;
	readonly alert: Alert;
	/** The alert as plain text. */
	readonly text: string;
	readonly state: OutboxState;
	readonly reason: Suppression | null;
	/** Tries begun. */
	readonly attempts: number;
	/** Earliest next try, ms UTC; meaningful while PENDING. */
	readonly nextAt: number;
	readonly sentAt: number | null;
	readonly providerId: string | null;
	/** What the last failed try said. */
	readonly error: string | null;
	readonly createdAt: number;
}
