import type { Conn } from '../db';
import type { AccountId, Decimal, MemberId, Side, TradeId } from '../model';
import type { EntryFill, ExecutionSide } from './divergence';

/** Trades looked at of one account at most, the newest. */
const TRADES_MAX = 20_000;
/** Entries compared of one source and kind of account at most, the newest. */
const ENTRIES_MAX = 2_000;

/** Orders that the venue refused, or never had although they were sent. */
const REFUSED = ['REJECTED', 'FAILED'];
/** Orders that never went out tell nothing of the venue. */
const NOT_SENT = ['CREATED', 'DENIED'];

/** A closed trade as stored. */
export interface ClosedTradeRow {
	readonly id: TradeId;
	readonly source: string | null;
	readonly realised_net: Decimal;
	readonly stop_honoured: number | null;
	readonly opened_at: number;
	readonly closed_at: number;
}

/** Closed trades of the account that were opened since then, in the order of their closes. */
export async function closedTrades(
	conn: Conn,
	accountId: AccountId,
	since: number,
): Promise<ClosedTradeRow[]> {
	const rows: ClosedTradeRow[] = await conn('trades')
		.where({ account_id: accountId, state: 'CLOSED' })
		.where('opened_at', '>=', since)
		.select('id', 'source', 'realised_net', 'stop_honoured', 'opened_at', 'closed_at')
		.orderBy([{ column: 'closed_at', order: 'desc' }, { column: 'id', order: 'desc' }])
		.limit(TRADES_MAX);
	return rows.reverse();
}

interface CountRow {
	readonly state: string;
	readonly count: number | string;
}

/** Orders of the account's trades of a source that went out, and those of them that failed. */
export async function orderCounts(
	conn: Conn,
	accountId: AccountId,
	source: string,
	since: number,
): Promise<{ orders: number; failed: number }> {
	const rows: CountRow[] = await conn('orders')
		.where({ account_id: accountId, source })
		.where('created_at', '>=', since)
		.whereNotIn('state', NOT_SENT)
		.groupBy('state')
		.select('state')
		.count({ count: '*' });
	const count = (states: readonly CountRow[]): number =>
		states.reduce((sum, row) => sum + Number(row.count), 0);
	return { orders: count(rows), failed: count(rows.filter(({ state }) => REFUSED.includes(state))) };
}

async function countOf(query: Promise<{ count: number | string }[]>): Promise<number> {
	const [row] = await query;
	return Number(row?.count ?? 0);
}

/** Times that the account was stopped at a limit of its money since then. */
export async function limitTrips(conn: Conn, accountId: AccountId, since: number): Promise<number> {
	return countOf(
		conn('trips')
			.where({ scope: 'account', scope_id: accountId })
			.whereIn('cause', ['daily_loss', 'equity_drop', 'drawdown'])
			.where('opened_at', '>=', since)
			.count({ count: '*' }),
	);
}

/** Open critical issues of the account, and its orders whose outcome nobody knows. */
export async function criticalIssues(conn: Conn, accountId: AccountId): Promise<number> {
	const issues = await countOf(
		conn('issues')
			.where({ account_id: accountId, severity: 'critical' })
			.whereNull('resolved_at')
			.count({ count: '*' }),
	);
	const unknown = await countOf(
		conn('orders').where({ account_id: accountId, state: 'UNKNOWN' }).count({ count: '*' }),
	);
	return Math.max(issues, unknown);
}

/** What the paper venue knows of the account. */
export interface PaperModelRow {
	readonly model: string;
	readonly model_at: number;
}

export async function paperModelOf(conn: Conn, accountId: AccountId): Promise<PaperModelRow | null> {
	const row: PaperModelRow | undefined = await conn('paper_accounts')
		.where({ account_id: accountId })
		.select('model', 'model_at')
		.first();
	return row ?? null;
}

/** A paper account and a source that has closed trades there. */
export interface ScoredPair {
	readonly account_id: AccountId;
	readonly source: string;
}

/** Every paper account with each source that has closed a trade there. */
export async function pairsToScore(conn: Conn): Promise<ScoredPair[]> {
	return conn('trades')
		.join('accounts', 'accounts.id', 'trades.account_id')
		.where({ 'accounts.kind': 'paper', 'accounts.status': 'active', 'trades.state': 'CLOSED' })
		.whereNotNull('trades.source')
		.distinct('trades.account_id as account_id', 'trades.source as source')
		.orderBy(['account_id', 'source']);
}

/** Sources that have closed a trade on the account. */
export async function sourcesOf(conn: Conn, accountId: AccountId): Promise<string[]> {
	const rows: { source: string }[] = await conn('trades')
		.where({ account_id: accountId, state: 'CLOSED' })
		.whereNotNull('source')
		.distinct('source')
		.orderBy('source');
	return rows.map(({ source }) => source);
}

interface EntryRow {
	readonly signal_id: string | null;
	readonly symbol: string;
	readonly side: Side;
	readonly average_price: Decimal;
	readonly reference_price: Decimal | null;
}

const toEntry = (row: EntryRow): EntryFill => ({
	signalId: row.signal_id,
	symbol: row.symbol,
	side: row.side,
	averagePrice: row.average_price,
	referencePrice: row.reference_price,
});

/** How the source's orders went on the member's accounts of one kind. */
export async function executionSide(
	conn: Conn,
	memberId: MemberId,
	source: string,
	kind: 'paper' | 'live',
): Promise<ExecutionSide> {
	const orders = () =>
		conn('orders')
			.join('accounts', 'accounts.id', 'orders.account_id')
			.where({ 'orders.source': source, 'accounts.member_id': memberId, 'accounts.kind': kind })
			.whereNotIn('orders.state', NOT_SENT);
	const all = await countOf(orders().count({ count: '*' }));
	const rejected = await countOf(orders().whereIn('orders.state', REFUSED).count({ count: '*' }));
	const entries: EntryRow[] = await orders()
		.where({ 'orders.leg': 'entry' })
		.whereNotNull('orders.average_price')
		.select('signal_id', 'symbol', 'side', 'average_price', 'reference_price')
		.orderBy('orders.created_at', 'desc')
		.limit(ENTRIES_MAX);
	return { orders: all, rejected, entries: entries.map(toEntry) };
}
