import type { Conn } from '../db';
import type { AccountId, MemberId, TradeId } from '../model';
import { LIVE_TRADES, type SlotRow } from './slots.table';
import type { SlotLease } from './ticket';

type Held = Pick<SlotRow, 'member_id' | 'number' | 'token'>;

/** Slots that `isEnded`, of one member or all. */
export async function endedSlots(conn: Conn, memberId: MemberId | null): Promise<SlotLease[]> {
	const query = conn('slots as s')
		.leftJoin('tickets as t', 't.id', 's.ticket_id')
		.leftJoin('trades as d', 'd.id', 's.trade_id')
		.whereNotNull('s.ticket_id')
		.where((ended) => {
			void ended
				.where('t.state', '<>', 'FIRED')
				.orWhere((denied) => {
					void denied.whereNotNull('t.placed_at').whereNull('s.trade_id');
				})
				.orWhere((over) => {
					void over.whereNotNull('s.trade_id').whereNotIn('d.state', LIVE_TRADES);
				});
		});
	if (memberId !== null) void query.where('s.member_id', memberId);
	const rows: Held[] = await query.select('s.member_id', 's.number', 's.token');
	return rows.map((row) => ({ memberId: row.member_id, number: row.number, token: row.token }));
}

/** An open trade that FULL_AUTO fired and that hangs on no slot. */
export interface SlotlessTrade {
	readonly id: TradeId;
	readonly member_id: MemberId;
	readonly account_id: AccountId;
	readonly symbol: string;
}

/** Open automatic trades without a slot; there should be none. */
export async function slotlessTrades(conn: Conn): Promise<SlotlessTrade[]> {
	return conn('trades as d')
		.join('tickets as t', 't.id', 'd.ticket_id')
		.leftJoin('slots as s', 's.trade_id', 'd.id')
		.whereIn('d.state', LIVE_TRADES)
		.where('t.mode', 'FULL_AUTO')
		.whereNull('s.trade_id')
		.select('d.id', 'd.member_id', 'd.account_id', 'd.symbol');
}
