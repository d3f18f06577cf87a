import { HOUR, isoTime } from '../../model';
import type { NewsRules } from './event';

/** How a source tells its events. */
export type SourceKind = 'forex_factory' | 'ics' | 'items';

/** A calendar that is refreshed, as it stands. Times in ms UTC. */
export interface NewsSource {
	readonly name: string;
	readonly kind: SourceKind;
	/** Host it comes from; null for items. */
	readonly host: string | null;
	/** How many events the last good answer had. */
	readonly events: number;
	/** Null: it never answered well, so the calendar has nothing of it. */
	readonly refreshedAt: number | null;
	readonly attemptedAt: number;
	/** First of the failures in a row up to now; null while it answers. */
	readonly failedSince: number | null;
	readonly errorCode: string | null;
	readonly error: string | null;
	/** When it was told that it is stale, since the last good answer. */
	readonly staleToldAt: number | null;
}

/**
 * From when on (after it) the calendar is stale for this source, ms UTC: so many hours after its last
 * good answer; where it never answered, after it was asked for first.
 */
export function staleFrom(
	{ refreshedAt, failedSince }: Pick<NewsSource, 'refreshedAt' | 'failedSince'>,
	{ staleHours }: Pick<NewsRules, 'staleHours'>,
): number {
	const from = refreshedAt ?? failedSince;
	return from === null ? Number.MAX_SAFE_INTEGER : from + staleHours * HOUR;
}

/** When the calendar was refreshed last, for people. */
export const refreshedText = (refreshedAt: number | null): string =>
	refreshedAt === null ? 'no time (it never answered)' : isoTime(refreshedAt);
