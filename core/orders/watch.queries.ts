import type { Conn } from '../db';
import type { Decimal } from '../model';
import { groupBy } from './group';
import { OPEN_TRADE_STATES, type Exit, type Trade } from './trade';
import { toExit, toTrade, type ExitRow, type TradeRow } from './trades.table';

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

/** Every trade that is not over, with its watched exits: two queries, whatever their number. */
export async function watchedTrades(conn: Conn): Promise<WatchedTrade[]> {
	const trades: (TradeRow & Pick<AccountRow, 'equity'>)[] = await conn('trades as t')
		.join('accounts as a', 'a.id', 't.account_id')
		.whereIn('t.state', [...OPEN_TRADE_STATES])
		.orderBy('t.created_at')
		.select('t.*', 'a.equity');
	if (trades.length === 0) return [];
	const exits: ExitRow[] = await conn('exits as e')
		.join('trades as t', 't.id', 'e.trade_id')
		.whereIn('t.state', [...OPEN_TRADE_STATES])
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
