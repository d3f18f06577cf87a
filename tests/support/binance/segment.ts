import type { Book } from './books';
import type { Fixed } from './fixed';
import type { ExecutionType, Order, OrderRequest, Trade } from './order';
import type { Refusal } from './refusal';

type Event = Record<string, unknown>;

/** Refusals that the segments word differently. */
export interface SegmentWords {
	readonly wouldTrigger: () => Refusal;
	readonly wouldMatch: () => Refusal;
	readonly duplicate: () => Refusal;
}

/** What distinguishes spot from futures: what an order costs, what an execution moves, what is told. */
export interface Segment {
	readonly words: SegmentWords;
	/** Throws what keeps an account from placing this. */
	admit(account: string, request: OrderRequest): void;
	/** Locks what the order may cost, or throws; a market order's whole price is known before it takes. */
	fund(book: Book, order: Order): void;
	/** Both legs share what is locked. */
	fundList(legs: readonly [Order, Order]): void;
	/** How much of an order can be executed at most now. */
	affordable(book: Book, order: Order): Fixed;
	/** Moves the money of one execution. @returns asset and amount of the commission */
	settle(order: Order, qty: Fixed, price: Fixed): [string, Fixed];
	/** Frees what the rest of an order does not need. */
	trim(order: Order): void;
	/** Frees what an order that is over has locked. */
	release(order: Order): void;
	/** What the user data stream tells of an order. */
	news(order: Order, what: ExecutionType, trade: Trade | null, cancelId: string | null): readonly Event[];
	/** What it tells of money from outside. */
	deposited(account: string, asset: string, amount: Fixed, now: number): Event;
}
