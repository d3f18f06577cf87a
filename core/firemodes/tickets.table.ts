import { parseStored, stableJson } from '../model';
import type { EntryTerms } from '../orders';
import type { Ticket } from './ticket';

/** A row of `tickets`. */
export interface TicketRow {
	id: Ticket['id'];
	signal_id: Ticket['signalId'];
	account_id: Ticket['accountId'];
	member_id: Ticket['memberId'];
	verdict_id: Ticket['verdictId'];
	action: Ticket['action'];
	symbol: string;
	side: Ticket['side'];
	mode: Ticket['mode'];
	state: Ticket['state'];
	code: Ticket['code'];
	message: string | null;
	terms: string | null;
	quantity: Ticket['quantity'];
	confidence: Ticket['confidence'];
	attempt: number;
	order_id: Ticket['orderId'];
	slot_number: number | null;
	slot_token: number | null;
	fired_by: string | null;
	fired_at: number | null;
	placed_at: number | null;
	expires_at: number;
	created_at: number;
	updated_at: number;
	policy_version: string;
}

function slotOf(row: TicketRow): Ticket['slot'] {
	if (row.slot_number === null || row.slot_token === null) return null;
	return { memberId: row.member_id, number: row.slot_number, token: row.slot_token };
}

/** From the database. */
export function toTicket(row: TicketRow): Ticket {
	return {
		id: row.id,
		signalId: row.signal_id,
		accountId: row.account_id,
		memberId: row.member_id,
		verdictId: row.verdict_id,
		action: row.action,
		symbol: row.symbol,
		side: row.side,
		mode: row.mode,
		state: row.state,
		code: row.code,
		message: row.message,
		terms: row.terms === null ? null : parseStored<EntryTerms>(row.terms),
		quantity: row.quantity,
		confidence: row.confidence,
		attempt: row.attempt,
		orderId: row.order_id,
		slot: slotOf(row),
		firedBy: row.fired_by,
		firedAt: row.fired_at,
		placedAt: row.placed_at,
		expiresAt: row.expires_at,
		createdAt: row.created_at,
		updatedAt: row.updated_at,
		policyVersion: row.policy_version,
	};
}

/** To the database. */
export function toTicketRow(ticket: Ticket): TicketRow {
	return {
		id: ticket.id,
		signal_id: ticket.signalId,
		account_id: ticket.accountId,
		member_id: ticket.memberId,
		verdict_id: ticket.verdictId,
		action: ticket.action,
		symbol: ticket.symbol,
		side: ticket.side,
		mode: ticket.mode,
		state: ticket.state,
		code: ticket.code,
		message: ticket.message,
		terms: ticket.terms === null ? null : stableJson(ticket.terms),
		quantity: ticket.quantity,
		confidence: ticket.confidence,
		attempt: ticket.attempt,
		order_id: ticket.orderId,
		slot_number: ticket.slot?.number ?? null,
		slot_token: ticket.slot?.token ?? null,
		fired_by: ticket.firedBy,
		fired_at: ticket.firedAt,
		placed_at: ticket.placedAt,
		expires_at: ticket.expiresAt,
		created_at: ticket.createdAt,
		updated_at: ticket.updatedAt,
		policy_version: ticket.policyVersion,
	};
}
