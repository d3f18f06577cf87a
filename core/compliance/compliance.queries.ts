import type { Conn } from '../db';
import { parseStored, type AccountId, type MemberId, type Tier } from '../model';
import { REQUESTS } from '../orders';
import { toComplianceDay, type ComplianceDayRow } from './compliance.table';
import type { Activity, ComplianceDay } from './day';

/** Whose activity, and when; ms UTC, the first included, the last not. */
export interface ActivitySpan {
	readonly accountId: AccountId;
	readonly memberId: MemberId;
	readonly tier: Tier | null;
	readonly from: number;
	readonly until: number;
}

interface SentOrder {
	leg: string;
	state: string;
	submitting_at: number;
	filled_quantity: string;
	algo_id: string | null;
}

interface Request {
	event: string;
	at: number;
	leg: string;
}

function counted<T>(items: readonly T[], nameOf: (item: T) => string): Record<string, number> {
	const counts: Record<string, number> = {};
	for (const item of items) counts[nameOf(item)] = (counts[nameOf(item)] ?? 0) + 1;
	return counts;
}

async function sentOrders(conn: Conn, { accountId, from, until }: ActivitySpan): Promise<SentOrder[]> {
	return conn('orders')
		.where({ account_id: accountId })
		.where('submitting_at', '>=', from)
		.where('submitting_at', '<', until)
		.select('leg', 'state', 'submitting_at', 'filled_quantity', 'algo_id');
}

async function requests(conn: Conn, { accountId, from, until }: ActivitySpan): Promise<Request[]> {
	return conn('order_history as h')
		.join('orders as o', 'o.id', 'h.order_id')
		.where({ 'o.account_id': accountId })
		.whereIn('h.event', [...REQUESTS])
		.where('h.at', '>=', from)
		.where('h.at', '<', until)
		.select('h.event as event', 'h.at as at', 'o.leg as leg');
}

async function fillCount(conn: Conn, { accountId, from, until }: ActivitySpan): Promise<number> {
	const [row]: { count?: number | string }[] = await conn('fills')
		.where({ account_id: accountId })
		.where('at', '>=', from)
		.where('at', '<', until)
		.count('* as count');
	return Number(row?.count ?? 0);
}

interface Decision {
	action: string;
	details: string;
}

/** Verdicts, denied orders and overrides as the audit trail has them: small rows, one each. */
async function decisions(conn: Conn, { accountId, from, until }: ActivitySpan): Promise<Decision[]> {
	return conn('audit')
		.where({ account_id: accountId })
		.whereIn('action', ['verdict.issued', 'order.denied', 'readiness.overridden'])
		.where('at', '>=', from)
		.where('at', '<', until)
		.select('action', 'details');
}

/** Stops by people that concerned the account, whatever their scope. */
async function stopsByPeople(conn: Conn, span: ActivitySpan): Promise<number> {
	const { accountId, memberId, tier, from, until } = span;
	const [row]: { count?: number | string }[] = await conn('trips')
		.where({ cause: 'person' })
		.where('opened_at', '>=', from)
		.where('opened_at', '<', until)
		.where((concerned) => {
			void concerned.whereIn('scope', ['global', 'symbol']).orWhereIn('scope_id', [
				accountId, memberId, ...(tier === null ? [] : [tier]),
			]);
		})
		.count('* as count');
	return Number(row?.count ?? 0);
}

/** Everything that the account sent, and what was decided about it, in a span of time. */
export async function activityOf(conn: Conn, span: ActivitySpan): Promise<Activity> {
	const orders = await sentOrders(conn, span);
	const asked = await requests(conn, span);
	const decided = await decisions(conn, span);
	const entries = orders.filter(({ leg }) => leg === 'entry');
	const blocked = decided
		.filter(({ action }) => action === 'verdict.issued')
		.map(({ details }) => parseStored<{ decision: string; codes: string[] }>(details))
		.filter(({ decision }) => decision === 'BLOCK');
	return {
		entries: entries.length,
		exits: orders.length - entries.length,
		cancels: asked.filter(({ event }) => event === 'CancelRequest').length,
		replaces: asked.filter(({ event }) => event === 'ReplaceRequest').length,
		entryRequests: asked.filter(({ leg }) => leg === 'entry').length,
		fills: await fillCount(conn, span),
		filledEntries: entries.filter(({ filled_quantity: filled }) => filled !== '0').length,
		sentAt: [...orders.map((order) => order.submitting_at), ...asked.map(({ at }) => at)],
		rejects: orders.filter(({ state }) => state === 'REJECTED').length,
		algorithms: counted(orders, (order) => order.algo_id ?? 'none'),
		blocks: blocked.map(({ codes }) => codes),
		denials: decided
			.filter(({ action }) => action === 'order.denied')
			.map(({ details }) => parseStored<{ code: string | null }>(details).code ?? ''),
		overrides: decided.filter(({ action }) => action === 'readiness.overridden').length,
		killSwitchUses: await stopsByPeople(conn, span),
	};
}

/** An account whose days are to be reviewed. */
export interface ReviewedAccount {
	readonly id: AccountId;
	readonly memberId: MemberId;
	readonly zone: string;
	readonly createdAt: number;
	/** End of the last day in review; null: none yet. */
	readonly reviewedTo: number | null;
}

interface ReviewedRow {
	id: AccountId;
	member_id: MemberId;
	zone: string;
	created_at: number;
	reviewed_to: number | null;
}

/** Accounts whose last review ended before `endedBefore`, or that have none and are older. */
export async function accountsToReview(conn: Conn, endedBefore: number): Promise<ReviewedAccount[]> {
	const last = conn('compliance_days').select('account_id').max('to_at as to_at').groupBy('account_id').as('d');
	const rows: ReviewedRow[] = await conn('accounts as a')
		.leftJoin(last, 'd.account_id', 'a.id')
		.whereRaw('coalesce(d.to_at, a.created_at) <= ?', [endedBefore])
		.select('a.id as id', 'a.member_id as member_id', 'a.zone as zone', 'a.created_at as created_at', 'd.to_at as reviewed_to');
	return rows.map((row) => ({
		id: row.id, memberId: row.member_id, zone: row.zone, createdAt: row.created_at, reviewedTo: row.reviewed_to,
	}));
}

/** Newest first. */
export async function listDays(
	conn: Conn,
	filter: { readonly accountId: AccountId | null; readonly limit: number },
): Promise<ComplianceDay[]> {
	const query = conn<ComplianceDayRow>('compliance_days').limit(filter.limit);
	void query.orderBy([{ column: 'day', order: 'desc' }, { column: 'account_id' }]);
	if (filter.accountId !== null) void query.where({ account_id: filter.accountId });
	return (await query).map(toComplianceDay);
}
