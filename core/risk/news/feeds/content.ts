import type { NewsDraft } from '../event';

/** What a feed told: its events, and the time about which it told everything it knows. */
export interface FeedContent {
	readonly events: readonly NewsDraft[];
	/** ms UTC; events of the source in here that it did not tell are none any more. */
	readonly from: number;
	readonly until: number;
}
