import type { Trx } from '../db';

interface Foreign {
	/** Greatest epoch that this server has not reached yet; null when there is none. */
	epoch: number | null;
	/** Greatest number of an event of such an epoch. */
	seq: number | null;
}

/** Epochs that lie ahead of this server: they were written by another one. */
async function foreignEpochs(trx: Trx): Promise<Foreign> {
	const answer: { rows: Foreign[] } = await trx.raw(
		`with server as (select pg_snapshot_xmax(pg_current_snapshot())::text::bigint as next)
		select max(epoch) as epoch, (select max(seq) from events where epoch >= next) as seq
		from server, (select epoch from events union all select epoch from event_cursors) as known
		where epoch >= next group by next`,
	);
	return answer.rows[0] ?? { epoch: null, seq: null };
}

/**
 * After a dump was restored on another PostgreSQL server, which counts its transactions anew, the
 * restored events would seem to lie in the future and new ones in the past of every cursor. Moves
 * what was restored, in its own order, before all that this server writes. Says whether it did.
 */
export async function adoptRestored(trx: Trx): Promise<boolean> {
	if ((await foreignEpochs(trx)).epoch === null) return false;
	await trx.raw('lock table events, event_cursors in exclusive mode');
	const { epoch, seq } = await foreignEpochs(trx);
	if (epoch === null) return false;
	const shift = epoch + 1;
	if (seq !== null)
		await trx.raw('update events set epoch = epoch - ? where seq <= ?', [shift, seq]);
	// Cursors that have not begun stay before everything.
	await trx.raw('update event_cursors set epoch = epoch - ? where epoch > ?', [
		shift,
		Number.MIN_SAFE_INTEGER,
	]);
	return true;
}
