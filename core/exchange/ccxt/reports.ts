import { gt, isZero } from '../../model';
import type { VenueFill, VenueReport } from '../exchange';
import type { Answer } from './library';
import type { Listed } from './listing';
import { filledBy, ownFills, reportOf, toVenueFill, toVenueOrder, type Reading } from './orders';
import type { Connection, VenueSession } from './session';

/**
 * An order as the venue told it, with its executions: those that came with it, else asked for.
 * @throws FirecontrolError `VENUE_UNAVAILABLE`, `VENUE_ANSWER`
 */
export async function reportFrom(
	session: VenueSession,
	{ client, listing }: Connection,
	{ ccxtSymbol }: Listed,
	clientOrderId: string | undefined,
	answer: Answer,
): Promise<VenueReport> {
	const { profile } = session;
	const order = toVenueOrder(answer, { profile, listing, clientOrderId });
	const reading: Reading = { profile, listing, clientOrderId: order.clientOrderId };
	if (isZero(order.filledQuantity)) return reportOf(order, []);
	const own = ownFills(answer, reading);
	if (!gt(order.filledQuantity, filledBy(own))) return reportOf(order, own);
	const listed = await session.ask(client, async () => profile.executions(client, ccxtSymbol, answer));
	const fills: VenueFill[] = listed
		.map((trade) => toVenueFill(trade, reading))
		// Where the question cannot be narrowed to the order, the answer is.
		.filter((fill) => fill.venueOrderId === order.venueOrderId);
	return reportOf(order, fills);
}

/** The order under our client id, or null when the venue says that it has none. */
export async function findReport(
	session: VenueSession,
	connection: Connection,
	listed: Listed,
	clientOrderId: string,
): Promise<VenueReport | null> {
	const { profile } = session;
	const { client } = connection;
	const venueId = profile.toVenueId(clientOrderId);
	const answer = await session.ask(client, async () =>
		profile.find(client, listed.ccxtSymbol, venueId),
	);
	if (answer === null) return null;
	return reportFrom(session, connection, listed, clientOrderId, answer);
}
