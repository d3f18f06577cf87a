import type { MemberId, TicketId, TradeId } from '../model';

/** A row of `slots`: one place among a member's auto slots, free while `ticket_id` is null. */
export interface SlotRow {
	member_id: MemberId;
	/** From 1. */
	number: number;
	/** Grows by one with every new holder. */
	token: number;
	ticket_id: TicketId | null;
	trade_id: TradeId | null;
	acquired_at: number | null;
}
