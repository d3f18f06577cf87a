import type { Conn, Trx } from '../../db';
import { MINUTE, type NewsEventId } from '../../model';
import type { NewsEvent, NewsRules } from './event';
import { toEvent, toEventRow, toSource, toSourceRow, toWindowRows, type NewsEventRow, type NewsSourceRow } from './news.table';
import type { NewsSource } from './source';

/** Rows of one statement: SQLite binds a bounded number of values. */
const CHUNK = 100;

/** The source under this name, locked; null: there is none. */
export async function lockSource(trx: Trx, name: string): Promise<NewsSource | null> {
	const row = await trx<NewsSourceRow>('news_sources').where({ name }).forUpdate().first();
	return row === undefined ? null : toSource(row);
}

/** All sources, by name. */
export async function listSources(conn: Conn): Promise<NewsSource[]> {
	return (await conn<NewsSourceRow>('news_sources').orderBy('name')).map(toSource);
}

export async function saveSource(trx: Trx, source: NewsSource, policyVersion: string): Promise<void> {
	await trx<NewsSourceRow>('news_sources')
		.insert(toSourceRow(source, policyVersion))
		.onConflict('name')
		.merge();
}

/** Makes the source unless there is one of its name. */
export async function ensureSource(trx: Trx, source: NewsSource, policyVersion: string): Promise<void> {
	await trx<NewsSourceRow>('news_sources')
		.insert(toSourceRow(source, policyVersion))
		.onConflict('name')
		.ignore();
}

/** Takes a source and all its events out of the calendar; gives how many events it had. */
export async function deleteSource(trx: Trx, name: string): Promise<number> {
	const events = await eventsOf(trx, name);
	await deleteEvents(trx, events.map(({ id }) => id));
	await trx('news_sources').where({ name }).delete();
	return events.length;
}

export async function eventsOf(conn: Conn, source: string): Promise<NewsEvent[]> {
	return (await conn<NewsEventRow>('news_events').where({ source })).map(toEvent);
}

export async function findEvent(conn: Conn, id: NewsEventId): Promise<NewsEvent | null> {
	const row = await conn<NewsEventRow>('news_events').where({ id }).first();
	return row === undefined ? null : toEvent(row);
}

export async function findByKey(conn: Conn, source: string, key: string): Promise<NewsEvent | null> {
	const row = await conn<NewsEventRow>('news_events').where({ source, event_key: key }).first();
	return row === undefined ? null : toEvent(row);
}

function chunks<T>(all: readonly T[]): T[][] {
	const count = Math.ceil(all.length / CHUNK);
	return Array.from({ length: count }, (_, index) => all.slice(index * CHUNK, (index + 1) * CHUNK));
}

/** Adds events with the windows by which the gate finds them. */
export async function insertEvents(trx: Trx, events: readonly NewsEvent[]): Promise<void> {
	for (const part of chunks(events)) await trx('news_events').insert(part.map(toEventRow));
	for (const part of chunks(events.flatMap(toWindowRows))) await trx('news_windows').insert(part);
}

/** Puts new contents in the place of the old ones, under the same id; at another time it is news again. */
export async function updateEvent(trx: Trx, event: NewsEvent, before: NewsEvent): Promise<void> {
	const { id, ...row } = toEventRow(event);
	const told = event.startsAt === before.startsAt && event.impact === before.impact ? {} : { told_at: null };
	await trx('news_events').where({ id }).update({ ...row, ...told });
	await trx('news_windows').where({ event_id: id }).delete();
	const windows = toWindowRows(event);
	if (windows.length > 0) await trx('news_windows').insert(windows);
}

export async function deleteEvents(trx: Trx, ids: readonly NewsEventId[]): Promise<void> {
	for (const part of chunks(ids)) {
		await trx('news_windows').whereIn('event_id', part).delete();
		await trx('news_events').whereIn('id', part).delete();
	}
}

/** HIGH events near this time that nobody was told of yet. */
export async function untoldNear(trx: Trx, now: number, rules: NewsRules): Promise<NewsEvent[]> {
	const rows = await trx<NewsEventRow>('news_events')
		.where('ends_at', '>', now - rules.afterMinutes * MINUTE)
		.where('starts_at', '<=', now + rules.beforeMinutes * MINUTE)
		.where('impact', 'HIGH')
		.whereNull('told_at')
		.orderBy(['starts_at', 'title', 'id'])
		.limit(CHUNK);
	return rows.map(toEvent);
}

export async function markTold(trx: Trx, ids: readonly NewsEventId[], at: number): Promise<void> {
	await trx('news_events').whereIn('id', [...ids]).update({ told_at: at });
}

/** Forgets events that ended before this time, whatever their source. */
export async function forgetEnded(trx: Trx, before: number): Promise<void> {
	const rows = await trx<NewsEventRow>('news_events').where('ends_at', '<', before).select('id').limit(1_000);
	await deleteEvents(trx, rows.map(({ id }) => id));
}
