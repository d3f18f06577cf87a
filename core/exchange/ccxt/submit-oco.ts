import type { AccountId } from '../../model';
import { FirecontrolError, messageOf } from '../../model';
import type { OcoReport, OcoRequest, VenueRejection, VenueReport } from '../exchange';
import { ambiguousOutcome } from '../exchange.errors';
import { refuseBeforeSending } from './check';
import { textOf } from './answer';
import type { Answer } from './library';
import type { Listed } from './listing';
import { findReport, reportFrom } from './reports';
import { scrub } from './scrub';
import type { Connection } from './session';
import { sendOnce, unlessUnknown, type SubmitParts } from './submit';

const rejected = (code: string, message: string): VenueRejection => ({ kind: 'rejected', code, message });

/** Why the venue would refuse the pair, as far as is known before sending, or null. */
function refusal({ capabilities }: SubmitParts, listed: Listed, { stop, target }: OcoRequest): VenueRejection | null {
	if (stop.side !== target.side || stop.quantity !== target.quantity || stop.symbol !== target.symbol) {
		return rejected('OCO_INVALID', 'The two orders must be for the same quantity of the same side.');
	}
	if (stop.type !== 'stop' || target.type !== 'limit') {
		return rejected('OCO_INVALID', 'A pair is a stop at market and a limit order.');
	}
	return (
		refuseBeforeSending(capabilities, listed.market, stop) ??
		refuseBeforeSending(capabilities, listed.market, target)
	);
}

/**
 * Sends a pair to the venue, once: both orders or none.
 * @throws FirecontrolError `VENUE_AMBIGUOUS` when nobody knows whether the venue took it
 */
export async function submitPair(
	parts: SubmitParts,
	accountId: AccountId,
	request: OcoRequest,
): Promise<OcoReport> {
	const { session } = parts;
	const { profile } = session;
	const { stop, target } = request;
	let connection: Connection;
	let listed: Listed | null;
	try {
		connection = await session.connect(accountId);
		listed = connection.listing.find(stop.symbol);
		if (listed === null) return rejected('SYMBOL_UNKNOWN', `The venue does not trade ${stop.symbol}.`);
		const refused = refusal(parts, listed, request);
		if (refused !== null) return refused;
	} catch (error) {
		const code = error instanceof FirecontrolError ? error.code : 'NOT_SENT';
		return rejected(code, `Not sent: ${scrub(messageOf(error))}`);
	}
	const { oco } = profile;
	if (oco === undefined) return rejected('NOT_SUPPORTED', 'The venue takes no pairs.');
	const facts = {
		request,
		ccxtSymbol: listed.ccxtSymbol,
		marketId: listed.market.id,
		stopId: profile.toVenueId(stop.clientOrderId),
		targetId: profile.toVenueId(target.clientOrderId),
	};
	const sent = await sendOnce(session, connection, async () => oco(connection.client, facts));
	if (sent.kind === 'ambiguous') throw sent.error;
	if (sent.kind === 'refused') return sent.rejection;
	return bothOf(parts, { connection, listed, told: sent.kind === 'answered' ? sent.answer : [] }, request);
}

/** What is known once the venue has taken the pair. */
interface Taken {
	readonly connection: Connection;
	readonly listed: Listed;
	/** The orders of the venue's answer. */
	readonly told: readonly Answer[];
}

/**
 * Both orders as the answer tells them, else as they are now. What cannot be seen is not known: the
 * pair has been taken.
 */
async function bothOf(
	{ session }: SubmitParts,
	{ connection, listed, told }: Taken,
	{ stop, target }: OcoRequest,
): Promise<OcoReport> {
	const find = async (id: string): Promise<VenueReport> => {
		const venueId = session.profile.toVenueId(id);
		const answer = told.find((each) => textOf(each, 'clientOrderId') === venueId);
		const report = await unlessUnknown(async () =>
			answer === undefined
				? findReport(session, connection, listed, id)
				: reportFrom(session, connection, listed, id, answer),
		);
		if (report === null) throw ambiguousOutcome('The venue does not show the order that it took.');
		return report;
	};
	return {
		kind: 'accepted',
		stop: await find(stop.clientOrderId),
		target: await find(target.clientOrderId),
	};
}
