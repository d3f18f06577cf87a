import type { AccountId, ConfirmationId, Decimal, MemberId, OrderId, TripId } from '../model';
import type { Scope, TradingState, Trip } from '../safety';

/** What a person types to go on again. */
export const REARM_PHRASE = 'RESUME TRADING';
/** What an automation of an operator gives to flatten in one step. */
export const FLATTEN_PHRASE = 'FLATTEN NOW';

/** States that a person can ask for. */
export const STOP_STATES = ['PAUSED', 'REDUCING', 'FLATTENING'] as const satisfies readonly TradingState[];
export type StopState = (typeof STOP_STATES)[number];

/** What is to be stopped. `scopeId` is a tier, member id or account id, as the scope asks. */
export interface StopTarget {
	readonly scope: Scope;
	readonly scopeId: string | null;
	readonly symbol: string | null;
}

/** Who acts: a member on their own behalf, or, for null, an operator. */
export interface Acting {
	readonly by: MemberId | null;
	/** In the words of the audit trail. */
	readonly actor: string;
}

/** What somebody wants stopped, and how far. */
export interface StopWish extends StopTarget {
	readonly state: StopState;
	/** Why, for people. */
	readonly reason: string;
}

/** What flattening would do now. */
export interface Impact {
	readonly accounts: number;
	readonly positions: number;
	/** Orders that could still open something. */
	readonly workingOrders: number;
	/** What the open positions cost, by currency of the account. */
	readonly notional: readonly { readonly currency: string; readonly amount: Decimal }[];
}

/** What can be confirmed once, until `expiresAt` (ms UTC). */
export interface Confirmation {
	readonly id: ConfirmationId;
	readonly expiresAt: number;
}

/** Trading is stopped; `already`: by an earlier press of the same person. */
export interface Stopped {
	readonly kind: 'stopped';
	readonly trip: Trip;
	readonly already: boolean;
	/** What there was to flatten; null for the milder states. */
	readonly impact: Impact | null;
}

/** Flattening asks once: confirm it, or let it lapse. */
export interface AsksToFlatten {
	readonly kind: 'asks';
	readonly confirmation: Confirmation;
	readonly wish: StopWish;
	readonly impact: Impact;
}

/** Everything that stands in the way of going on was looked at: confirm with the phrase. */
export interface AsksToRearm {
	readonly kind: 'asks';
	readonly confirmation: Confirmation;
	readonly trip: Trip;
	readonly phrase: typeof REARM_PHRASE;
}

/** A trip has ended by a person's hand. */
export interface Rearmed {
	readonly kind: 'rearmed';
	readonly trip: Trip;
}

/** An account that a flattening goes on without, from now on or since an earlier press. */
export interface Released {
	readonly kind: 'released';
	/** The flattening that it was released from. */
	readonly tripId: TripId;
	readonly account: AccountFlattening;
	readonly already: boolean;
}

/** What an operator types to release this account. */
export const releasePhrase = (accountId: AccountId): string => `RELEASE ${accountId}`;

/** RUNNING: at it. INCOMPLETE: something is left, and it goes on. FLAT: verified at the venue. */
export const FLATTEN_STATES = ['RUNNING', 'INCOMPLETE', 'FLAT'] as const;
export type FlattenState = (typeof FLATTEN_STATES)[number];
/** RELEASED: an operator has taken the account out of the flattening, with what was left on it. */
export type AccountFlattenState = FlattenState | 'RELEASED';

/** Something that is not closed or cancelled yet. */
export interface Leftover {
	readonly accountId: AccountId;
	/** venue: the account could not be looked at, whatever our books say. */
	readonly kind: 'position' | 'order' | 'venue';
	readonly symbol: string | null;
	/** Signed for positions, in the base asset. */
	readonly quantity: Decimal | null;
	readonly orderId: OrderId | null;
	readonly detail: string;
}

/** How one account is being flattened. Times in ms UTC. */
export interface AccountFlattening {
	readonly tripId: TripId;
	readonly accountId: AccountId;
	readonly state: AccountFlattenState;
	/** Failures in a row; the venue is asked again at `nextAt`. */
	readonly failures: number;
	readonly nextAt: number;
	readonly error: string | null;
	readonly leftovers: readonly Leftover[];
	/** When nothing worked any more. */
	readonly entriesDoneAt: number | null;
	readonly flatAt: number | null;
	readonly updatedAt: number;
}

/** How far the flattening of a trip has come. */
export interface Flattening {
	readonly tripId: TripId;
	readonly state: FlattenState;
	readonly startedAt: number;
	readonly entriesDoneAt: number | null;
	readonly flatAt: number | null;
	/** When people were told that something is left; null: not, so far. */
	readonly toldAt: number | null;
	readonly updatedAt: number;
}

/** A trip with what was or is being done about it. */
export interface TripStatus {
	readonly trip: Trip;
	readonly flattening: (Flattening & { readonly accounts: readonly AccountFlattening[] }) | null;
	/** When a person may ask to go on; null where the engine ends it by itself. */
	readonly rearmFrom: number | null;
}

/** Whether and how far trading is stopped for a subject. */
export interface EmergencyStatus {
	/** Of the subject itself; a stop of a part of it, or of one symbol, is not a stop of it. */
	readonly state: TradingState;
	/** Of the open trips below, whatever they stop; ACTIVE when there are none. */
	readonly strictest: TradingState;
	/** Open trips, oldest first. */
	readonly trips: readonly TripStatus[];
}
