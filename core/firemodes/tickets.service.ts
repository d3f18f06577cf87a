import { appendAudit } from '../audit';
import type { Kernel, Trx } from '../db';
import { appendEvent, type EventType } from '../events';
import { lockAccount, lockMember, type Member } from '../members';
import type { AccountId, MemberId } from '../model';
import { lockLatch } from '../safety';
import { releaseSlot } from './slots.repository';
import { nextTicketState, type Ticket, type TicketEvent, type TicketState } from './ticket';
import { insertTicket, saveTicket } from './tickets.repository';

/** What a move may change besides the state. */
export type TicketChange = Partial<
	Pick<
		Ticket,
		| 'attempt'
		| 'code'
		| 'confidence'
		| 'firedAt'
		| 'firedBy'
		| 'message'
		| 'mode'
		| 'orderId'
		| 'placedAt'
		| 'quantity'
		| 'slot'
		| 'terms'
		| 'verdictId'
	>
>;

/** A ticket before it has a state. */
export type NewTicket = Omit<Ticket, 'state'>;

const ANNOUNCED = {
	HELD: 'ticket.held',
	QUEUED: 'ticket.queued',
	FIRED: 'ticket.fired',
	REFUSED: 'ticket.refused',
	EXPIRED: 'ticket.expired',
	CANCELLED: null,
} as const satisfies Record<TicketState, EventType | null>;

/** Takes the locks of a firing in the order that everybody keeps: latch, member, account. */
export async function lockFiring(
	trx: Trx,
	owner: { readonly memberId: MemberId; readonly accountId: AccountId },
): Promise<Member | null> {
	await lockLatch(trx, 'share');
	const member = await lockMember(trx, owner.memberId);
	await lockAccount(trx, owner.accountId);
	return member;
}

async function announce(
	trx: Trx,
	kernel: Kernel,
	ticket: Ticket,
	from: TicketState | 'NEW',
	actor: string,
): Promise<void> {
	const payload = {
		ticket_id: ticket.id,
		mode: ticket.mode,
		symbol: ticket.symbol,
		side: ticket.side,
		code: ticket.code,
		message: ticket.message,
		quantity: ticket.quantity,
		expires_at: ticket.expiresAt,
		order_id: ticket.orderId,
	};
	const type = ANNOUNCED[ticket.state];
	if (type !== null) {
		await appendEvent(trx, kernel, {
			type,
			memberId: ticket.memberId,
			accountId: ticket.accountId,
			signalId: ticket.signalId,
			subjectId: ticket.id,
			actor,
			payload,
		});
	}
	await appendAudit(trx, kernel, {
		actor,
		action: `ticket.${ticket.state.toLowerCase()}`,
		subjectId: ticket.id,
		correlationId: ticket.signalId,
		memberId: ticket.memberId,
		accountId: ticket.accountId,
		details: { from, action: ticket.action, code: ticket.code, order_id: ticket.orderId },
	});
}

/** Writes a ticket in its first state, tells events and audit. */
export async function openTicket(
	trx: Trx,
	kernel: Kernel,
	draft: NewTicket,
	event: TicketEvent,
	actor: string,
): Promise<Ticket> {
	const state = nextTicketState({ state: 'NEW', placedAt: null }, event);
	const ticket: Ticket = { ...draft, state };
	await insertTicket(trx, ticket);
	await announce(trx, kernel, ticket, 'NEW', actor);
	return ticket;
}

/**
 * Moves a locked ticket by one event of its table and tells events and audit. A ticket that stops
 * being FIRED gives its slot back in the same transaction.
 */
export async function moveTicket(
	trx: Trx,
	kernel: Kernel,
	ticket: Ticket,
	event: TicketEvent,
	change: TicketChange,
	actor: string,
): Promise<Ticket> {
	const state = nextTicketState(ticket, event);
	const freed = state !== 'FIRED' && ticket.slot !== null;
	if (freed && ticket.slot !== null) await releaseSlot(trx, ticket.slot);
	const moved: Ticket = {
		...ticket,
		...change,
		...(freed ? { slot: null } : {}),
		state,
		updatedAt: kernel.clock.now(),
	};
	await saveTicket(trx, ticket, moved);
	await announce(trx, kernel, moved, ticket.state, actor);
	return moved;
}

/**
 * Records that a FIRED ticket was carried out; its state stays FIRED for good. The audit tells of
 * the order that was made in the same transaction; of a close or a cancel it tells here.
 */
export async function markPlaced(
	trx: Trx,
	kernel: Kernel,
	ticket: Ticket,
	change: TicketChange,
	actor: string,
): Promise<Ticket> {
	const now = kernel.clock.now();
	const placed: Ticket = { ...ticket, ...change, placedAt: now, updatedAt: now };
	await saveTicket(trx, ticket, placed);
	if (ticket.action === 'open') return placed;
	await appendAudit(trx, kernel, {
		actor,
		action: 'ticket.placed',
		subjectId: ticket.id,
		correlationId: ticket.signalId,
		memberId: ticket.memberId,
		accountId: ticket.accountId,
		details: { action: ticket.action, order_id: placed.orderId },
	});
	return placed;
}
