import type { Conn, Trx } from '../../db';
import type { AccountId } from '../../model';
import { unseen, type AccountMemory } from './watch';
import { toAccountWatchRow, toMemory, type AccountWatchRow } from './watch.table';

/** Bindings of one list in a statement at most. */
const CHUNK = 400;

/** What is remembered of these accounts; those that were never looked at are missing. */
export async function memoriesOf(
	conn: Conn,
	ids: readonly AccountId[],
): Promise<Map<AccountId, AccountMemory>> {
	const found = new Map<AccountId, AccountMemory>();
	for (let start = 0; start < ids.length; start += CHUNK) {
		const some = ids.slice(start, start + CHUNK);
		const rows = await conn<AccountWatchRow>('account_watches').whereIn('account_id', some);
		for (const row of rows) found.set(row.account_id, toMemory(row));
	}
	return found;
}

/** The account's memory, locked until the transaction ends (after the latch, before the account). */
export async function lockMemory(trx: Trx, id: AccountId, now: number): Promise<AccountMemory> {
	await trx<AccountWatchRow>('account_watches')
		.insert(toAccountWatchRow(unseen(id), now))
		.onConflict('account_id')
		.ignore();
	const row = await trx<AccountWatchRow>('account_watches')
		.where({ account_id: id })
		.forUpdate()
		.first();
	return row === undefined ? unseen(id) : toMemory(row);
}

export async function saveMemory(trx: Trx, memory: AccountMemory, now: number): Promise<void> {
	const { account_id: id, ...row } = toAccountWatchRow(memory, now);
	await trx<AccountWatchRow>('account_watches').where({ account_id: id }).update(row);
}
