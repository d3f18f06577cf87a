import type { EventOf } from '../../events';
import type { Alert } from '../notification';
import { duration, time, type Reader } from './format';

/** News near: for whom, and until when. */
export function renderNewsLocked({ payload, at }: EventOf<'news.locked'>, reader: Reader): Alert {
	const { titles, currencies, until } = payload;
	const whom = currencies.includes('ALL') ? 'in every symbol' : `in what listens to ${currencies.join(', ')}`;
	return {
		type: 'risk_warning', priority: 'normal',
		title: `News: ${titles.join(', ')}`,
		happened: `No new entries ${whom} until ${time(until, reader)}.`,
		meaning: 'What waits in the queue fires after that, if it is still good then. Exits pass.',
		action: null,
		facts: [
			{ label: 'Events', value: titles.join(', ') },
			{ label: 'For', value: duration(until - at) },
		],
	};
}

/** A calendar that answers again. */
export function renderFeedRecovered({ payload }: EventOf<'news.feed_recovered'>): Alert {
	const { source, failed_since: since, refreshed_at: refreshed } = payload;
	return {
		type: 'system', priority: 'low', meaning: null, action: null,
		title: 'News calendar is back',
		happened: `The news calendar "${source}" answers again, after ${duration(refreshed - since)}.`,
		facts: [{ label: 'Calendar', value: source }],
	};
}
