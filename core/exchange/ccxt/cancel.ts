import type { AccountId } from '../../model';
import type { CancelReport, VenueOrderState, VenueReport } from '../exchange';
import { ambiguousOutcome } from '../exchange.errors';
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

/** Asks for the cancel, at most twice: the second time only when the first was refused unseen. */
async function ask(
	session: VenueSession,
	{ client }: Connection,
	work: () => Promise<unknown>,
): Promise<CancelReport | 'asked' | 'gone'> {
	for (const last of [false, true]) {
		const result = await session.act(work);
		if (result.kind === 'done') return 'asked';
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
 * Cancels what is open. The venue is asked for the order first where it names orders by its own id
 * or by their kind, and always afterwards: a cancel is often answered before it is done.
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
	if (answer !== 'asked' && answer !== 'gone') return answer;
	const after = await findReport(session, connection, listed, clientOrderId);
	if (after === null) {
		if (answer === 'gone') return rejected('ORDER_NOT_FOUND', 'The venue has no such order.');
		throw ambiguousOutcome('The venue does not show the order any more.');
	}
	if (answer === 'asked') return { kind: 'cancelled', ...after };
	if (OVER.includes(after.order.state)) return notOpen(after);
	throw ambiguousOutcome('The venue neither cancels the order nor says why.');
}
