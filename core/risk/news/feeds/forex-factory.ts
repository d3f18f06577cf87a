import { DateTime } from 'luxon';
import { faultsText, feedError } from '../news.errors';
import type { FeedContent } from './content';
import { readRows, type RowTerms } from './rows';

/** The zone whose weeks the feed is cut by. */
const WEEKS_OF = 'America/New_York';

/** Start of the week, Sunday 00:00 in New York, that many weeks later. */
function weekStart(at: number, weeksLater: number): number {
	const local = DateTime.fromMillis(at, { zone: WEEKS_OF });
	const sunday = local.startOf('day').minus({ days: local.weekday % 7 });
	return sunday.plus({ weeks: weeksLater }).toMillis();
}

/**
 * A weekly calendar as JSON: a list of events with title, country (a currency code), date with its
 * offset, and impact. One row that cannot be read refuses the whole answer: it could be the event
 * that matters. @throws FirecontrolError `NEWS_FEED_UNREADABLE`, `NEWS_FEED_EMPTY`
 */
export function parseForexFactory(text: string, host: string, terms: RowTerms): FeedContent {
	let rows: unknown;
	try {
		rows = JSON.parse(text.replace(/^\uFEFF/, ''));
	} catch {
		throw feedError('NEWS_FEED_UNREADABLE', `${host} sent ${text.length} characters that are no complete JSON.`, true);
	}
	if (!Array.isArray(rows)) {
		throw feedError('NEWS_FEED_UNREADABLE', `${host} sent JSON that is no list of events.`);
	}
	if (rows.length === 0) throw feedError('NEWS_FEED_EMPTY', `${host} sent an empty list.`, true);
	const { events, faults } = readRows(rows, terms);
	if (faults.length > 0) {
		throw feedError('NEWS_FEED_UNREADABLE', `${host} sent a list with values that cannot be used. ${faultsText(faults)}`);
	}
	const times = events.map(({ startsAt }) => startsAt);
	return {
		events,
		from: weekStart(Math.min(...times), 0),
		until: weekStart(Math.max(...times), 1),
	};
}
