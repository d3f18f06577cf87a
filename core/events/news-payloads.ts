import type { NewsEventId } from '../model';

/** What is told of the news calendar. Times in ms UTC. */
export interface NewsPayloads {
	'news.locked': {
		readonly event_ids: readonly NewsEventId[];
		readonly titles: readonly string[];
		/** Codes, or `ALL`. */
		readonly currencies: readonly string[];
		readonly until: number;
	};
	'news.feed_recovered': {
		readonly source: string;
		readonly failed_since: number;
		readonly refreshed_at: number;
	};
}
