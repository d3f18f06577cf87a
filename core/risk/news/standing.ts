import { reasonText, isoTime, type Policy, type ReasonCode } from '../../model';
import { refreshedText } from './source';
import type { SymbolParts } from './currencies';
import { newsConfidenceExtra, type NewsFacts, type NewsStatus, type NewsWindow } from './news';

/** What the calendar means for a symbol now. Times in ms UTC. */
export interface NewsStanding extends SymbolParts {
	readonly symbol: string;
	/** Whether the gate blocks new entries. */
	readonly locked: boolean;
	/** `OK`, or the code with which the gate blocks or warns. */
	readonly code: ReasonCode;
	readonly message: string;
	/** When the lock ends by itself; null: not locked, or only a refresh ends it. */
	readonly until: number | null;
	readonly titles: readonly string[];
	/** Confidence that openings need more, for MEDIUM events. */
	readonly confidenceExtra: number;
	readonly status: NewsStatus;
	readonly refreshedAt: number | null;
	/** Windows that are open, HIGH first. */
	readonly windows: readonly NewsWindow[];
	/** The next window that will lock. */
	readonly next: NewsWindow | null;
}

/** When the chain of windows that overlap or touch ends, counted from those that are open. */
export function lockedUntil(open: readonly NewsWindow[], ahead: readonly NewsWindow[]): number | null {
	if (open.length === 0) return null;
	let until = Math.max(...open.map((window) => window.until));
	for (const window of [...ahead].sort((a, b) => a.from - b.from)) {
		if (window.from > until) break;
		until = Math.max(until, window.until);
	}
	return until;
}

const isHigh = ({ impact }: NewsWindow): boolean => impact === 'HIGH';

/** The standing of a symbol from what is open now and what comes after. */
export function standingOf(
	symbol: string,
	parts: SymbolParts,
	news: NewsFacts & { readonly ahead: readonly NewsWindow[] },
	policy: Policy,
): NewsStanding {
	const { status, refreshedAt, windows } = news;
	const high = windows.filter(isHigh);
	const ahead = news.ahead.filter(isHigh).sort((a, b) => a.from - b.from);
	const until = lockedUntil(high, ahead);
	const titles = [...new Set(high.map(({ title }) => title))];
	const code: ReasonCode =
		until !== null
			? 'NEWS_WINDOW'
			: status === 'stale'
				? 'NEWS_CALENDAR_STALE'
				: status === 'never_configured'
					? 'NEWS_NOT_CONFIGURED'
					: 'OK';
	const message = code === 'OK' ? 'Open: no event near.' : reasonText(code, {
		symbol,
		titles: titles.join(', '),
		until: until === null ? null : isoTime(until),
		observed: refreshedText(refreshedAt),
		limit: policy.news.staleHours,
	});
	return {
		symbol, ...parts, code, message, until, titles, status, refreshedAt, windows,
		locked: until !== null || status === 'stale',
		confidenceExtra: newsConfidenceExtra(news, policy),
		next: ahead[0] ?? null,
	};
}
