import { changed, type Conn, type Trx } from '../../db';
import type { Account } from '../../members';
import type { AccountId, AccountKind } from '../../model';
import { toProgress, toProgressRow, type Progress, type ProgressRow } from './progress.table';

/** Rows written by one statement at most. */
const BATCH = 200;

/** What is forgotten when an account has to be compared anew. */
const NOT_COMPARED = { state: 'DUE', orders_at: null, failing_since: null, healthy_since: null } as const;

interface AccountKeyRow {
	id: AccountId;
	kind: AccountKind;
}

/**
 * Marks every active account as not compared since this start of the engine: one statement for
 * those known, and rows for those that have none yet.
 */
export async function markAllDue(trx: Trx, session: number, now: number): Promise<void> {
	await trx<ProgressRow>('account_reconciliations')
		.whereNot({ session })
		.update({ ...NOT_COMPARED, session, updated_at: now });
	await addMissing(trx, session, now);
}

/** Marks an account as not compared; one without a row gets its row with the next look. */
export async function markDue(trx: Trx, accountId: AccountId, now: number): Promise<void> {
	await trx<ProgressRow>('account_reconciliations')
		.where({ account_id: accountId })
		.update({ ...NOT_COMPARED, updated_at: now });
}

/** Gives accounts without a row one: accounts that were opened since. */
export async function addMissing(trx: Conn, session: number, now: number): Promise<void> {
	const rows: { id: AccountId }[] = await trx('accounts as a')
		.leftJoin('account_reconciliations as r', 'r.account_id', 'a.id')
		.where('a.status', 'active' satisfies Account['status'])
		.whereNull('r.account_id')
		.select('a.id');
	for (let start = 0; start < rows.length; start += BATCH) {
		const fresh = rows.slice(start, start + BATCH).map(({ id }) =>
			toProgressRow({
				accountId: id,
				state: 'DUE',
				session,
				ordersAt: null,
				positionsAt: null,
				seenUntil: null,
				completedAt: null,
				failingSince: null,
				healthySince: null,
				detail: null,
				updatedAt: now,
			}),
		);
		await trx<ProgressRow>('account_reconciliations').insert(fresh).onConflict('account_id').ignore();
	}
}

/** Active accounts at real venues that are not compared yet: no new entries for them. */
export async function venueAccountsDue(trx: Trx): Promise<AccountId[]> {
	const rows: AccountKeyRow[] = await trx('accounts as a')
		.join('account_reconciliations as r', 'r.account_id', 'a.id')
		.where({ 'a.status': 'active' satisfies Account['status'], 'r.state': 'DUE' })
		.whereNot('a.kind', 'paper' satisfies AccountKind)
		.select('a.id', 'a.kind');
	return rows.map(({ id }) => id);
}

/** Progress of active accounts in this state, or of one account. */
export async function progressOf(
	conn: Conn,
	filter: { readonly state?: Progress['state']; readonly accountId?: AccountId; readonly limit?: number },
): Promise<Progress[]> {
	const query = conn('account_reconciliations as r')
		.join('accounts as a', 'a.id', 'r.account_id')
		.where('a.status', 'active' satisfies Account['status']);
	if (filter.state !== undefined) void query.where('r.state', filter.state);
	if (filter.accountId !== undefined) void query.where('r.account_id', filter.accountId);
	if (filter.limit !== undefined) void query.limit(filter.limit);
	const rows: ProgressRow[] = await query.orderBy('r.updated_at').select('r.*');
	return rows.map(toProgress);
}

/** An active account at a real venue, and how far it was compared; null: never begun. */
export interface VenueLook {
	readonly accountId: AccountId;
	readonly venue: string;
	/** ms UTC. */
	readonly openedAt: number;
	readonly progress: Progress | null;
}

export async function venueLooks(conn: Conn): Promise<VenueLook[]> {
	const accounts: { id: AccountId; venue: string; created_at: number }[] = await conn('accounts')
		.where({ status: 'active' satisfies Account['status'] })
		.whereNot('kind', 'paper' satisfies AccountKind)
		.orderBy('id')
		.select('id', 'venue', 'created_at');
	const known = new Map((await progressOf(conn, {})).map((each) => [each.accountId, each]));
	return accounts.map(({ id, venue, created_at: openedAt }) => ({
		accountId: id, venue, openedAt, progress: known.get(id) ?? null,
	}));
}

/**
 * Writes what a look has changed of how far an account was compared, beside what other looks have
 * written meanwhile; not at all when it has become due anew since. @returns whether it was written
 */
export async function saveProgress(trx: Trx, read: Progress, after: Progress): Promise<boolean> {
	const row = await trx<ProgressRow>('account_reconciliations')
		.where({ account_id: read.accountId })
		.forUpdate()
		.first();
	if (row === undefined) return false;
	const dueAnew = row.state === 'DUE' && read.state === 'DONE';
	if (row.session !== read.session || dueAnew) return false;
	const change = changed(toProgressRow(read), toProgressRow(after));
	if (Object.keys(change).length === 0) return true;
	await trx<ProgressRow>('account_reconciliations').where({ account_id: read.accountId }).update(change);
	return true;
}
