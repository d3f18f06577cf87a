import type { Conn } from '../../core/db';

/** Far enough that no test lives to see it stale. */
const LONG_AHEAD = Date.UTC(2100, 0, 1);

/** A news calendar that somebody set up, that is in order and knows of nothing: the gate is silent. */
export async function quietCalendar(conn: Conn): Promise<void> {
	await conn('news_sources')
		.insert({
			name: 'quiet', kind: 'items', host: null, events: 0, refreshed_at: LONG_AHEAD,
			attempted_at: LONG_AHEAD, failed_since: null, error_code: null, error: null,
			stale_told_at: null, policy_version: 'pol_test',
		})
		.onConflict(['name'])
		.ignore();
}
