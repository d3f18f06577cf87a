import type { Conn, Trx } from '../db';
import type { MemberId, TicketId, TradeId } from '../model';
import { isEnded, type SlotRow, type SlotStanding } from './slots.table';
import type { SlotLease } from './ticket';

const lease = (row: SlotRow): SlotLease => ({
	memberId: row.member_id,
	number: row.number,
	token: row.token,
});

/** The member's slots with how their holders stand, by number. */
export async function slotsOf(conn: Conn, memberId: MemberId): Promise<SlotStanding[]> {
	return conn('slots as s')
		.leftJoin('tickets as t', 't.id', 's.ticket_id')
		.leftJoin('trades as d', 'd.id', 's.trade_id')
		.where('s.member_id', memberId)
		.orderBy('s.number')
		.select(
			's.*',
			't.state as ticket_state',
			't.placed_at as ticket_placed_at',
			'd.state as trade_state',
		);
}

/**
 * Takes the lowest free slot for the ticket, or null while `limit` are in use (also when some of
 * those have a higher number than the member has now). A slot whose holder has ended is free, even
 * if nobody has freed it yet. The ticket that holds one keeps it. Call it under the member's lock.
 */
export async function acquireSlot(
	trx: Trx,
	memberId: MemberId,
	limit: number,
	ticketId: TicketId,
	now: number,
): Promise<SlotLease | null> {
	const slots = await slotsOf(trx, memberId);
	const held = slots.find((slot) => slot.ticket_id === ticketId && !isEnded(slot));
	if (held !== undefined) return lease(held);
	const isFree = (slot: SlotStanding): boolean => slot.ticket_id === null || isEnded(slot);
	if (slots.filter((slot) => !isFree(slot)).length >= limit) return null;
	const free = slots.find(isFree);
	const taken: SlotRow = {
		member_id: memberId,
		number: free?.number ?? slots.length + 1,
		token: (free?.token ?? 0) + 1,
		ticket_id: ticketId,
		trade_id: null,
		acquired_at: now,
	};
	if (free === undefined) await trx<SlotRow>('slots').insert(taken);
	else await trx<SlotRow>('slots').where({ member_id: memberId, number: free.number }).update(taken);
	return lease(taken);
}

/** Hangs the trade on the slot; false when the lease has passed to another holder. */
export async function hangTrade(trx: Trx, slot: SlotLease, tradeId: TradeId): Promise<boolean> {
	const changed: number = await trx<SlotRow>('slots')
		.where({ member_id: slot.memberId, number: slot.number, token: slot.token })
		.whereNotNull('ticket_id')
		.update({ trade_id: tradeId });
	return changed === 1;
}

/** Frees the slot; false when the lease has passed to another holder or is free already. */
export async function releaseSlot(trx: Trx, slot: SlotLease): Promise<boolean> {
	const changed: number = await trx<SlotRow>('slots')
		.where({ member_id: slot.memberId, number: slot.number, token: slot.token })
		.whereNotNull('ticket_id')
		.update({ ticket_id: null, trade_id: null, acquired_at: null });
	return changed === 1;
}
