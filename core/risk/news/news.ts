import type { NewsEventId, Policy } from '../../model';

/** How much an event moves prices. Only HIGH and MEDIUM change what the gate says. */
export const NEWS_IMPACTS = ['HIGH', 'MEDIUM', 'LOW', 'HOLIDAY'] as const;
export type NewsImpact = (typeof NEWS_IMPACTS)[number];

/** The currency of events that concern everybody. */
export const ALL_CURRENCIES = 'ALL';

/**
 * How much the calendar knows: nothing was ever asked for; some source has not been refreshed in
 * time (what it does not know could be anything); or every source is in time.
 */
export type NewsStatus = 'never_configured' | 'stale' | 'fresh';

/** Time around an event in which the gate is stricter: from `from` on, until just before `until`. */
export interface NewsWindow {
	readonly eventId: NewsEventId;
	readonly title: string;
	readonly impact: 'HIGH' | 'MEDIUM';
	/** Currency for which it counts, or `ALL`. */
	readonly currency: string;
	readonly from: number;
	readonly until: number;
}

/** What the calendar says about a symbol at a moment. */
export interface NewsFacts {
	readonly status: NewsStatus;
	/** Last refresh of the source that waits longest for one; null where it never succeeded. */
	readonly refreshedAt: number | null;
	/** Windows of the symbol's currencies that are open at the moment, HIGH before MEDIUM. */
	readonly windows: readonly NewsWindow[];
}

/** Confidence that an opening needs beyond its other floors while a MEDIUM window is open. */
export function newsConfidenceExtra(news: NewsFacts, { news: rules }: Pick<Policy, 'news'>): number {
	return news.windows.some(({ impact }) => impact === 'MEDIUM') ? rules.mediumConfidence : 0;
}
