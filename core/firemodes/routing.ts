import type { FireMode, SignalAction } from '../model';
import type { TicketEvent } from './ticket';

/** Everything that decides what becomes of a judged signal on one account. */
export interface RoutingFacts {
	readonly action: SignalAction;
	readonly blocked: boolean;
	readonly waitsForCapacity: boolean;
	readonly expired: boolean;
	readonly mode: FireMode;
	/** The verdict's reservation is live. */
	readonly reserved: boolean;
	/** A waiting ticket of the same member comes first. */
	readonly outranked: boolean;
}

/** `fire?` fires if a slot is free and queues otherwise. */
export type Routing =
	| { readonly event: Exclude<TicketEvent, 'cancel'>; readonly why: RoutingReason }
	| { readonly event: 'fire?' };

/** Why it does not fire at once; the ticket's code follows from it. */
export type RoutingReason =
	| 'BLOCKED'
	| 'EXPIRED'
	| 'MODE'
	| 'NO_OPENING'
	| 'CAPACITY'
	| 'RESERVATION'
	| 'OUTRANKED';

/**
 * The rule of the router. Closes and cancels open no risk: they fire in every mode, at any age.
 * FULL_AUTO fires only what holds a live reservation; everything else that is good waits.
 */
export function routing(facts: RoutingFacts): Routing {
	if (facts.blocked) return { event: 'refuse', why: 'BLOCKED' };
	if (facts.action !== 'open') return { event: 'fire', why: 'NO_OPENING' };
	if (facts.expired) return { event: 'expire', why: 'EXPIRED' };
	if (facts.mode !== 'FULL_AUTO') return { event: 'hold', why: 'MODE' };
	if (facts.waitsForCapacity) return { event: 'queue', why: 'CAPACITY' };
	if (!facts.reserved) return { event: 'queue', why: 'RESERVATION' };
	if (facts.outranked) return { event: 'queue', why: 'OUTRANKED' };
	return { event: 'fire?' };
}
