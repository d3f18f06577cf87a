import type { AccountId } from '../../model';
import type { CancelReport, VenueOrderState, VenueReport } from '../exchange';
import { ambiguousOutcome } from '../exchange.errors';
import { textOf } from './answer';
import { judge } from './errors';
import type { Answer } from './library';
import type { Listed } from './listing';
import { findReport, reportFrom } from './reports';
import type { Connection, VenueSession } from './session';

const OVER: readonly VenueOrderState[] = ['FILLED', 'CANCELLED', 'EXPIRED', 'REJECTED'];

const rejected = (code: string, message: string): CancelReport => ({ kind: 'rejected', code, message });

function notOpen({ order }: VenueReport): CancelReport {
	return rejected('ORDER_NOT_OPEN', `The order is ${order.state} already.`);
}

/** A cancel that the venue has taken, with its answer. */
interface Asked {
	readonly kind: 'asked';
	readonly answer: unknown;
}

/** Asks for the cancel, at most twice: the second time only when the first was refused unseen. */
async function ask(
	session: VenueSession,
	{ client }: Connection,
	work: () => Promise<unknown>,
): Promise<CancelReport | Asked | 'gone'> {
	for (const last of [false, true]) {
		const result = await session.act(work);
		if (result.kind === 'done') return { kind: 'asked', answer: result.value };
		const verdict = judge(session.profile, result.error, result.trace);
		if (verdict.kind === 'ambiguous') throw verdict.error;
		if (verdict.kind === 'refused') {
			return verdict.rejection.code === 'ORDER_NOT_FOUND' ? 'gone' : verdict.rejection;
		}
		if (verdict.kind === 'duplicate' || last) break;
		await session.setClock(client);
	}
	return rejected('CLOCK_SKEW', 'The venue refuses the time of this machine. Set its clock right.');
}

/** The order as `profile.cancel` needs it, or the answer that makes a cancel needless. */
async function lookFirst(
	session: VenueSession,
	connection: Connection,
	listed: Listed,
	clientOrderId: string,
): Promise<{ readonly order: Answer | null } | CancelReport> {
	const { profile } = session;
	if (profile.cancelsById) return { order: null };
	const { client } = connection;
	const venueId = profile.toVenueId(clientOrderId);
	const order = await session.ask(client, async () =>
		profile.find(client, listed.ccxtSymbol, venueId),
	);
	if (order === null) return rejected('ORDER_NOT_FOUND', 'The venue has no such order.');
	const report = await reportFrom(session, connection, listed, clientOrderId, order);
	return OVER.includes(report.order.state) ? notOpen(report) : { order };
}

/**
 * The order, and what went with it, as far as the venue's answer itself is the last word; else null.
 * An order that filled in part is asked for: its executions must not be missed.
 */
async function toldBy(
	session: VenueSession,
	connection: Connection,
	listed: Listed,
	clientOrderId: string,
	{ answer }: Asked,
): Promise<CancelReport | null> {
	const { profile } = session;
	const rows = profile.cancelled?.(connection.client, listed.ccxtSymbol, answer) ?? [];
	const venueId = profile.toVenueId(clientOrderId);
	if (!rows.some((row) => textOf(row, 'clientOrderId') === venueId)) return null;
	const reports: VenueReport[] = [];
	for (const row of rows) {
		reports.push(await reportFrom(session, connection, listed, undefined, row));
	}
	const own = reports.find(({ order }) => order.clientOrderId === clientOrderId);
	if (own === undefined || !OVER.includes(own.order.state)) return null;
	return { kind: 'cancelled', ...own, also: reports.filter((report) => report !== own) };
}

/**
 * Cancels what is open. The venue is asked for the order first where it names orders by its own id
 * or by their kind, and afterwards where a cancel may be answered before it is done.
 * @throws FirecontrolError `VENUE_AMBIGUOUS`, `VENUE_UNAVAILABLE`; a cancel may be asked again
 */
export async function cancelOrder(
	session: VenueSession,
	accountId: AccountId,
	clientOrderId: string,
	symbol: string,
): Promise<CancelReport> {
	const connection = await session.connect(accountId);
	const listed = connection.listing.find(symbol);
	if (listed === null) return rejected('ORDER_NOT_FOUND', `The venue does not trade ${symbol}.`);
	const { profile } = session;
	const { client } = connection;
	const venueId = profile.toVenueId(clientOrderId);
	const first = await lookFirst(session, connection, listed, clientOrderId);
	if ('kind' in first) return first;
	const answer = await ask(session, connection, async () =>
		profile.cancel(client, listed.ccxtSymbol, venueId, first.order),
	);
	if (answer !== 'gone' && answer.kind !== 'asked') return answer;
	const told =
		answer === 'gone' ? null : await toldBy(session, connection, listed, clientOrderId, answer);
	if (told !== null) return told;
	const after = await findReport(session, connection, listed, clientOrderId);
	if (after === null) {
		if (answer === 'gone') return rejected('ORDER_NOT_FOUND', 'The venue has no such order.');
		throw ambiguousOutcome('The venue does not show the order any more.');
	}
	if (answer !== 'gone') return { kind: 'cancelled', ...after };
	if (OVER.includes(after.order.state)) return notOpen(after);
	throw ambiguousOutcome('The venue neither cancels the order nor says why.');
}
