import { appendAudit } from '../../audit';
import type { Kernel, Trx } from '../../db';
import { appendEvent } from '../../events';
import { FirecontrolError, HOUR, isoTime, messageOf, newId } from '../../model';
import type { NewsDraft, NewsEvent } from './event';
import type { FeedContent } from './feeds/content';
import { mergeCalendar } from './merge';
import { deleteEvents, ensureSource, eventsOf, insertEvents, lockSource, saveSource, updateEvent } from './news.repository';
import { readSource, sourceName, type RefreshCommand, type SourceName } from './read-source';
import type { NewsSource } from './source';

/** What a refresh did. Times in ms UTC. */
export interface RefreshReport {
	readonly source: string;
	readonly kind: NewsSource['kind'];
	readonly host: string | null;
	/** In the answer. */
	readonly events: number;
	readonly high: number;
	readonly medium: number;
	readonly added: number;
	readonly changed: number;
	readonly removed: number;
	readonly kept: number;
	readonly refreshedAt: number;
	/** Until when the calendar counts as fresh without another refresh. */
	readonly freshUntil: number;
}

function newSource({ name, host }: SourceName, kind: NewsSource['kind'], begun: number): NewsSource {
	return {
		name, kind, host, events: 0, refreshedAt: null, attemptedAt: begun, failedSince: null, errorCode: null,
		error: null, staleToldAt: null,
	};
}

/** The source, locked; made when it is new, also where two make it at once. */
async function claimed(trx: Trx, kernel: Kernel, made: NewsSource): Promise<NewsSource> {
	await ensureSource(trx, made, kernel.rules.version);
	return (await lockSource(trx, made.name)) ?? made;
}

function eventOf(kernel: Kernel, draft: NewsDraft, source: string, actor: string): NewsEvent {
	const now = kernel.clock.now();
	const id = newId('nws', kernel.clock, kernel.rng);
	return { ...draft, id, source, addedBy: actor, createdAt: now, updatedAt: now };
}

async function store(
	trx: Trx,
	kernel: Kernel,
	command: RefreshCommand,
	at: { readonly name: SourceName; readonly begun: number; readonly content: FeedContent },
): Promise<RefreshReport> {
	const { name, begun, content } = at;
	const { kind, actor } = command;
	const { news } = kernel.rules.policy;
	const known = await claimed(trx, kernel, newSource(name, kind, begun));
	const before = await eventsOf(trx, name.name);
	const merge = mergeCalendar(before, content, { now: kernel.clock.now(), keepDays: news.keepDays });
	await deleteEvents(trx, merge.removed.map(({ id }) => id));
	for (const { known: event, draft } of merge.changed) {
		await updateEvent(trx, { ...event, ...draft, updatedAt: kernel.clock.now() }, event);
	}
	await insertEvents(trx, merge.added.map((draft) => eventOf(kernel, draft, name.name, actor)));
	const count = (impact: NewsDraft['impact']): number => content.events.filter((event) => event.impact === impact).length;
	const report: RefreshReport = {
		source: name.name, kind, host: name.host, events: content.events.length, high: count('HIGH'),
		medium: count('MEDIUM'), added: merge.added.length, changed: merge.changed.length,
		removed: merge.removed.length, kept: merge.kept, refreshedAt: begun, freshUntil: begun + news.staleHours * HOUR,
	};
	await saveSource(
		trx,
		{ ...newSource(name, kind, begun), events: content.events.length, refreshedAt: begun },
		kernel.rules.version,
	);
	const { refreshedAt, freshUntil, ...counted } = report;
	await appendAudit(trx, kernel, {
		actor,
		action: 'news.refreshed',
		subjectId: name.name,
		details: { ...counted, refreshed_at: refreshedAt, fresh_until: freshUntil },
	});
	if (known.failedSince !== null) {
		await appendEvent(trx, kernel, {
			type: 'news.feed_recovered',
			subjectId: name.name,
			actor,
			payload: { source: name.name, failed_since: known.failedSince, refreshed_at: begun },
		});
	}
	return report;
}

/** What people are told when a calendar fails for the first time in a row. */
function failureText({ name }: SourceName, known: NewsSource, message: string, staleHours: number): string {
	const { refreshedAt } = known;
	const then =
		refreshedAt === null
			? `It never answered yet; unless it does, or is removed, new entries are blocked from ${isoTime((known.failedSince ?? known.attemptedAt) + staleHours * HOUR)} on.`
			: `Without a refresh new entries are blocked from ${isoTime(refreshedAt + staleHours * HOUR)} on.`;
	return `The news calendar "${name}" could not be refreshed. ${message} ${then}`;
}

async function storeFailure(
	trx: Trx,
	kernel: Kernel,
	command: RefreshCommand,
	at: { readonly name: SourceName; readonly begun: number; readonly error: unknown },
): Promise<void> {
	const { name, begun, error } = at;
	const { kind, actor } = command;
	const known = await claimed(trx, kernel, newSource(name, kind, begun));
	const code = error instanceof FirecontrolError ? error.code : 'NEWS_FEED_UNREADABLE';
	const message = messageOf(error);
	const failed: NewsSource = {
		...known, attemptedAt: begun, failedSince: known.failedSince ?? begun, errorCode: code, error: message,
	};
	await saveSource(trx, failed, kernel.rules.version);
	if (known.failedSince !== null) return;
	const { staleHours } = kernel.rules.policy.news;
	await appendAudit(trx, kernel, {
		actor,
		action: 'news.refresh_failed',
		subjectId: name.name,
		details: { kind, host: name.host, code, message, refreshed_at: known.refreshedAt },
	});
	await appendEvent(trx, kernel, {
		type: 'issue.raised',
		subjectId: name.name,
		actor,
		payload: { code, message: failureText(name, known, message, staleHours), severity: 'high' },
	});
}

/** A list that people hand over is told right there; only one that counted before is missed by others. */
async function failureCounts(kernel: Kernel, { kind }: RefreshCommand, { name }: SourceName): Promise<boolean> {
	if (kind !== 'items') return true;
	return kernel.transaction(async (trx) => (await lockSource(trx, name)) !== null);
}

/**
 * Reads a calendar and takes over what it says, wholly or not at all. When it cannot be read, what
 * was known stays, and the first failure in a row is told. @throws FirecontrolError `NEWS_FEED_*`,
 * `NEWS_ROWS_INVALID`, `NEWS_SOURCE_NAME`
 */
export async function refreshNews(kernel: Kernel, command: RefreshCommand): Promise<RefreshReport> {
	const begun = kernel.clock.now();
	const name = sourceName(command);
	let content: FeedContent;
	try {
		content = await readSource(command, kernel.rules.policy.news, begun);
	} catch (error) {
		if (await failureCounts(kernel, command, name)) {
			await kernel.transaction(async (trx) => storeFailure(trx, kernel, command, { name, begun, error }));
		}
		throw error;
	}
	return kernel.transaction(async (trx) => store(trx, kernel, command, { name, begun, content }));
}
