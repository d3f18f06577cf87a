import type { IDataObject } from 'n8n-workflow';
import {
	newsWindowOf, type Core, type NewsEvent, type NewsSource, type NewsStanding, type NewsWindow, type RefreshReport,
} from '../../../core';
import { timeOf } from '../../shared/items';
import type { OutputItem } from '../../shared/runItems';
import { OPEN_FILTER, type NewsCommand } from '../NewsCalendar.params';

function eventItem(core: Core, event: NewsEvent): IDataObject {
	const window = newsWindowOf(event, core.kernel.rules.policy.news);
	const now = core.kernel.clock.now();
	return {
		event_id: event.id,
		source: event.source,
		title: event.title,
		impact: event.impact,
		stated_impact: event.statedImpact,
		currencies: [...event.currencies],
		starts_at: timeOf(event.startsAt),
		ends_at: timeOf(event.endsAt),
		all_day: event.allDay,
		window_from: timeOf(window?.from ?? null),
		window_until: timeOf(window?.until ?? null),
		open: window !== null && window.from <= now && now < window.until,
		added_by: event.addedBy,
	};
}

function windowItem(window: NewsWindow): IDataObject {
	const { eventId, title, impact, currency, from, until } = window;
	return { event_id: eventId, title, impact, currency, from: timeOf(from), until: timeOf(until) };
}

function standingItem(standing: NewsStanding): IDataObject {
	return {
		symbol: standing.symbol,
		base: standing.base,
		quote: standing.quote,
		locked: standing.locked,
		code: standing.code,
		message: standing.message,
		until: timeOf(standing.until),
		titles: [...standing.titles],
		confidence_extra: standing.confidenceExtra,
		status: standing.status,
		refreshed_at: timeOf(standing.refreshedAt),
		windows: standing.windows.map(windowItem),
		next: standing.next === null ? null : windowItem(standing.next),
	};
}

function hintOf({ name, refreshedAt, failedSince }: NewsSource): string | null {
	if (refreshedAt === null) return `"${name}" never answered. Refresh it from an address that does, or take it away with Remove Source.`;
	return failedSince === null ? null : `"${name}" does not answer at present; what it told before still counts until it is stale.`;
}

function sourceItem(source: NewsSource): IDataObject {
	return {
		source: source.name,
		kind: source.kind,
		host: source.host,
		events: source.events,
		refreshed_at: timeOf(source.refreshedAt),
		attempted_at: timeOf(source.attemptedAt),
		failed_since: timeOf(source.failedSince),
		error_code: source.errorCode,
		error: source.error,
		state: source.refreshedAt === null ? 'never_answered' : source.failedSince === null ? 'answering' : 'failing',
		hint: hintOf(source),
	};
}

function reportItem(report: RefreshReport): IDataObject {
	return {
		source: report.source,
		kind: report.kind,
		host: report.host,
		events: report.events,
		high: report.high,
		medium: report.medium,
		added: report.added,
		changed: report.changed,
		removed: report.removed,
		kept: report.kept,
		refreshed_at: timeOf(report.refreshedAt),
		fresh_until: timeOf(report.freshUntil),
	};
}

/** One item of the node. */
export async function run(core: Core, command: NewsCommand): Promise<OutputItem | OutputItem[]> {
	switch (command.operation) {
		case 'refresh':
			return { json: reportItem(await core.news.refresh(command.command)) };
		case 'nothing':
			return [];
		case 'addWindow':
			return { json: eventItem(core, await core.news.addWindow(command.window)) };
		case 'removeWindow':
			return { json: { ...eventItem(core, await core.news.removeWindow(command.id, command.actor)), removed: true } };
		case 'removeSource': {
			const { source, events } = await core.news.removeSource(command.name, command.actor);
			return { json: { ...sourceItem(source), events, removed: true } };
		}
		case 'list': {
			const now = core.kernel.clock.now();
			const from = command.from ?? now - OPEN_FILTER.backMs;
			const until = command.until ?? now + OPEN_FILTER.aheadMs;
			const events = await core.news.list({ ...command.filter, from, until });
			return events.map((event) => ({ json: eventItem(core, event) }));
		}
		case 'listSources':
			return (await core.news.sources()).map((source) => ({ json: sourceItem(source) }));
		case 'isLocked':
			return { json: standingItem(await core.news.standing(command.symbol)) };
	}
}
