import type { Conn, Dialect } from '../db';
import type { SignalId } from '../model';
import type { DomainEvent, EventType } from './event';
import type { EventPosition } from './event-position';
import { toDomainEvent, type EventRow } from './events.table';

/** Which events to list. */
export interface EventFilter {
	readonly signalId?: SignalId;
	readonly types?: readonly EventType[];
	readonly limit: number;
	readonly newestFirst?: boolean;
}

/** Oldest first unless asked otherwise. */
export async function listEvents(conn: Conn, filter: EventFilter): Promise<DomainEvent[]> {
	const direction = filter.newestFirst === true ? 'desc' : 'asc';
	const query = conn<EventRow>('events').orderBy('seq', direction).limit(filter.limit);
	if (filter.signalId !== undefined) void query.where({ signal_id: filter.signalId });
	if (filter.types !== undefined) void query.whereIn('type', [...filter.types]);
	return (await query).map(toDomainEvent);
}

/**
 * The first epoch that may still get events. In PostgreSQL an event is numbered when it is written
 * and seen when it commits; one with a smaller number may appear behind a greater one. Every
 * transaction below the oldest running one has ended, so nothing can appear below it any more.
 */
async function openEpoch(conn: Conn): Promise<number> {
	const answer: { rows: { epoch: number }[] } = await conn.raw(
		'select pg_snapshot_xmin(pg_current_snapshot())::text::bigint as epoch',
	);
	return answer.rows[0]?.epoch ?? 0;
}

/** The last position that no event can appear at or before any more. */
export async function settledPosition(conn: Conn, dialect: Dialect): Promise<EventPosition> {
	if (dialect === 'postgres') {
		return { epoch: (await openEpoch(conn)) - 1, seq: Number.MAX_SAFE_INTEGER };
	}
	const row = await conn<EventRow>('events').orderBy('seq', 'desc').first('seq');
	return { epoch: 0, seq: row?.seq ?? 0 };
}

/** An event with its place. */
export interface PlacedEvent {
	readonly position: EventPosition;
	readonly event: DomainEvent;
}

/** Events of these types (all types for none) behind `after`, up to and with `until`, in order. */
export async function eventsBetween(
	conn: Conn,
	after: EventPosition,
	until: EventPosition,
	types: readonly EventType[],
	limit: number,
): Promise<PlacedEvent[]> {
	const query = conn<EventRow>('events')
		.whereRaw('(epoch, seq) > (?, ?)', [after.epoch, after.seq])
		.whereRaw('(epoch, seq) <= (?, ?)', [until.epoch, until.seq])
		.orderBy(['epoch', 'seq'])
		.limit(limit);
	if (types.length > 0) void query.whereIn('type', [...types]);
	const rows = await query;
	return rows.map((row) => ({
		position: { epoch: row.epoch, seq: row.seq },
		event: toDomainEvent(row),
	}));
}

/** The events with these ids, in the order given. */
export async function eventsByIds(conn: Conn, ids: readonly string[]): Promise<DomainEvent[]> {
	const rows = await conn<EventRow>('events').whereIn('event_id', [...ids]);
	const byId = new Map<string, EventRow>(rows.map((row) => [row.event_id, row]));
	return ids.flatMap((id) => {
		const row = byId.get(id);
		return row === undefined ? [] : [toDomainEvent(row)];
	});
}
