import type { Confirmation, Impact, StopWish, TripStatus } from '../emergency';
import type { MemberId, StopLinkId } from '../../model';

/** A link that stops trading once. Times in ms UTC. */
export interface StopLink {
	readonly id: StopLinkId;
	/** On whose behalf it stops, with whose rights. */
	readonly memberId: MemberId;
	readonly wish: StopWish;
	readonly madeBy: string;
	readonly createdAt: number;
	readonly expiresAt: number;
	readonly usedAt: number | null;
	readonly tripId: `trp_${string}` | null;
	readonly policyVersion: string;
}

/** A link as its page shows it. Nobody is told more than whoever holds the link may know. */
export type StopLinkView =
	/** Not made here, or made with a key that is gone. */
	| { readonly kind: 'forged' }
	| { readonly kind: 'expired'; readonly expiresAt: number }
	| { readonly kind: 'used'; readonly usedAt: number; readonly status: TripStatus | null }
	/** What it would stop. Nothing has happened. */
	| { readonly kind: 'ready'; readonly link: StopLink; readonly who: string; readonly impact: Impact }
	/** Flattening asks once. */
	| {
			readonly kind: 'asks';
			readonly link: StopLink;
			readonly who: string;
			readonly impact: Impact;
			readonly confirmation: Confirmation;
	  }
	| { readonly kind: 'stopped'; readonly link: StopLink; readonly who: string; readonly status: TripStatus | null }
	| { readonly kind: 'refused'; readonly message: string };
