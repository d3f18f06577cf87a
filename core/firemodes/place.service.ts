import type { Conn, Trx } from '../db';
import {
	findOrder,
	liveReservation,
	openTradeOf,
	releaseReservation,
	type MadeEntry,
	type EntryTerms,
	type Order,
} from '../orders';
import { FirecontrolError, isoTime, isRefused, refuse, type Refused, type TicketId } from '../model';
import { openedAfter, type MarketView, type Verdict } from '../risk';
import type { FireModeDeps } from './deps';
import { fireGated, orderOf, signalOf, viewOf } from './firing.service';
import { coded } from './reason';
import type { Ticket } from './ticket';
import { unplacedTicketIds } from './tickets.queries';
import { findTicket, lockTicket, saveTicket } from './tickets.repository';
import { lockFiring, markPlaced, moveTicket } from './tickets.service';

/** A fired ticket that was carried out; the order is null where it cancelled. */
export interface Placed {
	readonly ticket: Ticket;
	readonly order: Order | null;
}

/** One that this call carried out, with what it still has to send. */
interface Carried {
	readonly ticket: Ticket;
	readonly made: MadeEntry;
}

/** The reservation ran out and the market has to be asked before the gate can judge again. */
const VIEW_NEEDED = Symbol('view needed');

async function placedBefore(conn: Conn, ticket: Ticket): Promise<Placed> {
	return { ticket, order: ticket.orderId === null ? null : await findOrder(conn, ticket.orderId) };
}

async function verdictOf({ risk }: FireModeDeps, trx: Trx, ticket: Ticket): Promise<Verdict> {
	const verdict = await risk.get(ticket.verdictId, trx);
	const ours =
		verdict !== null &&
		verdict.signalId === ticket.signalId &&
		verdict.accountId === ticket.accountId &&
		verdict.action === ticket.action &&
		(verdict.intent === null || verdict.intent.symbol === ticket.symbol);
	if (ours) return verdict;
	throw new FirecontrolError(
		'VERDICT_MISMATCH',
		`The verdict ${ticket.verdictId} is not for ticket ${ticket.id}. No order was made.`,
		{ details: { ticket_id: ticket.id, verdict_id: ticket.verdictId } },
	);
}

async function expireFired(
	trx: Trx,
	{ kernel }: FireModeDeps,
	ticket: Ticket,
	verdict: Verdict,
	actor: string,
): Promise<Refused> {
	const context = { expires_at: isoTime(ticket.expiresAt) };
	await moveTicket(trx, kernel, ticket, 'expire', coded('TICKET_EXPIRED', context), actor);
	if (verdict.reservationId !== null) await releaseReservation(trx, kernel, verdict.reservationId);
	return refuse('TICKET_EXPIRED', context);
}

async function gateAgain(
	trx: Trx,
	deps: FireModeDeps,
	ticket: Ticket,
	view: MarketView,
	actor: string,
): Promise<Carried | Refused> {
	const attempt = await fireGated(trx, deps, { ticket, view, slot: ticket.slot, actor });
	if (attempt.kind === 'fired') return { ticket: attempt.ticket, made: attempt.made };
	if (attempt.kind === 'refused') return attempt.refused;
	const { verdict } = attempt;
	const change = { ...coded('WAITS_FOR_CAPACITY', { waiting_for: 'capacity' }), verdictId: verdict.id };
	await moveTicket(trx, deps.kernel, ticket, 'queue', { ...change, attempt: ticket.attempt + 1 }, actor);
	return refuse('WAITS_FOR_CAPACITY', { waiting_for: 'capacity' });
}

/** One try to place an opening. */
interface Placing {
	/** Null at the first try; asked for when the gate must judge again. */
	readonly view: MarketView | null;
	readonly terms: EntryTerms | null;
	readonly actor: string;
}

/** The ticket with the terms that it is placed on, stored before anything is sent. */
async function onTerms(trx: Trx, ticket: Ticket, terms: EntryTerms | null): Promise<Ticket> {
	if (terms === null) return ticket;
	const chosen: Ticket = { ...ticket, terms };
	await saveTicket(trx, ticket, chosen);
	return chosen;
}

/** Why the ticket's order cannot be placed on these terms; the ticket can be placed on others. */
async function refuseTerms(
	{ risk, orders }: FireModeDeps,
	ticket: Ticket,
	terms: EntryTerms | null,
): Promise<Refused | null> {
	if (terms === null) return null;
	const intent = (await risk.get(ticket.verdictId))?.intent ?? null;
	return intent === null ? null : orders.refuseTerms(terms, intent);
}

async function placeOpening(
	trx: Trx,
	deps: FireModeDeps,
	seen: Ticket,
	{ view, terms, actor }: Placing,
): Promise<Carried | Placed | Refused | typeof VIEW_NEEDED> {
	const { kernel } = deps;
	await lockFiring(trx, seen);
	const locked = await lockTicket(trx, seen.id);
	if (locked === null) return refuse('TICKET_UNKNOWN', { id: seen.id });
	if (locked.placedAt !== null) return placedBefore(trx, locked);
	if (locked.state !== 'FIRED') return refuse('TICKET_NOT_FIRED', { state: locked.state });
	const ticket = await onTerms(trx, locked, terms);
	const verdict = await verdictOf(deps, trx, ticket);
	const now = kernel.clock.now();
	if (ticket.expiresAt <= now) return expireFired(trx, deps, ticket, verdict, actor);
	const { reservationId } = verdict;
	const live = reservationId === null ? null : await liveReservation(trx, reservationId, now);
	if (live === null) {
		return view === null ? VIEW_NEEDED : gateAgain(trx, deps, ticket, view, actor);
	}
	const made = await orderOf(trx, deps, ticket, verdict, actor);
	const placed = await markPlaced(trx, kernel, ticket, { orderId: made.order.id }, actor);
	return { ticket: placed, made };
}

async function settle(
	{ kernel }: FireModeDeps,
	ticketId: TicketId,
	outcome: Order | Refused | null,
	actor: string,
): Promise<Placed | Refused> {
	return kernel.transaction(async (trx) => {
		const ticket = await lockTicket(trx, ticketId);
		if (ticket === null) return refuse('TICKET_UNKNOWN', { id: ticketId });
		if (ticket.state !== 'FIRED' || ticket.placedAt !== null) {
			return isRefused(outcome) ? outcome : { ticket, order: outcome };
		}
		if (isRefused(outcome)) {
			const { code, message } = outcome;
			await moveTicket(trx, kernel, ticket, 'refuse', { code, message }, actor);
			return outcome;
		}
		const change = { orderId: outcome?.id ?? null, quantity: outcome?.quantity ?? null };
		return { ticket: await markPlaced(trx, kernel, ticket, change, actor), order: outcome };
	});
}

async function placeClose(
	deps: FireModeDeps,
	ticket: Ticket,
	actor: string,
): Promise<Placed | Refused> {
	const { accountId, symbol, signalId } = ticket;
	const { kernel, orders } = deps;
	// An earlier run may have closed it and died before it could say so.
	const [earlier] = await orders.list({ accountId, signalId, limit: 1 });
	if (earlier !== undefined) return settle(deps, ticket.id, earlier, actor);
	const { source, createdAt } = await signalOf(deps, ticket);
	const trade = await openTradeOf(kernel.conn, accountId, symbol);
	if (trade !== null && openedAfter(trade.openedAt ?? trade.createdAt, createdAt)) {
		// It meant a trade that is gone; this one began after it was sent.
		return settle(deps, ticket.id, refuse('NOTHING_TO_CLOSE', { symbol }), actor);
	}
	const subject = { accountId, symbol, signalId, ticketId: ticket.id, actor };
	const closed = await orders.closePosition({ ...subject, reason: 'signal', source });
	if (!isRefused(closed)) return settle(deps, ticket.id, closed, actor);
	// Another run of the same ticket may have been faster.
	const [other] = await orders.list({ accountId, signalId, limit: 1 });
	return settle(deps, ticket.id, other ?? closed, actor);
}

async function placeCancel(
	deps: FireModeDeps,
	ticket: Ticket,
	actor: string,
): Promise<Placed | Refused> {
	const { accountId, symbol, side } = ticket;
	const { kernel, orders } = deps;
	for (const id of await unplacedTicketIds(kernel.conn, accountId, symbol, side)) {
		await kernel.transaction(async (trx) => {
			await lockFiring(trx, ticket);
			const waiting = await lockTicket(trx, id);
			if (waiting === null || waiting.placedAt !== null) return;
			if (!['HELD', 'QUEUED', 'FIRED'].includes(waiting.state)) return;
			const verdict = await verdictOf(deps, trx, waiting);
			const { reservationId } = verdict;
			await moveTicket(trx, kernel, waiting, 'cancel', {}, actor);
			if (reservationId !== null) await releaseReservation(trx, kernel, reservationId);
		});
	}
	await orders.cancelEntries({ accountId, symbol, ...(side === null ? {} : { side }), actor });
	return settle(deps, ticket.id, null, actor);
}

/**
 * Carries a fired ticket out: an opening becomes its one order, a close closes, a cancel cancels.
 * The same ticket again gives what the first run made. An opening whose reservation has run out is
 * judged again in the transaction that makes the order; a refusal ends the ticket.
 */
export async function place(
	deps: FireModeDeps,
	ticketId: TicketId,
	actor: string,
	terms: EntryTerms | null = null,
): Promise<Placed | Refused> {
	const { kernel, orders } = deps;
	const seen = await findTicket(kernel.conn, ticketId);
	if (seen === null) return refuse('TICKET_UNKNOWN', { id: ticketId });
	if (seen.placedAt !== null) return placedBefore(kernel.conn, seen);
	if (seen.state !== 'FIRED') return refuse('TICKET_NOT_FIRED', { state: seen.state });
	if (seen.action === 'close') return placeClose(deps, seen, actor);
	if (seen.action === 'cancel') return placeCancel(deps, seen, actor);
	const refusal = await refuseTerms(deps, seen, terms);
	if (refusal !== null) return refusal;
	let placed = await kernel.transaction(async (trx) => placeOpening(trx, deps, seen, { view: null, terms, actor }));
	if (placed === VIEW_NEEDED) {
		const view = await viewOf(deps, seen);
		placed = await kernel.transaction(async (trx) => placeOpening(trx, deps, seen, { view, terms, actor }));
	}
	if (placed === VIEW_NEEDED || isRefused(placed)) {
		return isRefused(placed) ? placed : refuse('RESERVATION_EXPIRED');
	}
	if ('made' in placed) return { ticket: placed.ticket, order: await orders.sendEntry(placed.made) };
	const { order } = placed;
	return order === null ? placed : { ...placed, order: await orders.dispatch(order.id) };
}
