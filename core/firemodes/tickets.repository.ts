import { changed, type Conn, type Trx } from '../db';
import type { AccountId, SignalId, TicketId } from '../model';
import type { Ticket } from './ticket';
import { toTicket, toTicketRow, type TicketRow } from './tickets.table';

/** Writes a new ticket. A second one for the same (signal, account) violates a unique key. */
export async function insertTicket(trx: Trx, ticket: Ticket): Promise<void> {
	await trx<TicketRow>('tickets').insert(toTicketRow(ticket));
}

/** By id, without a lock. */
export async function findTicket(conn: Conn, id: TicketId): Promise<Ticket | null> {
	const row = await conn<TicketRow>('tickets').where({ id }).first();
	return row === undefined ? null : toTicket(row);
}

/** The one ticket of a signal on an account, without a lock. */
export async function findTicketOf(
	conn: Conn,
	signalId: SignalId,
	accountId: AccountId,
): Promise<Ticket | null> {
	const row = await conn<TicketRow>('tickets')
		.where({ signal_id: signalId, account_id: accountId })
		.first();
	return row === undefined ? null : toTicket(row);
}

/** Reads the ticket and keeps others from changing it until the transaction ends. */
export async function lockTicket(trx: Trx, id: TicketId): Promise<Ticket | null> {
	const row = await trx<TicketRow>('tickets').where({ id }).forUpdate().first();
	return row === undefined ? null : toTicket(row);
}

/** Writes what has changed of the ticket; call it under the ticket's lock. */
export async function saveTicket(trx: Trx, before: Ticket, after: Ticket): Promise<void> {
	const change = changed(toTicketRow(before), toTicketRow(after));
	if (Object.keys(change).length === 0) return;
	await trx<TicketRow>('tickets').where({ id: before.id }).update(change);
}
