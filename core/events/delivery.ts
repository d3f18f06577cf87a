import { SECOND } from '../model';
import type { DomainEvent } from './event';

/** A batch handed to a consumer. It counts once it is confirmed, or unsettled for a minute. */
export interface Delivery {
	readonly deliveryId: number;
	/** 1 for the first time. */
	readonly attempt: number;
	readonly events: readonly DomainEvent[];
}

/**
 * SENT: with the consumer · CONFIRMED: done · FAILED: to be repeated · UNCONFIRMED: nobody said
 * anything, counts as done · PARKED: given up, an issue was raised.
 */
export type DeliveryState = 'SENT' | 'CONFIRMED' | 'FAILED' | 'UNCONFIRMED' | 'PARKED';

/** A delivery that failed this often is parked. */
export const DELIVERY_ATTEMPTS_MAX = 8;
/**
 * After this many failures a batch is taken apart: one event that nobody can digest must not take
 * those that it came with along into parking.
 */
export const DELIVERY_APART_AFTER = 3;
const FIRST_PAUSE = 2 * SECOND;
const LONGEST_PAUSE = 300 * SECOND;

/** Pause before the next try, ms: doubles from 2 s up to 5 min. */
export function deliveryPause(attempts: number): number {
	return Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** Math.max(0, attempts - 1));
}
