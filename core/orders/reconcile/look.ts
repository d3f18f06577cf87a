import type { Exchange, VenueFill, VenueOrder } from '../../exchange';
import type { Account } from '../../members';
import { messageOf, type Decimal, type OrderId } from '../../model';
import type { OrderDeps } from '../deps';
import type { Issue } from '../issues/issue';
import type { Adjustment } from './adjustment.table';
import type { Books } from './facts.queries';
import { noteVenueFailure } from '../watch/venue-health';

/** Something of others that came into our books. */
export interface Adoption {
	readonly kind: 'order' | 'holding';
	/** Symbol or asset. */
	readonly name: string;
	readonly quantity: Decimal;
	readonly orderId: OrderId | null;
}

/**
 * Why something was not compared. failed: the venue did not answer. later: enough was asked for one
 * look. moving: an order of ours is on its way there.
 */
export type SkipCause = 'failed' | 'later' | 'moving';

/** Something that was not compared: it is left as it is, never taken for empty. */
export interface Skipped {
	readonly what: string;
	readonly reason: string;
	readonly why: SkipCause;
}

/** What one look at an account found and did. */
export interface Findings {
	readonly adopted: Adoption[];
	readonly adjusted: Adjustment[];
	/** Orders of ours that the venue knew more of. */
	readonly booked: OrderId[];
	/** Differences of this look that are not put right yet. */
	readonly differences: Issue[];
	readonly skipped: Skipped[];
}

export const noFindings = (): Findings => ({
	adopted: [], adjusted: [], booked: [], differences: [], skipped: [],
});

/** One look at one account. */
export interface Look {
	readonly deps: OrderDeps;
	account: Account;
	readonly exchange: Exchange;
	books: Books;
	/** Everything of others' before this is not looked at: ms UTC. */
	readonly since: number;
	/** First complete look: what is there now is where we start from. */
	readonly baseline: boolean;
	readonly actor: string;
	/** Queries about one order or symbol that may still be made. */
	queries: number;
	readonly findings: Findings;
	/** Answers of this look, by symbol. */
	readonly fills: Map<string, readonly VenueFill[]>;
	readonly recent: Map<string, readonly VenueOrder[]>;
}

export function skip(look: Look, what: string, reason: string, why: SkipCause): void {
	const known = look.findings.skipped.some((each) => each.what === what && each.reason === reason);
	if (!known) look.findings.skipped.push({ what, reason, why });
}

/** Asks the venue; null when it does not answer, which is noted. */
export async function ask<T>(look: Look, what: string, question: () => Promise<T>): Promise<{ readonly answer: T } | null> {
	try {
		return { answer: await question() };
	} catch (error) {
		const { deps, account } = look;
		await noteVenueFailure(deps.kernel, { accountId: account.id, venue: account.venue }, error);
		skip(look, what, messageOf(error), 'failed');
		return null;
	}
}

/** Takes one of the look's single queries; false when they are used up, which is noted. */
export function mayAsk(look: Look): boolean {
	if (look.queries > 0) {
		look.queries--;
		return true;
	}
	skip(look, 'single queries', 'as many as one look may ask; the rest follows with the next', 'later');
	return false;
}

/** The venue's executions of a symbol since then, asked once a look. */
export async function fillsIn(
	look: Look,
	symbol: string,
	since: number,
): Promise<readonly VenueFill[] | null> {
	const key = `${symbol}|${since}`;
	const known = look.fills.get(key);
	if (known !== undefined) return known;
	if (!mayAsk(look)) return null;
	const asked = await ask(look, `fills ${symbol}`, async () =>
		look.exchange.fills(look.account.id, { symbol, since }),
	);
	if (asked === null) return null;
	look.fills.set(key, asked.answer);
	return asked.answer;
}

/** The venue's orders of a symbol since then, working or over, asked once a look. */
export async function recentIn(
	look: Look,
	symbol: string,
	since: number,
): Promise<readonly VenueOrder[] | null> {
	const key = `${symbol}|${since}`;
	const known = look.recent.get(key);
	if (known !== undefined) return known;
	if (!mayAsk(look)) return null;
	const asked = await ask(look, `orders ${symbol}`, async () =>
		look.exchange.recentOrders(look.account.id, { symbol, since }),
	);
	if (asked === null) return null;
	look.recent.set(key, asked.answer);
	return asked.answer;
}

/** Looks in a row in which a difference is seen before it is put right. */
export function graceOf(look: Look): number {
	return look.deps.kernel.rules.policy.reconciliation.graceCycles;
}

/** Whether an order of ours in the symbol (or anywhere, for null) is on its way. */
export function onItsWay(books: Books, symbol: string | null): boolean {
	return books.working.some(
		(order) =>
			(symbol === null || order.symbol === symbol) &&
			(order.state === 'SUBMITTING' || order.state === 'UNKNOWN'),
	);
}

