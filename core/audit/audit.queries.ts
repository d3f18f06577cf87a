import type { Conn, Dialect } from '../db';
import { parseStored, type AccountId, type MemberId } from '../model';
import type { AuditEntry } from './audit';
import { toAuditEntry, type AuditRow } from './audit.table';

/** Which entries are asked for; what is left out does not matter. */
export interface AuditFilter {
	readonly actor?: string;
	/** The whole action, or its beginning and a `*`, such as `ticket.*`. */
	readonly action?: string;
	readonly subjectId?: string;
	/** The signal of the story. */
	readonly correlationId?: string;
	readonly memberId?: MemberId;
	readonly accountId?: AccountId;
	/** Ms UTC, the first included, the last not. */
	readonly from?: number;
	readonly until?: number;
}

/** Finds nothing that the pattern does not mean: `_` and `%` stand for themselves. */
const beginning = (action: string): string =>
	`${action.slice(0, -1).replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`;

/** Entries that the filter means, in no order yet. */
function matching(conn: Conn, filter: AuditFilter) {
	const { actor, action, subjectId, correlationId, memberId, accountId, from, until } = filter;
	const query = conn<AuditRow>('audit');
	if (actor !== undefined) void query.where({ actor });
	if (action?.endsWith('*') === true) {
		void query.whereRaw(`action like ? escape '\\'`, [beginning(action)]);
	} else if (action !== undefined) void query.where({ action });
	if (subjectId !== undefined) void query.where({ subject_id: subjectId });
	if (correlationId !== undefined) void query.where({ correlation_id: correlationId });
	if (memberId !== undefined) void query.where({ member_id: memberId });
	if (accountId !== undefined) void query.where({ account_id: accountId });
	if (from !== undefined) void query.where('at', '>=', from);
	if (until !== undefined) void query.where('at', '<', until);
	return query;
}

/** Newest first, sealed or not. */
export async function listAudit(
	conn: Conn,
	{ limit, ...filter }: AuditFilter & { readonly limit: number },
): Promise<AuditEntry[]> {
	return (await matching(conn, filter).orderBy('seq', 'desc').limit(limit)).map(toAuditEntry);
}

/** A page of sealed entries: chain numbers are never given twice, so pages stay what they were. */
export interface SealedPage {
	readonly filter: AuditFilter;
	readonly limit: number;
	readonly order: 'newest' | 'oldest';
	/** Number of the last entry of the page before; null begins. */
	readonly after: number | null;
	/** Greatest number that counts; null: no bound. */
	readonly through?: number | null;
}

export async function sealedPage(conn: Conn, page: SealedPage): Promise<AuditEntry[]> {
	const newest = page.order === 'newest';
	const query = matching(conn, page.filter)
		.whereNotNull('chain_seq')
		.orderBy('chain_seq', newest ? 'desc' : 'asc')
		.limit(page.limit);
	if (page.after !== null) void query.where('chain_seq', newest ? '<' : '>', page.after);
	if (page.through !== undefined && page.through !== null) void query.where('chain_seq', '<=', page.through);
	return (await query).map(toAuditEntry);
}

/** Entries that wait to be sealed, newest first. */
export async function waitingEntries(
	conn: Conn,
	filter: AuditFilter,
	limit: number,
): Promise<AuditEntry[]> {
	const query = matching(conn, filter).whereNull('chain_seq').limit(limit);
	void query.orderBy([{ column: 'epoch', order: 'desc' }, { column: 'seq', order: 'desc' }]);
	return (await query).map(toAuditEntry);
}

/** Sealed entries behind chain number `after`, in the order of the chain. */
export async function chainAfter(conn: Conn, after: number, limit: number): Promise<AuditEntry[]> {
	return sealedPage(conn, { filter: {}, limit, order: 'oldest', after });
}

/** The entry with this number of the chain. */
export async function entryAt(conn: Conn, chainSeq: number): Promise<AuditEntry | null> {
	const row = await conn<AuditRow>('audit').where({ chain_seq: chainSeq }).first();
	return row === undefined ? null : toAuditEntry(row);
}

/** The first sealed entry at or before this number, wherever that is. */
export async function firstThrough(conn: Conn, chainSeq: number): Promise<AuditEntry | null> {
	const row = await conn<AuditRow>('audit')
		.where('chain_seq', '<=', chainSeq)
		.orderBy('chain_seq')
		.first();
	return row === undefined ? null : toAuditEntry(row);
}

/** The entry that has this hash. Reads the whole trail: only once something is wrong. */
export async function entryWithHash(conn: Conn, hash: string): Promise<AuditEntry | null> {
	const row = await conn<AuditRow>('audit').where({ hash }).first();
	return row === undefined ? null : toAuditEntry(row);
}

/** Entries that say to hang on the link with this hash. Reads the whole trail, likewise. */
export async function entriesBehind(conn: Conn, hash: string): Promise<AuditEntry[]> {
	const rows = await conn<AuditRow>('audit').where({ previous_hash: hash }).limit(10);
	return rows.map(toAuditEntry);
}

/** What keeps the rows from being changed and removed; see migration 0019. */
const GUARDS: Readonly<Record<Dialect, readonly string[]>> = {
	sqlite: ['audit_kept', 'audit_written'],
	postgres: ['audit_kept', 'audit_whole', 'audit_written'],
};

/** Whether all guards of the table are there and on: whoever tampers takes them away first. */
export async function isGuarded(conn: Conn, dialect: Dialect): Promise<boolean> {
	const names = GUARDS[dialect];
	const found = dialect === 'sqlite'
		? conn('sqlite_master').where({ type: 'trigger', tbl_name: 'audit' }).whereIn('name', [...names])
		: conn('pg_trigger')
				.whereRaw("tgrelid = 'audit'::regclass and tgenabled <> 'D'")
				.whereIn('tgname', [...names]);
	const [row]: { count?: number | string }[] = await found.count('* as count');
	return Number(row?.count ?? 0) === names.length;
}

/** What a marker says that was written before entries were removed. */
export interface ExpiryMarker {
	readonly from: number;
	readonly through: number;
	readonly rows: number;
	/** Hash of the last entry removed. */
	readonly hash: string;
	readonly oldest_at: number;
	readonly newest_at: number;
	readonly retention_days: number;
}

export const EXPIRED = 'audit.expired';

/** The sealed marker that removing up to `through` was written down in, or the newest of all. */
export async function findMarker(
	conn: Conn,
	through: number | null,
): Promise<{ readonly entry: AuditEntry; readonly marker: ExpiryMarker } | null> {
	const rows = await conn<AuditRow>('audit')
		.where({ action: EXPIRED })
		.whereNotNull('chain_seq')
		.orderBy('chain_seq', 'desc');
	for (const row of rows) {
		const marker = parseStored<ExpiryMarker>(row.details);
		if (through === null || marker.through === through) return { entry: toAuditEntry(row), marker };
	}
	return null;
}

/** Number of the first sealed entry that is not older than `cutoff` (ms UTC); null: all are. */
export async function firstKept(conn: Conn, cutoff: number): Promise<number | null> {
	const row = await conn<AuditRow>('audit')
		.whereNotNull('chain_seq')
		.where('at', '>=', cutoff)
		.orderBy('chain_seq')
		.first('chain_seq');
	return row?.chain_seq ?? null;
}

/** Time of the youngest row of the range: what ran side by side stands a little out of time. */
export async function newestBetween(conn: Conn, from: number, through: number): Promise<number> {
	const found: { newest: number | null }[] = await conn<AuditRow>('audit')
		.whereBetween('chain_seq', [from, through])
		.select(conn.raw('max(at) as newest'));
	return found[0]?.newest ?? 0;
}
