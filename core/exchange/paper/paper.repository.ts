import type { AccountId, Decimal } from '../../model';
import { decimal, FirecontrolError } from '../../model';
import type { Conn, Trx } from '../../db';
import type { PastQuery, VenueReport } from '../exchange';
import type { StoredPaperTerms } from './profile';
import {
	toVenueFill, toVenueOrder,
	type PaperAccountRow, type PaperBalanceRow, type PaperFillRow, type PaperOrderRow,
} from './paper.table';

/** In the book, or on their way to the market. */
export const PAPER_WORKING = ['OPEN', 'TRIGGERED', 'PARTIALLY_FILLED'] as const;
/** Bindings a statement takes at most in one list. */
const CHUNK = 400;

/** Opens the account at the paper venue once; a repeat changes nothing. */
export async function insertPaperAccount(
	trx: Trx,
	account: PaperAccountRow,
	balance: Decimal,
): Promise<void> {
	const known = await trx<PaperAccountRow>('paper_accounts')
		.where({ account_id: account.account_id })
		.first();
	if (known !== undefined) return;
	await trx<PaperAccountRow>('paper_accounts').insert(account);
	await trx<PaperBalanceRow>('paper_balances').insert({
		account_id: account.account_id,
		asset: account.currency,
		total: balance,
	});
}

/** Serialises an account at the venue. @throws FirecontrolError `PAPER_ACCOUNT_UNKNOWN` */
export async function lockPaperAccount(trx: Trx, accountId: AccountId): Promise<PaperAccountRow> {
	const row = await trx<PaperAccountRow>('paper_accounts')
		.where({ account_id: accountId })
		.forUpdate()
		.first();
	if (row !== undefined) return row;
	throw paperAccountUnknown(accountId);
}

/** @returns the error for an account without books at the paper venue */
export function paperAccountUnknown(accountId: AccountId): FirecontrolError {
	const message = `The account ${accountId} has no books at the paper venue.`;
	return new FirecontrolError('PAPER_ACCOUNT_UNKNOWN', message);
}

/** The account at the venue. @throws FirecontrolError `PAPER_ACCOUNT_UNKNOWN` */
export async function getPaperAccount(conn: Conn, accountId: AccountId): Promise<PaperAccountRow> {
	const row = await conn<PaperAccountRow>('paper_accounts').where({ account_id: accountId }).first();
	if (row === undefined) throw paperAccountUnknown(accountId);
	return row;
}

/** How the account is simulated from now on. */
export async function updatePaperAccount(
	trx: Trx,
	accountId: AccountId,
	change: Partial<Pick<PaperAccountRow, 'model' | 'seed' | 'profile' | 'model_at'>>,
): Promise<void> {
	await trx<PaperAccountRow>('paper_accounts').where({ account_id: accountId }).update(change);
}

export async function readBalances(conn: Conn, accountId: AccountId): Promise<Map<string, Decimal>> {
	const rows = await conn<PaperBalanceRow>('paper_balances').where({ account_id: accountId });
	return new Map(rows.map((row) => [row.asset, decimal(row.total)]));
}

export async function writeBalance(
	trx: Trx,
	accountId: AccountId,
	asset: string,
	total: Decimal,
): Promise<void> {
	await trx<PaperBalanceRow>('paper_balances')
		.insert({ account_id: accountId, asset, total })
		.onConflict(['account_id', 'asset'])
		.merge(['total']);
}

export async function findPaperOrder(
	conn: Conn,
	accountId: AccountId,
	clientOrderId: string,
): Promise<PaperOrderRow | null> {
	const row = await conn<PaperOrderRow>('paper_orders')
		.where({ account_id: accountId, client_order_id: clientOrderId })
		.first();
	return row ?? null;
}

export async function workingPaperOrders(conn: Conn, accountId: AccountId): Promise<PaperOrderRow[]> {
	return conn<PaperOrderRow>('paper_orders')
		.where({ account_id: accountId })
		.whereIn('state', [...PAPER_WORKING])
		.orderBy(['created_at', 'client_order_id']);
}

/** Orders of the account with anything left to happen: working ones and those on their way. */
export async function livingPaperOrders(conn: Conn, accountId: AccountId): Promise<PaperOrderRow[]> {
	return conn<PaperOrderRow>('paper_orders')
		.where({ account_id: accountId })
		.whereIn('state', ['IN_FLIGHT', ...PAPER_WORKING])
		.orderBy(['created_at', 'client_order_id']);
}

/** Quantities that the account traded in a symbol from `from` to before `to`, ms UTC. */
export async function quantitiesTraded(
	conn: Conn,
	where: { readonly accountId: AccountId; readonly symbol: string; readonly from: number; readonly to: number },
): Promise<Decimal[]> {
	const rows = await conn<PaperFillRow>('paper_fills')
		.where({ account_id: where.accountId, symbol: where.symbol })
		.where('at', '>=', where.from)
		.where('at', '<', where.to)
		.select('quantity');
	return rows.map(({ quantity }) => decimal(quantity));
}

export async function insertPaperOrder(trx: Trx, row: PaperOrderRow): Promise<void> {
	await trx<PaperOrderRow>('paper_orders').insert(row);
}

export async function updatePaperOrder(
	trx: Trx,
	row: PaperOrderRow,
	change: Partial<PaperOrderRow>,
): Promise<void> {
	await trx<PaperOrderRow>('paper_orders')
		.where({ account_id: row.account_id, client_order_id: row.client_order_id })
		.update(change);
}

/** Orders made since then, oldest first. */
export async function paperOrdersSince(
	conn: Conn,
	accountId: AccountId,
	{ symbol, since }: PastQuery,
): Promise<PaperOrderRow[]> {
	return conn<PaperOrderRow>('paper_orders')
		.where({ account_id: accountId, ...(symbol === null ? {} : { symbol }) })
		.where('created_at', '>=', since)
		.whereNot({ state: 'IN_FLIGHT' })
		.orderBy(['created_at', 'client_order_id']);
}

/** Executions since then, oldest first. */
export async function paperFillsSince(
	conn: Conn,
	accountId: AccountId,
	{ symbol, since }: PastQuery,
): Promise<PaperFillRow[]> {
	return conn<PaperFillRow>('paper_fills')
		.where({ account_id: accountId, ...(symbol === null ? {} : { symbol }) })
		.where('at', '>=', since)
		.orderBy(['at', 'venue_trade_id']);
}

export async function insertPaperFill(trx: Trx, row: PaperFillRow): Promise<void> {
	await trx<PaperFillRow>('paper_fills').insert(row);
}

/** An order as it stands, and how its account is simulated. */
export interface PaperFinding {
	readonly row: PaperOrderRow;
	readonly report: VenueReport;
	readonly account: StoredPaperTerms;
}

type JoinedRow = PaperOrderRow & StoredPaperTerms;

/** Orders under these client order ids with their fills; ids without an order are left out. */
export async function readReports(
	conn: Conn,
	clientOrderIds: readonly string[],
): Promise<PaperFinding[]> {
	const found: PaperFinding[] = [];
	for (let start = 0; start < clientOrderIds.length; start += CHUNK) {
		const ids = clientOrderIds.slice(start, start + CHUNK);
		const joined: JoinedRow[] = await conn('paper_orders')
			.join('paper_accounts', 'paper_accounts.account_id', 'paper_orders.account_id')
			.whereIn('client_order_id', ids)
			.select('paper_orders.*', 'model', 'seed', 'profile');
		const fills = await conn<PaperFillRow>('paper_fills')
			.whereIn('client_order_id', ids)
			.orderBy(['at', 'venue_trade_id']);
		for (const { model, seed, profile, ...row } of joined) {
			const own = fills.filter(
				(fill) =>
					fill.client_order_id === row.client_order_id && fill.account_id === row.account_id,
			);
			found.push({
				row,
				report: { order: toVenueOrder(row), fills: own.map(toVenueFill) },
				account: { account_id: row.account_id, model, seed, profile },
			});
		}
	}
	return found;
}
