import type { Knex } from 'knex';
import type { Conn } from '../../db';
import type { AccountId, Decimal } from '../../model';
import { groupBy } from '../group';
import { OPEN_TRADE_STATES, type Exit, type Trade } from '../trade';
import { toExit, toTrade, type ExitRow, type TradeRow } from '../trades.table';

interface AccountRow {
	equity: Decimal | null;
}

/** A trade with the exits that are watched for it. */
export interface WatchedTrade {
	readonly trade: Trade;
	readonly exits: readonly Exit[];
	/** Last known equity of its account. */
	readonly equity: Decimal | null;
}

/** Where something is open: one row a venue and account. */
export async function openPlaces(
	conn: Conn,
): Promise<{ readonly venue: string; readonly accountId: AccountId }[]> {
	const rows: Pick<TradeRow, 'account_id' | 'venue'>[] = await conn<TradeRow>('trades')
		.whereIn('state', [...OPEN_TRADE_STATES])
		.distinct('venue', 'account_id');
	return rows.map((row) => ({ venue: row.venue, accountId: row.account_id }));
}

/** Which trades are looked at. */
export interface WatchFilter {
	readonly venue?: string;
	/** Null: those of all accounts. */
	readonly accountId?: AccountId | null;
}

/** Trades that are not over, with their watched exits: two queries, whatever their number. */
export async function watchedTrades(
	conn: Conn,
	{ venue, accountId = null }: WatchFilter = {},
): Promise<WatchedTrade[]> {
	const mine = (query: Knex.QueryBuilder): void => {
		if (venue !== undefined) void query.where('t.venue', venue);
		if (accountId !== null) void query.where('t.account_id', accountId);
	};
	const trades: (TradeRow & Pick<AccountRow, 'equity'>)[] = await conn('trades as t')
		.join('accounts as a', 'a.id', 't.account_id')
		.whereIn('t.state', [...OPEN_TRADE_STATES])
		.modify(mine)
		.orderBy('t.created_at')
		.select('t.*', 'a.equity');
	if (trades.length === 0) return [];
	const exits: ExitRow[] = await conn('exits as e')
		.join('trades as t', 't.id', 'e.trade_id')
		.whereIn('t.state', [...OPEN_TRADE_STATES])
		.modify(mine)
		.where('e.state', 'ACTIVE')
		.orderBy('e.number')
		.select('e.*');
	const byTrade = groupBy(exits.map(toExit), (exit) => exit.tradeId);
	return trades.map((row) => ({
		trade: toTrade(row),
		exits: byTrade.get(row.id) ?? [],
		equity: row.equity,
	}));
}

/** Notes since when the price is beyond a stop that rests unmoved; null: it is not any more. */
export async function noteBreach(conn: Conn, exitId: string, at: number | null): Promise<void> {
	await conn<ExitRow>('exits').where({ id: exitId, state: 'ACTIVE' }).update({ breached_at: at });
}

/** Active accounts at a venue. */
export async function accountsAt(conn: Conn, venue: string): Promise<AccountId[]> {
	const rows = await conn<{ id: AccountId; venue: string; status: string }>('accounts')
		.where({ venue, status: 'active' })
		.select('id');
	return rows.map(({ id }) => id);
}
