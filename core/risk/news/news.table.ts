import { parseStored, type NewsEventId } from '../../model';
import { counts, type NewsEvent } from './event';
import type { NewsImpact, NewsWindow } from './news';
import type { NewsSource, SourceKind } from './source';

export interface NewsSourceRow {
	readonly name: string;
	readonly kind: SourceKind;
	readonly host: string | null;
	readonly events: number;
	readonly refreshed_at: number | null;
	readonly attempted_at: number;
	readonly failed_since: number | null;
	readonly error_code: string | null;
	readonly error: string | null;
	readonly stale_told_at: number | null;
	readonly policy_version: string;
}

export interface NewsEventRow {
	readonly id: NewsEventId;
	readonly source: string;
	readonly event_key: string;
	readonly title: string;
	readonly impact: NewsImpact;
	readonly stated_impact: NewsImpact | null;
	readonly currencies: string;
	readonly starts_at: number;
	readonly ends_at: number;
	readonly all_day: number;
	readonly exact: number;
	readonly added_by: string;
	readonly created_at: number;
	readonly updated_at: number;
	/** Kept by `markTold`; null for new events. */
	readonly told_at?: number | null;
}

export interface NewsWindowRow {
	readonly event_id: NewsEventId;
	readonly currency: string;
	readonly impact: NewsWindow['impact'];
	readonly title: string;
	readonly starts_at: number;
	readonly ends_at: number;
	readonly exact: number;
}

export function toSource(row: NewsSourceRow): NewsSource {
	return {
		name: row.name,
		kind: row.kind,
		host: row.host,
		events: row.events,
		refreshedAt: row.refreshed_at,
		attemptedAt: row.attempted_at,
		failedSince: row.failed_since,
		errorCode: row.error_code,
		error: row.error,
		staleToldAt: row.stale_told_at,
	};
}

export function toSourceRow(source: NewsSource, policyVersion: string): NewsSourceRow {
	return {
		name: source.name,
		kind: source.kind,
		host: source.host,
		events: source.events,
		refreshed_at: source.refreshedAt,
		attempted_at: source.attemptedAt,
		failed_since: source.failedSince,
		error_code: source.errorCode,
		error: source.error,
		stale_told_at: source.staleToldAt,
		policy_version: policyVersion,
	};
}

export function toEvent(row: NewsEventRow): NewsEvent {
	return {
		id: row.id,
		source: row.source,
		key: row.event_key,
		title: row.title,
		impact: row.impact,
		statedImpact: row.stated_impact,
		currencies: parseStored<string[]>(row.currencies),
		startsAt: row.starts_at,
		endsAt: row.ends_at,
		allDay: row.all_day === 1,
		exact: row.exact === 1,
		addedBy: row.added_by,
		createdAt: row.created_at,
		updatedAt: row.updated_at,
	};
}

export function toEventRow(event: NewsEvent): NewsEventRow {
	return {
		id: event.id,
		source: event.source,
		event_key: event.key,
		title: event.title,
		impact: event.impact,
		stated_impact: event.statedImpact,
		currencies: JSON.stringify(event.currencies),
		starts_at: event.startsAt,
		ends_at: event.endsAt,
		all_day: event.allDay ? 1 : 0,
		exact: event.exact ? 1 : 0,
		added_by: event.addedBy,
		created_at: event.createdAt,
		updated_at: event.updatedAt,
	};
}

/** The rows by which the gate finds the event: none where its impact changes nothing. */
export function toWindowRows(event: NewsEvent): NewsWindowRow[] {
	const { id, impact, title, startsAt, endsAt, exact } = event;
	if (!counts(impact)) return [];
	return event.currencies.map((currency) => ({
		event_id: id, currency, impact, title, starts_at: startsAt, ends_at: endsAt, exact: exact ? 1 : 0,
	}));
}
