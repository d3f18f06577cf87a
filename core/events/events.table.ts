import { parseStored, type AccountId, type EventId, type MemberId, type SignalId } from '../model';
import type { DomainEvent, TypedPayload } from './event';
import type { EventPosition } from './event-position';

/** Columns of `events`. */
export interface EventRow {
	seq: number;
	epoch: number;
	event_id: EventId;
	type: string;
	at: number;
	member_id: MemberId | null;
	account_id: AccountId | null;
	signal_id: SignalId | null;
	subject_id: string | null;
	actor: string;
	policy_version: string;
	payload: string;
}

/** Columns of `event_cursors`: how far a consumer has been served. */
export interface CursorRow extends EventPosition {
	consumer: string;
	updated_at: number;
}

/** Columns of `event_processes`: when a process that serves consumers was last seen. */
export interface ProcessRow {
	holder: string;
	seen_at: number;
}

export function toDomainEvent(row: EventRow): DomainEvent {
	const typed = parseStored<TypedPayload>(
		`{"type":${JSON.stringify(row.type)},"payload":${row.payload}}`,
	);
	return {
		...typed,
		eventId: row.event_id,
		at: row.at,
		memberId: row.member_id,
		accountId: row.account_id,
		signalId: row.signal_id,
		subjectId: row.subject_id,
		actor: row.actor,
		policyVersion: row.policy_version,
	};
}
