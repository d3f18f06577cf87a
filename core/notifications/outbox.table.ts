import {
	parseStored,
	type AccountId,
	type EventId,
	type MemberId,
	type MessageId,
	type SignalId,
} from '../model';
import type { Alert, AlertType, OutboxChannel, OutboxEntry, OutboxState, Priority, Suppression } from './notification';

/** Columns of `outbox`. Times in ms UTC. */
export interface OutboxRow {
	seq: number;
	id: MessageId;
	idempotency_key: string;
	event_id: EventId;
	signal_id: SignalId | null;
	account_id: AccountId | null;
	member_id: MemberId;
	type: AlertType;
	channel: OutboxChannel;
	priority: Priority;
	address: string | null;
	body: string;
	alert: string;
	state: OutboxState;
	reason: Suppression | null;
	attempts: number;
	next_at: number;
	uncertain: number;
	tried_at: number | null;
	hold_until: number | null;
	lease_token: string | null;
	lease_until: number | null;
	sent_at: number | null;
	provider_id: string | null;
	error: string | null;
	created_at: number;
}

/** Columns of a row before its first try. */
export type NewOutboxRow = Omit<OutboxRow, 'seq'>;

/** Reads a row of `outbox`. */
export function toOutboxEntry(row: OutboxRow): OutboxEntry {
	return {
		id: row.id,
		eventId: row.event_id,
		signalId: row.signal_id,
		accountId: row.account_id,
		memberId: row.member_id,
		channel: row.channel,
		address: row.address,
		alert: parseStored<Alert>(row.alert),
		text: row.body,
		state: row.state,
		reason: row.reason,
		attempts: row.attempts,
		nextAt: row.next_at,
		sentAt: row.sent_at,
		providerId: row.provider_id,
		error: row.error,
		createdAt: row.created_at,
	};
}
