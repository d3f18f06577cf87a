import type { Conn } from '../../db';
import type { AccountId, AccountKind, Decimal, MemberId } from '../../model';

interface TradeRow {
	account_id: AccountId;
	symbol: string;
	state: string;
	closed_at: number | null;
	created_at: number;
}

interface OrderRow {
	account_id: AccountId;
	client_order_id: string;
	symbol: string;
	origin: string;
	trade_id: string | null;
	state: string;
	closed_at: number | null;
}

interface PositionRow {
	account_id: AccountId;
	symbol: string;
	quantity: Decimal;
}

/** Symbols in which the account traded since then, or trades: what the venue is asked about. */
export async function symbolsSince(conn: Conn, accountId: AccountId, since: number): Promise<string[]> {
	const trades = await conn<TradeRow>('trades')
		.where({ account_id: accountId })
		.where((query) => void query.whereNull('closed_at').orWhere('closed_at', '>=', since))
		.whereNot({ state: 'CANCELLED' })
		.distinct('symbol');
	const orders = await conn<OrderRow>('orders')
		.where({ account_id: accountId })
		.whereNot({ origin: 'EXTERNAL' })
		.where((query) => void query.whereNull('closed_at').orWhere('closed_at', '>=', since))
		.distinct('symbol');
	return [...new Set([...trades, ...orders].map(({ symbol }) => symbol))].sort();
}

/** Where an order of ours was over since then, at venues: what rests on paper rests in our database. */
export async function placesSince(
	conn: Conn,
	since: number,
): Promise<{ readonly accountId: AccountId; readonly memberId: MemberId; readonly symbol: string }[]> {
	return conn('orders as o')
		.join('accounts as a', 'a.id', 'o.account_id')
		.where('o.closed_at', '>=', since)
		.whereNot({ 'o.origin': 'EXTERNAL' })
		.whereNot({ 'a.kind': 'paper' satisfies AccountKind })
		.where({ 'a.status': 'active' })
		.distinct('o.account_id as accountId', 'o.member_id as memberId', 'o.symbol as symbol');
}

/** Which of these client order ids are ours, in these symbols, and belong to no open trade. */
export async function strayOrders(
	conn: Conn,
	accountId: AccountId,
	clientOrderIds: readonly string[],
	openTradeIds: ReadonlySet<string>,
): Promise<{ readonly clientOrderId: string; readonly symbol: string }[]> {
	if (clientOrderIds.length === 0) return [];
	const rows = await conn<OrderRow>('orders')
		.where({ account_id: accountId })
		.whereIn('client_order_id', [...clientOrderIds])
		.whereNot({ origin: 'EXTERNAL' });
	return rows
		.filter(({ trade_id: tradeId }) => tradeId === null || !openTradeIds.has(tradeId))
		.map((row) => ({ clientOrderId: row.client_order_id, symbol: row.symbol }));
}

/** What our trades hold on the account by our books, by symbol, signed. */
export async function heldByUs(conn: Conn, accountId: AccountId): Promise<Map<string, Decimal>> {
	const rows = await conn<PositionRow>('positions').where({ account_id: accountId });
	return new Map(rows.map(({ symbol, quantity }) => [symbol, quantity]));
}
