import { MINUTE, type NewsEventId, type Policy } from '../../model';
import type { NewsImpact, NewsWindow } from './news';

/** The numbers and words that the news rules go by. */
export type NewsRules = Policy['news'];

/** Where windows that people add are kept, beside the sources that are refreshed. */
export const BY_HAND = 'manual';

/** An event as a source tells it. Times in ms UTC. */
export interface NewsDraft {
	/** Names the event within its source over all refreshes. */
	readonly key: string;
	readonly title: string;
	readonly impact: NewsImpact;
	/** What the source said of it; null: nothing. */
	readonly statedImpact: NewsImpact | null;
	/** Codes, or just `ALL`; never empty, sorted. */
	readonly currencies: readonly string[];
	readonly startsAt: number;
	/** Equal to the start for a moment, such as a release. */
	readonly endsAt: number;
	/** Its time of day is not known: it counts from midnight to midnight. */
	readonly allDay: boolean;
	/** Counts exactly from start to end, without the minutes around it. */
	readonly exact: boolean;
}

/** A stored event. */
export interface NewsEvent extends NewsDraft {
	readonly id: NewsEventId;
	/** Name of the source; `manual` for those of people. */
	readonly source: string;
	readonly addedBy: string;
	readonly createdAt: number;
	readonly updatedAt: number;
}

/** Where an event's window begins and ends: open from `from` on, until just before `until`. */
export function windowOf(
	{ startsAt, endsAt, exact }: Pick<NewsDraft, 'startsAt' | 'endsAt' | 'exact'>,
	{ beforeMinutes, afterMinutes }: Pick<NewsRules, 'beforeMinutes' | 'afterMinutes'>,
): { readonly from: number; readonly until: number } {
	if (exact) return { from: startsAt, until: endsAt };
	return { from: startsAt - beforeMinutes * MINUTE, until: endsAt + afterMinutes * MINUTE };
}

/** Whether the window is open: its first millisecond belongs to it, its end does not. */
export function isOpen({ from, until }: Pick<NewsWindow, 'from' | 'until'>, now: number): boolean {
	return from <= now && now < until;
}

/** Whether the impact changes what the gate says. */
export function counts(impact: NewsImpact): impact is NewsWindow['impact'] {
	return impact === 'HIGH' || impact === 'MEDIUM';
}

/** The window of an event, or null where its impact has none. */
export function newsWindowOf(
	event: NewsDraft,
	rules: NewsRules,
): { readonly from: number; readonly until: number } | null {
	return counts(event.impact) ? windowOf(event, rules) : null;
}
