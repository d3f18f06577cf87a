import { IANAZone } from 'luxon';
import { DAY, FirecontrolError, isoTime, sha256 } from '../../model';
import { BY_HAND, type NewsRules } from './event';
import type { FeedContent } from './feeds/content';
import { feedAddress, fetchFeed } from './feeds/fetch';
import { parseForexFactory } from './feeds/forex-factory';
import { parseIcs } from './feeds/ics';
import { readRows } from './feeds/rows';
import type { NewsImpact } from './news';
import { feedError, rowsInvalid } from './news.errors';

interface Named {
	/** Under which the calendar is kept; null: by its address. */
	readonly name: string | null;
	/** IANA zone of times that name none. */
	readonly zone: string | null;
	readonly actor: string;
}

/** A calendar to read, and how. */
export type RefreshCommand = Named &
	(
		| { readonly kind: 'forex_factory'; readonly url: string }
		| {
				readonly kind: 'ics';
				readonly url: string;
				/** Of events that state none. */
				readonly impact: NewsImpact;
				/** Of events that name none; empty: they concern everybody. */
				readonly currencies: readonly string[];
		  }
		| { readonly kind: 'items'; readonly rows: readonly unknown[] }
	);

/** A calendar by name, and the host it comes from. */
export interface SourceName {
	readonly name: string;
	readonly host: string | null;
}

const NAME_MAX = 80;

/**
 * What the calendar of a command is called. The address may hold a secret: of it only the host is
 * shown, and a few digits that tell two calendars of one host apart.
 * @throws FirecontrolError `NEWS_FEED_URL`, `NEWS_SOURCE_NAME`, `NEWS_ZONE_UNKNOWN`
 */
export function sourceName(command: RefreshCommand): SourceName {
	checkZone(command.zone);
	const url = command.kind === 'items' ? null : feedAddress(command.url);
	const given = command.name?.trim() ?? '';
	if (given.length > NAME_MAX || given.toLowerCase() === BY_HAND) {
		throw new FirecontrolError(
			'NEWS_SOURCE_NAME',
			`"${given.slice(0, NAME_MAX)}" cannot be the name of a calendar. Use at most ${NAME_MAX} characters, and not "${BY_HAND}".`,
		);
	}
	if (url === null) return { name: given === '' ? 'items' : given, host: null };
	const own = `${url.host} #${sha256(url.href).slice(0, 6)}`;
	return { name: given === '' ? own : given, host: url.host };
}

function checkEnd(content: FeedContent, host: string, { feedEndedDays }: NewsRules, now: number): FeedContent {
	const last = Math.max(...content.events.map(({ endsAt }) => endsAt));
	if (last >= now - feedEndedDays * DAY) return content;
	const when = Number.isFinite(last) ? `whose last event was at ${isoTime(last)}` : 'without any event near today';
	throw feedError('NEWS_FEED_ENDED', `${host} sent a calendar ${when}: it seems to have ended. Give the address of one that goes on.`);
}

function fromRows(rows: readonly unknown[], rules: NewsRules, zone: string | null): FeedContent {
	if (rows.length === 0) {
		throw new FirecontrolError('NEWS_ROWS_INVALID', 'Nothing was stored: there are no rows. Connect items with title, currency, impact and date.');
	}
	if (rows.length > rules.eventsMax) {
		throw new FirecontrolError('NEWS_ROWS_INVALID', `Nothing was stored: ${rows.length} rows are more than ${rules.eventsMax}.`);
	}
	const { events, faults } = readRows(rows, { rules, zone });
	if (faults.length > 0) throw rowsInvalid(faults);
	return { events, from: 0, until: Number.MAX_SAFE_INTEGER };
}

function checkZone(zone: string | null): void {
	if (zone === null || IANAZone.isValidZone(zone)) return;
	throw new FirecontrolError('NEWS_ZONE_UNKNOWN', `"${zone.slice(0, NAME_MAX)}" is not a time zone. Use a name such as Europe/Berlin.`);
}

/** Asks a calendar, over the network where it has an address. @throws FirecontrolError */
export async function readSource(command: RefreshCommand, rules: NewsRules, now: number): Promise<FeedContent> {
	const { zone } = command;
	if (command.kind === 'items') return fromRows(command.rows, rules, zone);
	const { text, host } = await fetchFeed(feedAddress(command.url), rules);
	if (command.kind === 'forex_factory') {
		const content = parseForexFactory(text, host, { rules, zone });
		if (content.events.length > rules.eventsMax) {
			throw feedError('NEWS_FEED_TOO_LARGE', `${host} sent more than ${rules.eventsMax} events.`);
		}
		return checkEnd(content, host, rules, now);
	}
	const { impact, currencies } = command;
	return checkEnd(parseIcs(text, host, { rules, zone, impact, currencies, now }), host, rules, now);
}
