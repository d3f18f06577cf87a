import type { AccountId } from '../../model';
import { isZero, SECOND } from '../../model';
import type { OrderRef, VenueReport } from '../exchange';
import { textOf } from './answer';
import type { Answer } from './library';
import { listOpen } from './list-open';
import { toVenueOrder } from './orders';
import { findReport, reportFrom } from './reports';
import type { VenueSession } from './session';

/** Single orders that are asked for in one go, so that many do not use up the venue's rate limit. */
const MOST_SINGLE = 10;
/**
 * While news come by the stream, orders are asked for this often only, ms: to find what it omitted.
 */
const STREAM_CHECK = 5 * SECOND;

/** What is remembered of an account from one look to the next. */
export interface Looks {
	/** Where the next look at single orders begins, by account. */
	readonly turns: Map<AccountId, number>;
	/** When all orders of an account were last asked for, ms UTC. */
	readonly wholeAt: Map<AccountId, number>;
}

/** Another part of the list at each call, so that none is left out for ever. */
function turnOf<T>({ turns }: Looks, accountId: AccountId, items: readonly T[]): readonly T[] {
	if (items.length <= MOST_SINGLE) return items;
	const begin = (turns.get(accountId) ?? 0) % items.length;
	turns.set(accountId, begin + MOST_SINGLE);
	return [...items, ...items].slice(begin, begin + MOST_SINGLE);
}

async function ofAccount(
	session: VenueSession,
	looks: Looks,
	accountId: AccountId,
	refs: readonly OrderRef[],
): Promise<VenueReport[]> {
	const now = session.now();
	const checked = looks.wholeAt.get(accountId) ?? 0;
	if (session.isStreaming(accountId) && now - checked < STREAM_CHECK) return [];
	const connection = await session.connect(accountId);
	const { profile } = session;
	const { listing } = connection;
	const [only] = refs;
	const open = new Map<string, Answer>();
	// One order alone is asked for by its name: one question, and its end is seen at once.
	if (refs.length > 1 || only === undefined) {
		for (const answer of await listOpen(session, connection, refs.map(({ symbol }) => symbol))) {
			open.set(textOf(answer, 'clientOrderId') ?? '', answer);
		}
	}
	const reports: VenueReport[] = [];
	const missing: OrderRef[] = [];
	const filling: { readonly ref: OrderRef; readonly answer: Answer }[] = [];
	for (const ref of refs) {
		const answer = open.get(profile.toVenueId(ref.clientOrderId));
		if (answer === undefined) {
			missing.push(ref);
			continue;
		}
		const order = toVenueOrder(answer, { profile, listing, clientOrderId: ref.clientOrderId });
		if (isZero(order.filledQuantity)) reports.push({ order, fills: [] });
		else filling.push({ ref, answer });
	}
	const single = [
		...filling.map(({ ref, answer }) => ({ ref, answer })),
		...missing.map((ref) => ({ ref, answer: null })),
	];
	for (const { ref, answer } of turnOf(looks, accountId, single)) {
		const listed = listing.find(ref.symbol);
		if (listed === null) continue;
		const report =
			answer === null
				? await findReport(session, connection, listed, ref.clientOrderId)
				: await reportFrom(session, connection, listed, ref.clientOrderId, answer);
		if (report !== null) reports.push(report);
	}
	if (single.length <= MOST_SINGLE) looks.wholeAt.set(accountId, now);
	return reports;
}

/**
 * Reports of many orders: one list of what is open, then single questions for what is not among it
 * or has begun to fill, a bounded number in each call.
 * @throws FirecontrolError `VENUE_UNAVAILABLE` when any question fails
 */
export async function manyReports(
	session: VenueSession,
	looks: Looks,
	refs: readonly OrderRef[],
): Promise<readonly VenueReport[]> {
	const byAccount = new Map<AccountId, OrderRef[]>();
	for (const ref of refs) {
		byAccount.set(ref.accountId, [...(byAccount.get(ref.accountId) ?? []), ref]);
	}
	const reports: VenueReport[] = [];
	for (const [accountId, own] of byAccount) {
		reports.push(...(await ofAccount(session, looks, accountId, own)));
	}
	return reports;
}
