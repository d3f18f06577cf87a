import type { Conn } from '../../db';
import type { NewsEvent } from './event';
import { ALL_CURRENCIES, type NewsImpact } from './news';
import { toEvent, type NewsEventRow } from './news.table';

/** What to list; times in ms UTC. */
export interface NewsFilter {
	/** Events that end at this time or later. */
	readonly from: number;
	/** Events that begin before this time. */
	readonly until: number;
	/** Events of one of these currencies, and those of everybody; all events when not given. */
	readonly currencies?: readonly string[];
	readonly impacts?: readonly NewsImpact[];
	readonly source?: string;
	readonly limit: number;
}

/** Events in the order in which they begin. */
export async function listEvents(conn: Conn, filter: NewsFilter): Promise<NewsEvent[]> {
	const { from, until, currencies, impacts, source, limit } = filter;
	const query = conn<NewsEventRow>('news_events')
		.where('ends_at', '>=', from)
		.where('starts_at', '<', until)
		.orderBy(['starts_at', 'title', 'id']);
	if (impacts !== undefined && impacts.length > 0) void query.whereIn('impact', [...impacts]);
	if (source !== undefined) void query.where({ source });
	if (currencies === undefined || currencies.length === 0) return (await query.limit(limit)).map(toEvent);
	const wanted = new Set([...currencies, ALL_CURRENCIES]);
	const events = (await query).map(toEvent);
	return events.filter((event) => event.currencies.some((code) => wanted.has(code))).slice(0, limit);
}
