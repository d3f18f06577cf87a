import type { Conn } from '../db';
import type { MemberId, Refused, TicketId } from '../model';
import type { EntryTerms, Order, ReplaceOrder } from '../orders';
import type { FireModeDeps } from './deps';
import { fire, type Fired, type Press } from './fire.service';
import type { FireModeChoice } from './mode';
import { setMode, type ModeSet } from './mode.service';
import { place, type Placed } from './place.service';
import { expire, refill } from './queue.service';
import { replace } from './replace.service';
import { route, type Routed, type RouteTarget } from './route.service';
import { reconcileSlots, type SlotReport } from './slots.service';
import type { Ticket } from './ticket';
import { listTickets, type TicketFilter } from './tickets.queries';
import { findTicket } from './tickets.repository';

export type { FireModeDeps } from './deps';
export type { Fired, Press } from './fire.service';
export { effectiveChoice, type FireModeChoice } from './mode';
export type { ModeSet } from './mode.service';
export type { Placed } from './place.service';
export { signalProgress } from './progress.queries';
export type { Routed, RouteTarget } from './route.service';
export type { SlotReport } from './slots.service';
export { TICKET_STATES, type SlotLease, type Ticket, type TicketState } from './ticket';
export { countWaitingTickets, listTickets, type TicketFilter } from './tickets.queries';

/** Who pulls the trigger: tickets, auto slots and the queue. */
export interface FireModes {
	/** Makes the ticket of a verdict; the same (signal, account) again gives the stored one. */
	route(target: RouteTarget, actor?: string, terms?: EntryTerms | null): Promise<Routed>;
	/** The press on a held ticket; a repeat gives the order that the first press made. */
	fire(ticketId: TicketId, press: Press): Promise<Fired | Refused>;
	/** Carries out a fired ticket, once however often it is called; terms count the first time only. */
	place(ticketId: TicketId, actor: string, terms?: EntryTerms | null): Promise<Placed | Refused>;
	/** Replaces a working entry, by way of the gate where that adds risk. Never are there two. */
	replace(wanted: ReplaceOrder): Promise<Order | Refused>;
	setMode(memberId: MemberId, choice: FireModeChoice, actor: string): Promise<ModeSet | Refused>;
	get(ticketId: TicketId, conn?: Conn): Promise<Ticket | null>;
	/** Newest first. */
	list(filter?: TicketFilter): Promise<Ticket[]>;
	/** Job: ends tickets past their expiry. Returns how many. */
	expire(): Promise<number>;
	/** Job: fires what waits into freed slots. Returns how many. */
	refill(): Promise<number>;
	/** Job: compares slots with trades. */
	reconcileSlots(): Promise<SlotReport>;
}

/** The fire modes over the gate and the orders. */
export function createFireModes(deps: FireModeDeps): FireModes {
	const { kernel } = deps;
	return {
		route: async (target, actor = 'system', terms = null) =>
			route(deps, target, actor, terms),
		fire: async (ticketId, press) => fire(deps, ticketId, press),
		place: async (ticketId, actor, terms = null) => place(deps, ticketId, actor, terms),
		replace: async (wanted) => replace(deps, wanted),
		setMode: async (memberId, choice, actor) => setMode(deps, memberId, choice, actor),
		get: async (ticketId, conn = kernel.conn) => findTicket(conn, ticketId),
		list: async (filter = {}) => listTickets(kernel.conn, filter),
		expire: async () => expire(deps),
		refill: async () => refill(deps),
		reconcileSlots: async () => reconcileSlots(kernel),
	};
}
