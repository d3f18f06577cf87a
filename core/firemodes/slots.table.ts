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

/** A slot together with the states that its holder's ticket and trade are in. */
export interface SlotStanding extends SlotRow {
	ticket_state: string | null;
	ticket_placed_at: number | null;
	trade_state: string | null;
}

/** States of a trade that is over, or never began. Every other state keeps its slot. */
export const LIVE_TRADES = ['OPENING', 'OPEN', 'CLOSING'];

/**
 * Whether the holder is done: its trade closed or never filled, or its ticket ended without one.
 * Age never frees a slot.
 */
export function isEnded(slot: SlotStanding): boolean {
	if (slot.ticket_id === null) return false;
	if (slot.ticket_state !== null && slot.ticket_state !== 'FIRED') return true;
	// Placed, and the order was denied before it had a trade.
	if (slot.ticket_placed_at !== null && slot.trade_id === null) return true;
	return slot.trade_state !== null && !LIVE_TRADES.includes(slot.trade_state);
}
