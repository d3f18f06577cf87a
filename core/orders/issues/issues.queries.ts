import type { Conn } from '../../db';
import type { AccountId, OrderId } from '../../model';
import type { Issue, IssueKind, IssueSeverity } from './issue';
import { toIssue, type IssueRow } from './issues.table';

/** Which issues a list shows. */
export interface IssueFilter {
	readonly accountId?: AccountId;
	readonly kind?: IssueKind;
	readonly severity?: IssueSeverity;
	readonly orderId?: OrderId;
	/** Open ones only, unless given. */
	readonly state?: 'all' | 'open' | 'resolved';
	/** 50 unless given. */
	readonly limit?: number;
}

const WORST_FIRST: readonly IssueSeverity[] = ['critical', 'high', 'normal'];

/** Issues, the worst first, then the newest. */
export async function listIssues(conn: Conn, filter: IssueFilter = {}): Promise<Issue[]> {
	const { accountId, kind, severity, orderId, state = 'open', limit = 50 } = filter;
	const query = conn<IssueRow>('issues');
	if (accountId !== undefined) void query.where({ account_id: accountId });
	if (kind !== undefined) void query.where({ kind });
	if (severity !== undefined) void query.where({ severity });
	if (orderId !== undefined) void query.where({ order_id: orderId });
	if (state === 'open') void query.whereNull('resolved_at');
	if (state === 'resolved') void query.whereNotNull('resolved_at');
	const rows = await query
		.orderByRaw(
			`case severity ${WORST_FIRST.map((each, rank) => `when '${each}' then ${rank}`).join(' ')} end`,
		)
		.orderBy([{ column: 'last_seen', order: 'desc' }, { column: 'id', order: 'desc' }])
		.limit(limit);
	return rows.map(toIssue);
}

/** Every open issue of the account, of these kinds or all. */
export async function openIssuesOf(
	conn: Conn,
	accountId: AccountId,
	kinds?: readonly IssueKind[],
): Promise<Issue[]> {
	const query = conn<IssueRow>('issues').where({ account_id: accountId }).whereNull('resolved_at');
	if (kinds !== undefined) void query.whereIn('kind', [...kinds]);
	return (await query.orderBy(['last_seen', 'id'])).map(toIssue);
}

/** Every open issue of a kind, of all accounts. */
export async function openIssuesOfKind(conn: Conn, kind: IssueKind): Promise<Issue[]> {
	const rows = await conn<IssueRow>('issues').where({ kind }).whereNull('resolved_at');
	return rows.map(toIssue);
}

/** Open issues that forbid a re-arm by hand: of one account, or of all. */
export async function openCriticalIssues(conn: Conn, accountId?: AccountId): Promise<Issue[]> {
	const query = conn<IssueRow>('issues').where({ severity: 'critical' }).whereNull('resolved_at');
	if (accountId !== undefined) void query.where({ account_id: accountId });
	return (await query.orderBy(['first_seen', 'id'])).map(toIssue);
}
