import type { Conn } from '../db';
import type { AccountId, MemberId, Side, SignalId, TicketId } from '../model';
import { cmp } from '../model';
import { LIVE_TICKET_STATES, type Ticket, type TicketState } from './ticket';
import { toTicket, type TicketRow } from './tickets.table';

/** At most this many queued tickets are looked at in one pass. */
const QUEUE_LIMIT = 500;

/** What to list; newest first. */
export interface TicketFilter {
	readonly state?: TicketState;
	readonly memberId?: MemberId;
	readonly accountId?: AccountId;
	readonly signalId?: SignalId;
	readonly limit?: number;
}

/** Newest first; 100 unless the filter says otherwise. */
export async function listTickets(conn: Conn, filter: TicketFilter): Promise<Ticket[]> {
	const query = conn<TicketRow>('tickets').orderBy([
		{ column: 'created_at', order: 'desc' },
		{ column: 'id', order: 'desc' },
	]);
	if (filter.state !== undefined) void query.where('state', filter.state);
	if (filter.memberId !== undefined) void query.where('member_id', filter.memberId);
	if (filter.accountId !== undefined) void query.where('account_id', filter.accountId);
	if (filter.signalId !== undefined) void query.where('signal_id', filter.signalId);
	return (await query.limit(filter.limit ?? 100)).map(toTicket);
}

/** The order of the queue: confidence downwards, then what expires first, then age. */
export function byQueueRank(a: Ticket, b: Ticket): number {
	return (
		cmp(b.confidence ?? 0, a.confidence ?? 0) ||
		a.expiresAt - b.expiresAt ||
		(a.id < b.id ? -1 : 1)
	);
}

/** Waiting tickets in the order of the queue (decimals are ranked here, never in SQL). */
export async function queuedTickets(conn: Conn, memberId: MemberId | null): Promise<Ticket[]> {
	const query = conn<TicketRow>('tickets').where('state', 'QUEUED').orderBy('expires_at');
	if (memberId !== null) void query.where('member_id', memberId);
	return (await query.limit(QUEUE_LIMIT)).map(toTicket).sort(byQueueRank);
}

/** Opening tickets that wait, or were fired and never placed, past their expiry. */
export async function expiredTicketIds(
	conn: Conn,
	now: number,
	limit: number,
): Promise<TicketId[]> {
	const rows = await conn<TicketRow>('tickets')
		.select('id')
		.whereIn('state', [...LIVE_TICKET_STATES])
		.where('expires_at', '<=', now)
		.whereNull('placed_at')
		.where('action', 'open')
		.orderBy('expires_at')
		.limit(limit);
	return rows.map((row) => row.id);
}

/** Opening tickets of the account in `symbol` (and on `side`) that have not become an order. */
export async function unplacedTicketIds(
	conn: Conn,
	accountId: AccountId,
	symbol: string,
	side: Side | null,
): Promise<TicketId[]> {
	const query = conn<TicketRow>('tickets')
		.where({ account_id: accountId, symbol, action: 'open' })
		.whereIn('state', [...LIVE_TICKET_STATES])
		.whereNull('placed_at')
		.orderBy('id');
	if (side !== null) void query.where({ side });
	const rows: Pick<TicketRow, 'id'>[] = await query.select('id');
	return rows.map((row) => row.id);
}

/** How many waiting tickets a cancel in the symbol would end; side null means both. */
export async function countWaitingTickets(
	conn: Conn,
	where: { readonly accountId: AccountId; readonly symbol: string; readonly side: Side | null },
): Promise<number> {
	return (await unplacedTicketIds(conn, where.accountId, where.symbol, where.side)).length;
}
