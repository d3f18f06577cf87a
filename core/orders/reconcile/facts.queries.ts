import type { Conn } from '../../db';
import type { VenueFill } from '../../exchange';
import { add, mul, type AccountId, type Decimal } from '../../model';
import { groupBy } from '../group';
import type { Issue } from '../issues/issue';
import { toIssue, type IssueRow } from '../issues/issues.table';
import type { Order } from '../order';
import { WORKING_STATES } from '../order-state';
import { toOrder, type OrderRow } from '../orders.table';
import { OPEN_TRADE_STATES, type Position, type Trade } from '../trade';
import { toPosition, toTrade, type FillRow, type PositionRow, type TradeRow } from '../trades.table';
import { listHoldings, type ExternalHolding } from './holdings.repository';

/** Bindings of one list in a statement at most. */
const CHUNK = 400;

/** Our side of a comparison. */
export interface Books {
	/** Orders of ours that are not over. */
	readonly working: readonly Order[];
	/** Somebody else's that are not over. */
	readonly foreign: readonly Order[];
	readonly positions: readonly Position[];
	readonly trades: readonly Trade[];
	readonly holdings: readonly ExternalHolding[];
	readonly issues: readonly Issue[];
}

export const NO_BOOKS: Books = {
	working: [], foreign: [], positions: [], trades: [], holdings: [], issues: [],
};

/** Our books of these accounts: five statements a few hundred accounts, whatever they hold. */
export async function readBooks(
	conn: Conn,
	accountIds: readonly AccountId[],
): Promise<Map<AccountId, Books>> {
	const books = new Map<AccountId, Books>();
	for (let start = 0; start < accountIds.length; start += CHUNK) {
		const ids = accountIds.slice(start, start + CHUNK);
		const orders = await conn<OrderRow>('orders')
			.whereIn('account_id', ids)
			.whereIn('state', [...WORKING_STATES]);
		const positions = await conn<PositionRow>('positions')
			.whereIn('account_id', ids)
			.whereNot('quantity', '0');
		const trades = await conn<TradeRow>('trades')
			.whereIn('account_id', ids)
			.whereIn('state', [...OPEN_TRADE_STATES]);
		const issues = await conn<IssueRow>('issues').whereIn('account_id', ids).whereNull('resolved_at');
		const byAccount = {
			orders: groupBy(orders.map(toOrder), (order) => order.accountId),
			positions: groupBy(positions.map(toPosition), (position) => position.accountId),
			trades: groupBy(trades.map(toTrade), (trade) => trade.accountId),
			holdings: groupBy(await listHoldings(conn, ids), (holding) => holding.accountId),
			issues: groupBy(issues.map(toIssue), (issue) => issue.accountId),
		};
		for (const id of ids) {
			const own = byAccount.orders.get(id) ?? [];
			books.set(id, {
				working: own.filter((order) => order.origin !== 'EXTERNAL'),
				foreign: own.filter((order) => order.origin === 'EXTERNAL'),
				positions: byAccount.positions.get(id) ?? [],
				trades: byAccount.trades.get(id) ?? [],
				holdings: byAccount.holdings.get(id) ?? [],
				issues: byAccount.issues.get(id) ?? [],
			});
		}
	}
	return books;
}

export async function readBooksOf(conn: Conn, accountId: AccountId): Promise<Books> {
	return (await readBooks(conn, [accountId])).get(accountId) ?? NO_BOOKS;
}

/** Executions that are not in our books. */
export async function unbookedFills(
	conn: Conn,
	accountId: AccountId,
	fills: readonly VenueFill[],
): Promise<VenueFill[]> {
	const known = new Set<string>();
	for (let start = 0; start < fills.length; start += CHUNK) {
		const ids = fills.slice(start, start + CHUNK).map((fill) => fill.venueTradeId);
		const rows = await conn<FillRow>('fills')
			.where({ account_id: accountId })
			.whereIn('venue_trade_id', ids)
			.select('venue_trade_id');
		for (const row of rows) known.add(row.venue_trade_id);
	}
	return fills.filter((fill) => !known.has(fill.venueTradeId));
}

/** Orders of the account under these client order ids, in whatever state. */
export async function ordersByClientIds(
	conn: Conn,
	accountId: AccountId,
	clientOrderIds: readonly string[],
): Promise<Order[]> {
	const found: Order[] = [];
	for (let start = 0; start < clientOrderIds.length; start += CHUNK) {
		const rows = await conn<OrderRow>('orders')
			.whereIn('client_order_id', clientOrderIds.slice(start, start + CHUNK))
			.where({ account_id: accountId });
		found.push(...rows.map(toOrder));
	}
	return found;
}

/** Which of these client order ids are taken, by whatever account: they are unique in our books. */
export async function takenClientIds(
	conn: Conn,
	clientOrderIds: readonly string[],
): Promise<Set<string>> {
	const taken = new Set<string>();
	for (let start = 0; start < clientOrderIds.length; start += CHUNK) {
		const rows = await conn<OrderRow>('orders')
			.whereIn('client_order_id', clientOrderIds.slice(start, start + CHUNK))
			.select('client_order_id');
		for (const row of rows) taken.add(row.client_order_id);
	}
	return taken;
}

/** Orders of the account and symbol that the venue named so. */
export async function ordersByVenueIds(
	conn: Conn,
	accountId: AccountId,
	symbol: string,
	venueOrderIds: readonly string[],
): Promise<Order[]> {
	const rows = await conn<OrderRow>('orders')
		.where({ account_id: accountId, symbol })
		.whereIn('venue_order_id', [...venueOrderIds].slice(0, CHUNK));
	return rows.map(toOrder);
}

/** Symbols in which the account had an order made since then. */
export async function symbolsSince(
	conn: Conn,
	accountId: AccountId,
	since: number,
): Promise<string[]> {
	const rows: { symbol: string }[] = await conn<OrderRow>('orders')
		.where({ account_id: accountId })
		.where('created_at', '>=', since)
		.distinct('symbol');
	return rows.map(({ symbol }) => symbol);
}

/** Fees of our orders that were taken in a third currency since then, and what was traded for them. */
export async function thirdCurrencyFees(
	conn: Conn,
	accountId: AccountId,
	wanted: { readonly currency: string; readonly since: number },
): Promise<{ currencies: string[]; traded: Decimal }> {
	const rows: Pick<FillRow, 'fee_currency' | 'price' | 'quantity' | 'symbol'>[] = await conn('fills as f')
		.join('orders as o', 'o.id', 'f.order_id')
		.where('f.account_id', accountId)
		.where('f.at', '>=', wanted.since)
		.whereNot('f.fee', '0')
		.whereNot('f.fee_currency', wanted.currency)
		.whereNot('o.origin', 'EXTERNAL' satisfies Order['origin'])
		.select('f.fee_currency', 'f.price', 'f.quantity', 'f.symbol');
	const third = rows.filter((row) => row.symbol.split('/')[0] !== row.fee_currency);
	return {
		currencies: [...new Set(third.map((row) => row.fee_currency))],
		traded: add(...third.map((row) => mul(row.quantity, row.price))),
	};
}

/** Executions of others' orders in the symbol on one side since then, newest first. */
export async function foreignFills(
	conn: Conn,
	accountId: AccountId,
	wanted: { readonly symbol: string; readonly side: Order['side']; readonly since: number },
): Promise<{ quantity: Decimal; price: Decimal }[]> {
	return conn('fills as f')
		.join('orders as o', 'o.id', 'f.order_id')
		.where({ 'f.account_id': accountId, 'f.symbol': wanted.symbol, 'f.side': wanted.side })
		.where('o.origin', 'EXTERNAL' satisfies Order['origin'])
		.where('f.at', '>=', wanted.since)
		.orderBy('f.at', 'desc')
		.limit(CHUNK)
		.select('f.quantity', 'f.price');
}
