import { findOrder, type Order } from '../orders';
import { isoTime, refuse, type Refused, type TicketId } from '../model';
import type { FireModeDeps } from './deps';
import { fireGated, signalOf, viewOf, type Shot } from './firing.service';
import { coded } from './reason';
import { refuseWhileStopped } from './stopped';
import type { Ticket } from './ticket';
import { findTicket, lockTicket } from './tickets.repository';
import { lockFiring, moveTicket } from './tickets.service';

/** Who presses, and with which key. */
export interface Press {
	readonly actor: string;
	/** A key may fire only tickets of signals that came under the same key. */
	readonly keyName?: string;
}

/** A press that ended in an order; `already` when an earlier press made it. */
export interface Fired {
	readonly kind: 'fired';
	readonly ticket: Ticket;
	readonly order: Order;
	readonly already: boolean;
}

type Pressed = Fired | Refused;

async function ofOrder(deps: FireModeDeps, ticket: Ticket): Promise<Fired | null> {
	if (ticket.orderId === null) return null;
	const order = await findOrder(deps.kernel.conn, ticket.orderId);
	return order === null ? null : { kind: 'fired', ticket, order, already: true };
}

function notHeld(ticket: Ticket): Refused {
	return ticket.state === 'EXPIRED'
		? refuse('TICKET_EXPIRED', { expires_at: isoTime(ticket.expiresAt) })
		: refuse('TICKET_NOT_HELD', { state: ticket.state });
}

/**
 * The press on a held ticket: judged again, fired and turned into an order in one transaction, sent
 * after it. A refusal of the gate ends the ticket. A press on a ticket fired before gives its order.
 */
export async function fire(
	deps: FireModeDeps,
	ticketId: TicketId,
	{ actor, keyName }: Press,
): Promise<Pressed> {
	const { kernel, orders } = deps;
	const seen = await findTicket(kernel.conn, ticketId);
	if (seen === null) return refuse('TICKET_UNKNOWN', { id: ticketId });
	if (keyName !== undefined && (await signalOf(deps, seen)).keyName !== keyName) {
		return refuse('TICKET_UNKNOWN', { id: ticketId });
	}
	if (seen.state !== 'HELD') return (await ofOrder(deps, seen)) ?? notHeld(seen);
	const view = await viewOf(deps, seen);
	const pressed = await kernel.transaction(async (trx): Promise<Shot | Refused | Ticket> => {
		await lockFiring(trx, seen);
		const ticket = await lockTicket(trx, ticketId);
		if (ticket === null) return refuse('TICKET_UNKNOWN', { id: ticketId });
		if (ticket.state !== 'HELD') return ticket;
		if (ticket.expiresAt <= kernel.clock.now()) {
			const reason = coded('TICKET_EXPIRED', { expires_at: isoTime(ticket.expiresAt) });
			return moveTicket(trx, kernel, ticket, 'expire', reason, actor);
		}
		const stopped = await refuseWhileStopped(trx, kernel, ticket);
		if (stopped !== null) return stopped;
		const attempt = await fireGated(trx, deps, { ticket, view, slot: null, actor });
		if (attempt.kind === 'refused') return attempt.refused;
		return attempt.kind === 'fired' ? attempt : refuse(attempt.verdict.code);
	});
	if (!('kind' in pressed)) return (await ofOrder(deps, pressed)) ?? notHeld(pressed);
	if (pressed.kind === 'refused') return pressed;
	const { ticket, made } = pressed;
	return { kind: 'fired', ticket, order: await orders.sendEntry(made), already: false };
}
