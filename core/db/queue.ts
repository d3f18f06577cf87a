import type { Trx } from './open';

/**
 * Stands in the numbered queue until the transaction ends. Those who share are in it together; one who
 * is alone waits for those before and keeps all later ones waiting. PostgreSQL's locks of rows have no
 * such order: whoever shares a row goes past one who waits for it alone, again and again. In SQLite
 * there is one writer at a time.
 */
export async function queueUp(
	trx: Trx,
	queue: number,
	mode: 'share' | 'exclusive',
): Promise<void> {
	if (trx.client.config.client !== 'pg') return;
	const take = mode === 'share' ? 'pg_advisory_xact_lock_shared' : 'pg_advisory_xact_lock';
	await trx.raw(`select ${take}(?)`, [queue]);
}
