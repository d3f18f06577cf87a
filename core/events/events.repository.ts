import type { Conn, Kernel, Trx } from '../db';
import { newId, type EventId } from '../model';
import type { DomainEvent, NewEvent } from './event';
import type { EventPosition } from './event-position';
import { toDomainEvent, type CursorRow, type EventRow, type ProcessRow } from './events.table';

/** Appends an event in the transaction of the change it tells of. */
export async function appendEvent(
	trx: Trx,
	kernel: Pick<Kernel, 'clock' | 'rng' | 'rules'>,
	event: NewEvent,
): Promise<EventId> {
	const eventId = newId('evt', kernel.clock, kernel.rng);
	await trx<EventRow>('events').insert({
		event_id: eventId,
		type: event.type,
		at: kernel.clock.now(),
		member_id: event.memberId ?? null,
		account_id: event.accountId ?? null,
		signal_id: event.signalId ?? null,
		subject_id: event.subjectId ?? null,
		actor: event.actor,
		policy_version: kernel.rules.version,
		payload: JSON.stringify(event.payload),
	});
	return eventId;
}

export async function findEvent(conn: Conn, eventId: EventId): Promise<DomainEvent | null> {
	const row = await conn<EventRow>('events').where({ event_id: eventId }).first();
	return row === undefined ? null : toDomainEvent(row);
}

export async function readCursor(conn: Conn, consumer: string): Promise<EventPosition | null> {
	return (await conn<CursorRow>('event_cursors').where({ consumer }).first()) ?? null;
}

/** Makes the consumer's cursor at `from` unless it has one. */
export async function ensureCursor(
	conn: Conn,
	consumer: string,
	from: EventPosition,
	now: number,
): Promise<void> {
	await conn<CursorRow>('event_cursors')
		.insert({ consumer, epoch: from.epoch, seq: from.seq, updated_at: now })
		.onConflict('consumer')
		.ignore();
}

/** The consumer's cursor, locked: two processes never hand out the same events. */
export async function lockCursor(trx: Trx, consumer: string): Promise<EventPosition | null> {
	const row = await trx<CursorRow>('event_cursors').where({ consumer }).forUpdate().first();
	return row ?? null;
}

export async function moveCursor(
	trx: Trx,
	consumer: string,
	to: EventPosition,
	now: number,
): Promise<void> {
	await trx<CursorRow>('event_cursors')
		.where({ consumer })
		.update({ epoch: to.epoch, seq: to.seq, updated_at: now });
}

/** Notes that the process lives, and forgets those not seen since `forgetBefore`. */
export async function noteProcess(
	conn: Conn,
	holder: string,
	now: number,
	forgetBefore: number,
): Promise<void> {
	await conn<ProcessRow>('event_processes')
		.insert({ holder, seen_at: now })
		.onConflict('holder')
		.merge();
	await conn<ProcessRow>('event_processes').where('seen_at', '<', forgetBefore).delete();
}

/** Processes seen at or after `since`. */
export async function livingProcesses(conn: Conn, since: number): Promise<string[]> {
	const rows = await conn<ProcessRow>('event_processes').where('seen_at', '>=', since);
	return rows.map((row) => row.holder);
}
