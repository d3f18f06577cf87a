import { appendAudit } from '../../audit';
import type { Kernel, Trx } from '../../db';
import { appendEvent } from '../../events';
import { DAY, FirecontrolError, reasonText, type NewsEventId } from '../../model';
import { symbolParts } from './currencies';
import type { NewsEvent } from './event';
import { tellLocks } from './locks.service';
import { newsAhead } from './news-for.repository';
import { symbolUnclear } from './news.errors';
import { listEvents, type NewsFilter } from './news.queries';
import { deleteSource, forgetEnded, listSources, lockSource, saveSource } from './news.repository';
import type { RefreshCommand } from './read-source';
import { refreshNews, type RefreshReport } from './refresh.service';
import { refreshedText, staleFrom, type NewsSource } from './source';
import { standingOf, type NewsStanding } from './standing';
import { addWindow, removeWindow, type WindowInput } from './windows.service';

/** The news calendar. */
export interface News {
	/** Reads a calendar and takes over what it says, wholly or not at all. @throws FirecontrolError */
	refresh(command: RefreshCommand): Promise<RefreshReport>;
	/** @throws FirecontrolError `NEWS_WINDOW_INVALID` */
	addWindow(input: WindowInput): Promise<NewsEvent>;
	/** @throws FirecontrolError `NEWS_WINDOW_UNKNOWN`, `NEWS_WINDOW_OF_FEED` */
	removeWindow(id: NewsEventId, actor: string): Promise<NewsEvent>;
	list(filter: NewsFilter): Promise<NewsEvent[]>;
	sources(): Promise<NewsSource[]>;
	/** Takes a calendar out, with its events. @throws FirecontrolError `NEWS_SOURCE_UNKNOWN` */
	removeSource(name: string, actor: string): Promise<{ readonly source: NewsSource; readonly events: number }>;
	/** Whether new entries in a symbol are blocked now. @throws FirecontrolError `NEWS_SYMBOL_UNCLEAR` */
	standing(symbol: string): Promise<NewsStanding>;
	/** Job: tells once of each lock and of a calendar that went stale; forgets what is long over. */
	watch(): Promise<void>;
}

/** How far ahead `standing` looks for the next lock. */
const AHEAD = 7 * DAY;

async function removeSource(trx: Trx, kernel: Kernel, name: string, actor: string) {
	const source = await lockSource(trx, name);
	if (source === null) {
		const names = (await listSources(trx)).map((known) => `"${known.name}"`).join(', ');
		throw new FirecontrolError('NEWS_SOURCE_UNKNOWN', `There is no calendar "${name}". There are: ${names || 'none'}.`);
	}
	const events = await deleteSource(trx, name);
	const { kind, host, refreshedAt } = source;
	await appendAudit(trx, kernel, {
		actor, action: 'news.source_removed', subjectId: name, details: { kind, host, refreshed_at: refreshedAt, events },
	});
	return { source, events };
}

function isStale(source: NewsSource, { clock, rules }: Kernel): boolean {
	return clock.now() > staleFrom(source, rules.policy.news);
}

async function tellStale(trx: Trx, kernel: Kernel, name: string): Promise<void> {
	const source = await lockSource(trx, name);
	if (source === null || source.staleToldAt !== null || !isStale(source, kernel)) return;
	await saveSource(trx, { ...source, staleToldAt: kernel.clock.now() }, kernel.rules.version);
	const observed = refreshedText(source.refreshedAt);
	const text = reasonText('NEWS_CALENDAR_STALE', { observed, limit: kernel.rules.policy.news.staleHours });
	await appendAudit(trx, kernel, {
		actor: 'engine', action: 'news.stale', subjectId: name, details: { refreshed_at: source.refreshedAt, error: source.error },
	});
	await appendEvent(trx, kernel, {
		type: 'issue.raised',
		subjectId: name,
		actor: 'engine',
		payload: { code: 'NEWS_CALENDAR_STALE', message: `New entries are blocked. "${name}": ${text}`, severity: 'high' },
	});
}

export function createNews(kernel: Kernel): News {
	const { conn, clock, rules } = kernel;
	return {
		refresh: async (command) => refreshNews(kernel, command),
		addWindow: async (input) => kernel.transaction(async (trx) => addWindow(trx, kernel, input)),
		removeWindow: async (id, actor) => kernel.transaction(async (trx) => removeWindow(trx, kernel, id, actor)),
		list: async (filter) => listEvents(conn, filter),
		sources: async () => listSources(conn),
		removeSource: async (name, actor) => kernel.transaction(async (trx) => removeSource(trx, kernel, name, actor)),
		async standing(symbol) {
			const parts = symbolParts(symbol, rules.policy.news);
			if (parts === null) throw symbolUnclear(symbol);
			const question = { ...parts, now: clock.now(), rules: rules.policy.news };
			return standingOf(symbol, parts, await newsAhead(conn, question, AHEAD), rules.policy);
		},
		async watch() {
			for (const source of await listSources(conn)) {
				if (source.staleToldAt !== null || !isStale(source, kernel)) continue;
				await kernel.transaction(async (trx) => tellStale(trx, kernel, source.name));
			}
			const before = clock.now() - rules.policy.news.keepDays * DAY;
			await kernel.transaction(async (trx) => {
				await tellLocks(trx, kernel);
				await forgetEnded(trx, before);
			});
		},
	};
}
