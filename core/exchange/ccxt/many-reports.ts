import type { AccountId } from '../../model';
import { FirecontrolError, isZero, SECOND } from '../../model';
import type { OrderRef, ReportsListener, VenueReport } from '../exchange';
import { textOf } from './answer';
import type { Answer } from './library';
import { listOpen } from './list-open';
import { toVenueOrder } from './orders';
import { findReport, reportFrom } from './reports';
import type { Connection, VenueSession } from './session';

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

/** Orders whose own question the venue left without answer, after which it is the venue's failure. */
const MOST_FAILURES = 3;

/** An order to be asked for alone, with what the list said of it. */
interface Single {
	readonly ref: OrderRef;
	readonly answer: Answer | null;
}

/** One account's part of the question. */
interface Part {
	readonly session: VenueSession;
	readonly connection: Connection;
	readonly refs: readonly OrderRef[];
	/** Without one, the first failure of any order ends the question. */
	readonly listener: ReportsListener | undefined;
}

function isUnavailable(error: unknown): boolean {
	return error instanceof FirecontrolError && error.code === 'VENUE_UNAVAILABLE';
}

/** What is open by the venue's list, by its name of our id. */
async function openByName({ session, connection, refs }: Part): Promise<Map<string, Answer>> {
	const symbols = refs.map(({ symbol }) => symbol);
	const answers = await listOpen(session, connection, symbols);
	return new Map(answers.map((answer) => [textOf(answer, 'clientOrderId') ?? '', answer]));
}

/** Sorts by what the list says: reports that are whole, and orders that must be asked for alone. */
function sortListed(
	{ session: { profile }, connection: { listing }, refs, listener }: Part,
	open: ReadonlyMap<string, Answer>,
): { readonly reports: VenueReport[]; readonly single: readonly Single[] } {
	const reports: VenueReport[] = [];
	const missing: Single[] = [];
	const filling: Single[] = [];
	for (const ref of refs) {
		const { clientOrderId } = ref;
		const answer = open.get(profile.toVenueId(clientOrderId));
		if (answer === undefined) {
			missing.push({ ref, answer: null });
			continue;
		}
		try {
			const order = toVenueOrder(answer, { profile, listing, clientOrderId });
			if (isZero(order.filledQuantity)) reports.push({ order, fills: [] });
			else filling.push({ ref, answer });
		} catch (error) {
			if (listener === undefined) throw error;
			listener.failed(ref, error);
		}
	}
	return { reports, single: [...filling, ...missing] };
}

async function askAlone(part: Part, { ref, answer }: Single): Promise<VenueReport | null> {
	const { session, connection } = part;
	const listed = connection.listing.find(ref.symbol);
	if (listed === null) return null;
	const { clientOrderId } = ref;
	return answer === null
		? findReport(session, connection, listed, clientOrderId)
		: reportFrom(session, connection, listed, clientOrderId, answer);
}

/** Asks for orders one by one: one that fails keeps no other from its turn. */
async function askEach(
	part: Part,
	singles: readonly Single[],
	most: number,
): Promise<VenueReport[]> {
	const { listener } = part;
	const reports: VenueReport[] = [];
	let answered = false;
	let unanswered = 0;
	for (const single of singles) {
		try {
			const report = await askAlone(part, single);
			answered = true;
			if (report !== null) reports.push(report);
		} catch (error) {
			if (listener === undefined) throw error;
			if (isUnavailable(error)) unanswered += 1;
			if (!answered && unanswered >= most) throw error;
			listener.failed(single.ref, error);
		}
	}
	return reports;
}

async function ofAccount(
	session: VenueSession,
	looks: Looks,
	accountId: AccountId,
	refs: readonly OrderRef[],
	listener: ReportsListener | undefined,
): Promise<VenueReport[]> {
	const now = session.now();
	const checked = looks.wholeAt.get(accountId) ?? 0;
	if (session.isStreaming(accountId) && now - checked < STREAM_CHECK) {
		listener?.notAsked(accountId);
		return [];
	}
	const connection = await session.connect(accountId);
	// One order alone is asked for by its name: one question, and its end is seen at once. Where that
	// has no answer nobody knows whether it is the order or the venue: it is the venue's failure.
	const [only, other] = refs;
	const one = only !== undefined && other === undefined;
	const part: Part = { session, connection, refs, listener };
	const { reports, single } = sortListed(part, one ? new Map() : await openByName(part));
	const asked = turnOf(looks, accountId, single);
	reports.push(...(await askEach(part, asked, one ? 1 : MOST_FAILURES)));
	if (single.length <= MOST_SINGLE) looks.wholeAt.set(accountId, now);
	return reports;
}

/**
 * Reports of many orders: one list of what is open, then single questions for what is not among it
 * or has begun to fill, a bounded number in each call.
 * @param listener is told of orders whose own question fails; without one they are errors
 * @throws FirecontrolError `VENUE_UNAVAILABLE` when the account's list fails, or order after order
 */
export async function manyReports(
	session: VenueSession,
	looks: Looks,
	refs: readonly OrderRef[],
	listener?: ReportsListener,
): Promise<readonly VenueReport[]> {
	const byAccount = new Map<AccountId, OrderRef[]>();
	for (const ref of refs) {
		byAccount.set(ref.accountId, [...(byAccount.get(ref.accountId) ?? []), ref]);
	}
	const reports: VenueReport[] = [];
	for (const [accountId, own] of byAccount) {
		reports.push(...(await ofAccount(session, looks, accountId, own, listener)));
	}
	return reports;
}
