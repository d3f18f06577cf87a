import type { Trx } from '../db';
import type { MarketView } from '../risk';
import { approvedIntent, isApproved, type Verdict } from '../risk';
import type { MadeEntry } from '../orders';
import type { Signal } from '../signals';
import { FirecontrolError, refuse, type Refused } from '../model';
import type { FireModeDeps } from './deps';
import { verdictReason } from './reason';
import { hangTrade, releaseSlot } from './slots.repository';
import type { SlotLease, Ticket } from './ticket';
import { markPlaced, moveTicket, type TicketChange } from './tickets.service';

/** One attempt to fire a locked ticket by judging it again. */
export interface Attempt {
	readonly ticket: Ticket;
	readonly view: MarketView;
	/** FULL_AUTO only: the slot that the trade will hang on. */
	readonly slot: SlotLease | null;
	readonly actor: string;
}

/** A fired ticket with its order, which the caller sends after the commit. */
export interface Shot {
	readonly kind: 'fired';
	readonly ticket: Ticket;
	readonly made: MadeEntry;
}

/** What an attempt came to; written already, except where it says otherwise. */
export type AttemptResult =
	| Shot
	| { readonly kind: 'refused'; readonly ticket: Ticket; readonly refused: Refused }
	/** Good, but the account has no capacity now. Nothing has changed yet. */
	| { readonly kind: 'waits'; readonly verdict: Verdict };

/** The signal of a ticket. @throws FirecontrolError `SIGNAL_LOST` */
export async function signalOf({ signals }: FireModeDeps, ticket: Ticket): Promise<Signal> {
	const signal = await signals.get(ticket.signalId);
	if (signal !== null) return signal;
	throw new FirecontrolError('SIGNAL_LOST', `The signal of ticket ${ticket.id} is gone.`, {
		details: { ticket_id: ticket.id, signal_id: ticket.signalId },
	});
}

/** Asks the network for what the gate looks at; before the transaction, never in it. */
export async function viewOf(deps: FireModeDeps, ticket: Ticket): Promise<MarketView> {
	return deps.risk.loadMarketView(await signalOf(deps, ticket), ticket.accountId);
}

/**
 * Makes the order of an approved verdict in this transaction: bound to the verdict's reservation,
 * and to the slot, if any, through its trade.
 */
export async function orderOf(
	trx: Trx,
	{ orders }: FireModeDeps,
	ticket: Ticket,
	verdict: Verdict,
	actor: string,
): Promise<MadeEntry> {
	const intent = await approvedIntent(trx, verdict, ticket.id);
	const made = await orders.createEntry(trx, intent, {
		reservationId: verdict.reservationId,
		actor,
		...(ticket.terms === null ? {} : { terms: ticket.terms }),
		sendNow: true,
	});
	if (ticket.slot !== null && made.order.tradeId !== null) {
		await hangTrade(trx, ticket.slot, made.order.tradeId);
	}
	return made;
}

/**
 * Gates the ticket again and makes its order, all in this transaction; dispatch it after the
 * commit. A refusal ends the ticket. The caller holds the locks and has checked the state.
 */
export async function fireGated(
	trx: Trx,
	deps: FireModeDeps,
	{ ticket, view, slot, actor }: Attempt,
): Promise<AttemptResult> {
	const { kernel, risk } = deps;
	const attempt = ticket.attempt + 1;
	const verdict = await risk.rejudge(
		trx,
		{ ticketId: ticket.id, mode: ticket.mode, view, actor },
		`fire:${ticket.id}:${attempt}`,
	);
	if (verdict.waitsForCapacity && ticket.mode === 'FULL_AUTO') return { kind: 'waits', verdict };
	const judged: TicketChange = { attempt, verdictId: verdict.id };
	if (!isApproved(verdict)) {
		if (slot !== null && ticket.slot === null) await releaseSlot(trx, slot);
		const reason = verdictReason(verdict);
		const ended = await moveTicket(trx, kernel, ticket, 'refuse', { ...judged, ...reason }, actor);
		const refused = { ...refuse(verdict.code), message: reason.message };
		return { kind: 'refused', ticket: ended, refused };
	}
	const now = kernel.clock.now();
	const made = await orderOf(trx, deps, { ...ticket, slot }, verdict, actor);
	const { order } = made;
	const change: TicketChange = {
		...judged,
		slot,
		orderId: order.id,
		quantity: order.quantity,
		code: null,
		message: null,
		firedBy: actor,
		firedAt: now,
		placedAt: now,
	};
	const fired =
		ticket.state === 'FIRED'
			? await markPlaced(trx, kernel, ticket, change, actor)
			: await moveTicket(trx, kernel, ticket, 'fire', change, actor);
	return { kind: 'fired', ticket: fired, made };
}
