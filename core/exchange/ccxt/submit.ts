import type { AccountId, Decimal } from '../../model';
import { add, div, floorToStep, FirecontrolError, messageOf, mul, ZERO } from '../../model';
import type { SubmitReport, SubmitRequest, VenueCapabilities, VenueReport } from '../exchange';
import { ambiguousOutcome } from '../exchange.errors';
import type { Quotes } from '../quotes';
import { textOf } from './answer';
import { refuseBeforeSending } from './check';
import { judge, type Verdict } from './errors';
import type { Answer } from './library';
import type { Listed } from './listing';
import { findReport, reportFrom } from './reports';
import { scrub } from './scrub';
import type { Connection, VenueSession } from './session';

/** What sending needs besides the session. */
export interface SubmitParts {
	readonly session: VenueSession;
	readonly capabilities: VenueCapabilities;
	/** Prices of this venue, for market buys that need a limit. */
	readonly quotes: Quotes;
}

type Sent<T> =
	| { readonly kind: 'answered'; readonly answer: T }
	| Exclude<Verdict, { kind: 'clock' }>;

const rejected = (code: string, message: string): SubmitReport => ({ kind: 'rejected', code, message });

/** Nothing has left for the venue, so nobody need look there. */
function notSent(error: unknown): SubmitReport {
	const code = error instanceof FirecontrolError ? error.code : 'NOT_SENT';
	return rejected(code, `Not sent: ${scrub(messageOf(error))}`);
}

/** Sends once; a second time only what the venue refused for the time it bore, unseen. */
export async function sendOnce<T>(
	session: VenueSession,
	{ client }: Connection,
	create: () => Promise<T>,
): Promise<Sent<T>> {
	for (const last of [false, true]) {
		const result = await session.act(create);
		if (result.kind === 'done') return { kind: 'answered', answer: result.value };
		const verdict = judge(session.profile, result.error, result.trace);
		if (verdict.kind !== 'clock') return verdict;
		if (last) break;
		const set = await session.setClock(client).then(() => true, () => false);
		if (!set) break;
	}
	const message = 'The venue refuses the time of this machine. Set its clock right.';
	return { kind: 'refused', rejection: { kind: 'rejected', code: 'CLOCK_SKEW', message } };
}

/** Highest price of a market buy where it is sent as a limit order, else null. */
async function buyLimit(
	{ session, quotes }: SubmitParts,
	request: SubmitRequest,
	{ market }: Listed,
): Promise<Decimal | null> {
	const percent = session.profile.marketBuyLimit;
	if (percent === null || request.type !== 'market' || request.side !== 'buy') return null;
	const quote = await quotes.quote(session.venue, request.symbol);
	if (quote === null) {
		throw new FirecontrolError('NO_LIQUIDITY', 'There is no price to buy at.', { retryable: true });
	}
	const most = mul(quote.ask, add(1, div(percent, 100)));
	return add(floorToStep(most, market.priceTick), market.priceTick);
}

/** The venue's answer to a new order, brought up to a whole report where it is but a receipt. */
async function accepted(
	session: VenueSession,
	connection: Connection,
	request: SubmitRequest,
	listed: Listed,
	answer: Answer,
): Promise<VenueReport> {
	const { clientOrderId } = request;
	const venueOrderId = textOf(answer, 'id');
	if (venueOrderId === null) throw ambiguousOutcome('The venue answered without an order id.');
	try {
		const whole = textOf(answer, 'status') !== null && textOf(answer, 'amount') !== null;
		if (whole) return await reportFrom(session, connection, listed, clientOrderId, answer);
		const found = await findReport(session, connection, listed, clientOrderId);
		if (found !== null) return found;
	} catch {
		// The order is there; what became of it is asked again soon.
	}
	return {
		order: {
			...request, venueOrderId, state: 'OPEN', filledQuantity: ZERO, message: null,
			createdAt: Number(textOf(answer, 'timestamp') ?? session.now()),
		},
		fills: [],
	};
}

/** The answer; a question that fails here leaves it unknown what became of an order. */
export async function unlessUnknown<T>(ask: () => Promise<T>): Promise<T> {
	try {
		return await ask();
	} catch (error) {
		throw ambiguousOutcome(scrub(messageOf(error)));
	}
}

/** The order that the venue already has under this id. */
async function firstOne(
	session: VenueSession,
	connection: Connection,
	listed: Listed,
	clientOrderId: string,
): Promise<SubmitReport> {
	const found = await unlessUnknown(async () =>
		findReport(session, connection, listed, clientOrderId),
	);
	if (found !== null) return { kind: 'accepted', ...found };
	throw ambiguousOutcome('The venue says that it has the order already, but does not show it.');
}

/**
 * Sends an order to the venue, once.
 * @throws FirecontrolError `VENUE_AMBIGUOUS` when nobody knows whether the venue took it
 */
export async function submitOrder(
	parts: SubmitParts,
	accountId: AccountId,
	request: SubmitRequest,
): Promise<SubmitReport> {
	const { session, capabilities } = parts;
	let connection: Connection;
	let listed: Listed | null;
	let limit: Decimal | null = null;
	try {
		connection = await session.connect(accountId);
		listed = connection.listing.find(request.symbol);
		if (listed === null) return rejected('SYMBOL_UNKNOWN', `The venue does not trade ${request.symbol}.`);
		const refusal = refuseBeforeSending(capabilities, listed.market, request);
		if (refusal !== null) return refusal;
		limit = await buyLimit(parts, request, listed);
	} catch (error) {
		return notSent(error);
	}
	const { profile } = session;
	const { client } = connection;
	const { ccxtSymbol } = listed;
	const venueId = profile.toVenueId(request.clientOrderId);
	const { type, price, params } = profile.order({ request, venueId, buyLimit: limit });
	const sent = await sendOnce(session, connection, async () =>
		client.createOrder(ccxtSymbol, type, request.side, request.quantity, price ?? undefined, params),
	);
	if (sent.kind === 'ambiguous') throw sent.error;
	if (sent.kind === 'refused') return sent.rejection;
	if (sent.kind === 'duplicate') return firstOne(session, connection, listed, request.clientOrderId);
	const report = await accepted(session, connection, request, listed, sent.answer);
	return { kind: 'accepted', ...report };
}
