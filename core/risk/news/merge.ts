import { DAY } from '../../model';
import type { NewsDraft, NewsEvent } from './event';
import type { FeedContent } from './feeds/content';

/** What a refresh changes of a source's events. */
export interface Merge {
	readonly added: readonly NewsDraft[];
	readonly changed: readonly { readonly known: NewsEvent; readonly draft: NewsDraft }[];
	/** Told no more although they lie ahead in the time that was told about, or long over. */
	readonly removed: readonly NewsEvent[];
	/** How many stay as they were. */
	readonly kept: number;
}

/** Whether both say the same. */
export function sameDraft(a: NewsDraft, b: NewsDraft): boolean {
	return (
		a.title === b.title && a.impact === b.impact && a.statedImpact === b.statedImpact &&
		a.startsAt === b.startsAt && a.endsAt === b.endsAt && a.allDay === b.allDay && a.exact === b.exact &&
		a.currencies.join() === b.currencies.join()
	);
}

/**
 * Compares what is known of a source with what it tells now. What has begun stays although feeds drop
 * it: its window may still be open. What lies ahead outside of the time told about stays too.
 */
export function mergeCalendar(
	known: readonly NewsEvent[],
	{ events: all, from, until }: FeedContent,
	{ now, keepDays }: { readonly now: number; readonly keepDays: number },
): Merge {
	const oldest = now - keepDays * DAY;
	// What is over long since is not taken in only to be put out again.
	const events = all.filter(({ endsAt }) => endsAt >= oldest);
	const byKey = new Map(known.map((event) => [event.key, event]));
	const told = new Set(events.map(({ key }) => key));
	const changed = events.flatMap((draft) => {
		const before = byKey.get(draft.key);
		return before === undefined || sameDraft(before, draft) ? [] : [{ known: before, draft }];
	});
	const removed = known.filter(({ key, startsAt, endsAt }) => {
		if (told.has(key)) return false;
		return endsAt < oldest || (startsAt > now && from <= startsAt && startsAt < until);
	});
	return {
		added: events.filter(({ key }) => !byKey.has(key)),
		changed,
		removed,
		kept: known.length - removed.length - changed.length,
	};
}
