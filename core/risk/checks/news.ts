import { isoTime } from '../../model';
import { refreshedText } from '../news';
import { block, pass, warn, type Check } from './check';

const NAME = 'news';
const SECONDS = 1_000;

/** Whole seconds up: a window is open until its end is over. */
const secondsUntil = (until: number, now: number): number => Math.ceil((until - now) / SECONDS);

/**
 * No HIGH event is near for the symbol's currencies, and the calendar that says so is up to date. A
 * calendar that nobody set up warns; one that was set up and is old blocks, as it may have missed any.
 */
export const news: Check = ({ news: calendar, now, policy, market, signal }) => {
	const symbol = market?.symbol ?? signal.symbol;
	const high = calendar.windows.filter(({ impact }) => impact === 'HIGH');
	const [first] = high;
	if (first !== undefined) {
		const until = Math.max(...high.map((window) => window.until));
		const titles = [...new Set(high.map(({ title, currency }) => `${title} (${currency})`))].join(', ');
		const context = { symbol, titles, until: isoTime(until), wait_s: secondsUntil(until, now) };
		return block(NAME, 'NEWS_WINDOW', { limit: isoTime(until), observed: isoTime(now), context });
	}
	if (calendar.status === 'never_configured') return warn(NAME, 'NEWS_NOT_CONFIGURED');
	const limit = policy.news.staleHours;
	const observed = refreshedText(calendar.refreshedAt);
	if (calendar.status === 'stale') {
		return block(NAME, 'NEWS_CALENDAR_STALE', { limit, observed });
	}
	return pass(NAME, { limit, observed });
};
