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
	/** Null: it never answered well, and is no part of the calendar yet. */
	readonly refreshedAt: number | null;
	readonly attemptedAt: number;
	/** First of the failures in a row up to now; null while it answers. */
	readonly failedSince: number | null;
	readonly errorCode: string | null;
	readonly error: string | null;
	/** When it was told that it is stale, since the last good answer. */
	readonly staleToldAt: number | null;
}
