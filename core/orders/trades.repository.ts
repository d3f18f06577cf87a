import { changing, type Conn, type Trx } from '../db';
import type { AccountId, OrderId, TicketId, TradeId } from '../model';
import { FirecontrolError } from '../model';
import { OPEN_TRADE_STATES, type Exit, type Fill, type Position, type Trade } from './trade';
import {
	toExit, toExitRow, toFill, toPosition, toTrade, toTradeRow,
	type ExitRow, type FillRow, type PositionRow, type TradeRow,
} from './trades.table';

/** What a trade is from its making on, as far as indexes are made of it. */
const FIXED = ['id', 'account_id', 'member_id', 'signal_id', 'ticket_id', 'symbol'] as const;

export async function insertTrade(trx: Trx, trade: Trade): Promise<void> {
	await trx<TradeRow>('trades').insert(toTradeRow(trade));
}

export async function saveTrade(trx: Trx, trade: Trade): Promise<void> {
	await trx<TradeRow>('trades')
		.where({ id: trade.id })
		.update(changing(toTradeRow(trade), FIXED));
}

export async function findTrade(conn: Conn, id: TradeId): Promise<Trade | null> {
	const row = await conn<TradeRow>('trades').where({ id }).first();
	return row === undefined ? null : toTrade(row);
}

/** @throws FirecontrolError `TRADE_UNKNOWN` */
export async function getTrade(conn: Conn, id: TradeId): Promise<Trade> {
	const trade = await findTrade(conn, id);
	if (trade !== null) return trade;
	throw new FirecontrolError('TRADE_UNKNOWN', `There is no trade ${id}.`);
}

/** The first trade that was made for this ticket, or null. */
export async function tradeOfTicket(conn: Conn, ticketId: TicketId): Promise<Trade | null> {
	const row = await conn<TradeRow>('trades')
		.where({ ticket_id: ticketId })
		.orderBy(['created_at', 'id'])
		.first();
	return row === undefined ? null : toTrade(row);
}

/** The trade that takes the place of this symbol on the account, or null. */
export async function openTradeOf(
	conn: Conn,
	accountId: AccountId,
	symbol: string,
): Promise<Trade | null> {
	const row = await conn<TradeRow>('trades')
		.where({ account_id: accountId, symbol })
		.whereIn('state', [...OPEN_TRADE_STATES])
		.first();
	return row === undefined ? null : toTrade(row);
}

export async function findPosition(
	conn: Conn,
	accountId: AccountId,
	symbol: string,
): Promise<Position | null> {
	const row = await conn<PositionRow>('positions').where({ account_id: accountId, symbol }).first();
	return row === undefined ? null : toPosition(row);
}

export async function savePosition(trx: Trx, position: Position): Promise<void> {
	const row: PositionRow = {
		account_id: position.accountId,
		symbol: position.symbol,
		quantity: position.quantity,
		cost: position.cost,
		trade_id: position.tradeId,
		updated_at: position.updatedAt,
	};
	await trx<PositionRow>('positions').insert(row).onConflict(['account_id', 'symbol']).merge();
}

/** Whether this execution of the venue was booked before. */
export async function isBooked(
	trx: Trx,
	fill: Pick<Fill, 'accountId' | 'venueTradeId'>,
): Promise<boolean> {
	const found: unknown = await trx<FillRow>('fills')
		.where({ account_id: fill.accountId, venue_trade_id: fill.venueTradeId })
		.first('id');
	return found !== undefined;
}

/** Whether the fill is new: false when this execution of the venue was booked before. */
export async function insertFill(trx: Trx, fill: Fill): Promise<boolean> {
	const row: FillRow = {
		id: fill.id,
		account_id: fill.accountId,
		order_id: fill.orderId,
		trade_id: fill.tradeId,
		venue_trade_id: fill.venueTradeId,
		symbol: fill.symbol,
		side: fill.side,
		quantity: fill.quantity,
		price: fill.price,
		fee: fill.fee,
		fee_currency: fill.feeCurrency,
		at: fill.at,
	};
	const inserted: { id: string }[] = await trx<FillRow>('fills')
		.insert(row)
		.onConflict(['account_id', 'venue_trade_id'])
		.ignore()
		.returning('id');
	return inserted.length > 0;
}

export async function fillsOfOrder(conn: Conn, orderId: OrderId): Promise<Fill[]> {
	const rows = await conn<FillRow>('fills').where({ order_id: orderId }).orderBy(['at', 'id']);
	return rows.map(toFill);
}

export async function insertExits(trx: Trx, exits: readonly Exit[]): Promise<void> {
	if (exits.length > 0) await trx<ExitRow>('exits').insert(exits.map(toExitRow));
}

export async function saveExit(trx: Trx, exit: Exit): Promise<void> {
	await trx<ExitRow>('exits').where({ id: exit.id }).update(toExitRow(exit));
}

export async function exitsOfTrade(conn: Conn, tradeId: TradeId): Promise<Exit[]> {
	const rows = await conn<ExitRow>('exits').where({ trade_id: tradeId }).orderBy('number');
	return rows.map(toExit);
}

/** Ends the plan of a trade: what was still watched is watched no more. */
export async function cancelExits(trx: Trx, tradeId: TradeId, now: number): Promise<void> {
	await trx<ExitRow>('exits')
		.where({ trade_id: tradeId })
		.whereIn('state', ['ACTIVE', 'WORKING'])
		.update({ state: 'CANCELLED', updated_at: now });
}
