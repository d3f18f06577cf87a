import type { Conn } from '../db';
import { groupBy } from './group';
import { OPEN_TRADE_STATES, type Exit, type Trade } from './trade';
import { toExit, toTrade, type ExitRow, type TradeRow } from './trades.table';

/** A trade with the exits that are watched for it. */
export interface WatchedTrade {
	readonly trade: Trade;
	readonly exits: readonly Exit[];
}

/** Every trade that is not over, with its watched exits: two queries, whatever their number. */
export async function watchedTrades(conn: Conn): Promise<WatchedTrade[]> {
	const trades = await conn<TradeRow>('trades')
		.whereIn('state', [...OPEN_TRADE_STATES])
		.orderBy('created_at');
	if (trades.length === 0) return [];
	const exits: ExitRow[] = await conn('exits as e')
		.join('trades as t', 't.id', 'e.trade_id')
		.whereIn('t.state', [...OPEN_TRADE_STATES])
		.where('e.state', 'ACTIVE')
		.orderBy('e.number')
		.select('e.*');
	const byTrade = groupBy(exits.map(toExit), (exit) => exit.tradeId);
	return trades.map((row) => ({ trade: toTrade(row), exits: byTrade.get(row.id) ?? [] }));
}
