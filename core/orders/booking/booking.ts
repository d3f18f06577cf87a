import type { Kernel } from '../../db';
import type { Account } from '../../members';
import type { Decimal } from '../../model';
import type { Order } from '../order';
import type { MovingOrder } from './order-update';
import type { Position, Trade } from '../trade';

/** One transaction's view of an order, its trade and its account. */
export interface Booking {
	readonly kernel: Kernel;
	readonly account: Account;
	/** As it was when the transaction began. */
	readonly before: Order;
	moving: MovingOrder;
	/** Loaded when fills or the end of the order concern it. */
	trade: Trade | null;
	position: Position | null;
	cashDelta: Decimal;
	realisedNet: Decimal;
	/** The same by fill, with its time at the venue. */
	readonly results: { readonly net: Decimal; readonly at: number }[];
	/** Time of the newest fill booked here; null for none. */
	filledAt: number | null;
}
