import type { Conn, Trx } from '../../db';
import type { AccountId } from '../../model';
import type { Timer } from './dead-man';
import { toTimer, toTimerRow, type TimerRow } from './timers.table';

/** Every timer that was ever kept, of these accounts or of all. */
export async function listTimers(conn: Conn, accountIds?: readonly AccountId[]): Promise<Timer[]> {
	const query = conn<TimerRow>('dead_man_timers');
	if (accountIds !== undefined) void query.whereIn('account_id', [...accountIds]);
	return (await query.orderBy(['account_id', 'symbol'])).map(toTimer);
}

/** Writes what is known of a timer now. */
export async function saveTimer(trx: Trx, timer: Timer): Promise<void> {
	await trx<TimerRow>('dead_man_timers')
		.insert(toTimerRow(timer))
		.onConflict(['account_id', 'symbol'])
		.merge();
}
