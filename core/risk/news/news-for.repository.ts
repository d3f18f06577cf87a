import type { Conn } from '../../db';
import { MINUTE, type NewsEventId } from '../../model';
import { currenciesOf, type SymbolParts } from './currencies';
import { isOpen, windowOf, type NewsRules } from './event';
import type { NewsFacts, NewsWindow } from './news';
import { staleFrom } from './source';

/** What is asked about: a symbol by its sides, at a moment, by these rules. */
export interface NewsQuestion extends SymbolParts {
	readonly now: number;
	readonly rules: NewsRules;
}

/** Times of a source: its last good answer, and the first of its failures in a row. */
interface FoundSource {
	readonly found: 'source';
	readonly starts_at: number | null;
	readonly ends_at: number | null;
}

interface FoundWindow {
	readonly found: 'window';
	readonly event_id: NewsEventId;
	readonly title: string;
	readonly impact: NewsWindow['impact'];
	readonly currency: string;
	readonly starts_at: number;
	readonly ends_at: number;
	readonly exact: number;
}

/** One statement asks for both. */
type FoundRow = FoundSource | FoundWindow;

const COLUMNS = ['event_id', 'title', 'impact', 'currency', 'starts_at', 'ends_at', 'exact'];

async function lookUp(conn: Conn, question: NewsQuestion, spanMs: number): Promise<FoundRow[]> {
	const { now, rules } = question;
	return conn('news_windows')
		.select(conn.raw("'window' as found"), ...COLUMNS)
		.whereIn('currency', currenciesOf(question, rules))
		.where('ends_at', '>', now - rules.afterMinutes * MINUTE)
		.where('starts_at', '<=', now + spanMs)
		.unionAll(
			conn('news_sources')
				.select(
					conn.raw("'source' as found"), 'name as event_id', 'name as title', 'kind as impact',
					'name as currency', 'refreshed_at as starts_at', 'failed_since as ends_at', conn.raw('0 as exact'),
				),
		);
}

function toWindow(row: FoundWindow, rules: NewsRules): NewsWindow {
	const { event_id: eventId, title, impact, currency, starts_at: startsAt, ends_at: endsAt } = row;
	return { eventId, title, impact, currency, ...windowOf({ startsAt, endsAt, exact: row.exact === 1 }, rules) };
}

/** HIGH before MEDIUM, then what began first. */
export function byWeight(a: NewsWindow, b: NewsWindow): number {
	if (a.impact !== b.impact) return a.impact === 'HIGH' ? -1 : 1;
	return a.from - b.from || a.title.localeCompare(b.title);
}

/**
 * What the calendar says about a symbol now, and its windows of the time after that. The calendar is
 * as old as the source that was not refreshed for the longest time; one that never answered makes it
 * stale so many hours after it was asked for first.
 */
export async function newsAhead(
	conn: Conn,
	question: NewsQuestion,
	aheadMs: number,
): Promise<NewsFacts & { readonly ahead: readonly NewsWindow[] }> {
	const { now, rules } = question;
	const rows = await lookUp(conn, question, aheadMs + rules.beforeMinutes * MINUTE);
	const sources = rows.flatMap((row) => (row.found === 'source' ? [row] : []));
	const refreshed = sources.flatMap(({ starts_at: at }) => at ?? []);
	const stale = sources.filter(({ starts_at: refreshedAt, ends_at: failedSince }) =>
		now > staleFrom({ refreshedAt, failedSince }, rules),
	);
	const waitsForFirst = refreshed.length === 0 || stale.some(({ starts_at: at }) => at === null);
	const refreshedAt = waitsForFirst ? null : Math.min(...refreshed);
	const windows = rows.flatMap((row) => (row.found === 'window' ? [toWindow(row, rules)] : [])).sort(byWeight);
	return {
		status: stale.length > 0 ? 'stale' : refreshedAt === null ? 'never_configured' : 'fresh',
		refreshedAt,
		windows: windows.filter((window) => isOpen(window, now)),
		ahead: windows.filter((window) => window.from > now),
	};
}

/** What the gate looks at: one statement over the index of the windows. */
export async function newsFor(conn: Conn, question: NewsQuestion): Promise<NewsFacts> {
	const { status, refreshedAt, windows } = await newsAhead(conn, question, 0);
	return { status, refreshedAt, windows };
}
