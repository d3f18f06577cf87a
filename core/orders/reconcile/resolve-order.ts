import type { VenueOrder, VenueReport } from '../../exchange';
import { findAccount } from '../../members';
import { eq, isRefused, messageOf, MINUTE, refuse, SECOND, type Refused } from '../../model';
import { applyEvent } from '../booking/apply';
import { bookVenueReport } from '../booking/book';
import type { OrderDeps } from '../deps';
import type { Order } from '../order';
import { ordersByClientIds, ordersByVenueIds } from './facts.queries';

/** How far before its sending an order may be dated by the venue's clock. */
const CLOCKS = 5 * MINUTE;

/** What the venue answered, or the refusal that it did not. */
async function asked<T>(question: () => Promise<T>): Promise<T | Refused> {
	try {
		return await question();
	} catch (error) {
		return refuse('VENUE_NO_ANSWER', { observed: messageOf(error) });
	}
}

/**
 * Whether the venue may still turn up with the order by itself: while its lookups go on, or before
 * the last of them would have been.
 */
function tooYoung({ kernel }: OrderDeps, order: Order): Refused | null {
	const { lookupSeconds } = kernel.rules.policy.orders;
	const until = Math.max(...lookupSeconds);
	const age = kernel.clock.now() - (order.submittingAt ?? order.createdAt);
	return age < until * SECOND ? refuse('ORDER_TOO_YOUNG', { until_s: until }) : null;
}

/** Every order of the symbol that the venue lists since about when ours was sent. */
async function listed(deps: OrderDeps, order: Order): Promise<readonly VenueOrder[] | Refused> {
	const exchange = deps.exchanges.for(order.venue);
	const since = (order.submittingAt ?? order.createdAt) - CLOCKS;
	return asked(async () => {
		const open = await exchange.openOrders(order.accountId);
		const recent = await exchange.recentOrders(order.accountId, { symbol: order.symbol, since });
		return [...open.filter(({ symbol }) => symbol === order.symbol), ...recent];
	});
}

/** An order of the list that could be ours: nobody else's in our books, and just like it. */
async function lookalike(
	{ kernel }: OrderDeps,
	order: Order,
	list: readonly VenueOrder[],
): Promise<VenueOrder | null> {
	const alike = list.filter(
		(venue) => venue.side === order.side && eq(venue.quantity, order.quantity) && venue.type === order.type,
	);
	const { conn } = kernel;
	const names = alike.map((venue) => venue.clientOrderId).filter((name) => name !== '');
	const known = new Set([
		...(await ordersByClientIds(conn, order.accountId, names)).map((each) => each.venueOrderId),
		...(await ordersByVenueIds(conn, order.accountId, order.symbol, alike.map((each) => each.venueOrderId)))
			.map((each) => each.venueOrderId),
	]);
	return alike.find((venue) => !known.has(venue.venueOrderId)) ?? null;
}

/**
 * A person says that the venue never had the order. Refused while it may still turn up, while the
 * venue does not answer, when it has the order after all (then that is booked), and when it lists
 * one just like it that nobody else has made.
 */
export async function endAbsent(
	deps: OrderDeps,
	order: Order,
	actor: string,
): Promise<Order | Refused> {
	const { kernel, exchanges } = deps;
	const young = tooYoung(deps, order);
	if (young !== null) return young;
	const { accountId, clientOrderId, symbol } = order;
	const report = await asked(async () => exchanges.for(order.venue).lookup(accountId, clientOrderId, symbol));
	if (isRefused(report)) return report;
	if (report !== null) {
		const booked = await bookVenueReport(deps, order, report);
		return refuse('ORDER_AT_VENUE', { state: booked.state });
	}
	const list = await listed(deps, order);
	if (isRefused(list)) return list;
	const other = await lookalike(deps, order, list);
	if (other !== null) {
		const difference = 'it looks just like ours; resolve the issue as found, or look who made it';
		return refuse('VENUE_ORDER_DIFFERS', { observed: other.venueOrderId, difference });
	}
	const change = { code: 'VENUE_NOT_FOUND', message: `${actor} looked at the venue: it is not there.` };
	return kernel.transaction(async (trx) =>
		applyEvent(trx, kernel, order, 'Fail', change, { detail: actor, onlyFrom: ['UNKNOWN'] }),
	);
}

function difference(order: Order, venue: VenueOrder): string | null {
	if (venue.symbol !== order.symbol) return `symbol ${venue.symbol}`;
	if (venue.side !== order.side) return `side ${venue.side}`;
	if (!eq(venue.quantity, order.quantity)) return `quantity ${venue.quantity} in place of ${order.quantity}`;
	return null;
}

/** A person says which order at the venue is ours: what the venue tells of it is booked. */
export async function bookFound(
	deps: OrderDeps,
	order: Order,
	venueOrderId: string,
): Promise<Order | Refused> {
	const { kernel, exchanges } = deps;
	const list = await listed(deps, order);
	if (isRefused(list)) return list;
	const venue = list.filter((each) => each.venueOrderId === venueOrderId).at(-1);
	if (venue === undefined) {
		return refuse('VENUE_ORDER_NOT_FOUND', { observed: venueOrderId, symbol: order.symbol });
	}
	const differs = difference(order, venue);
	if (differs !== null) return refuse('VENUE_ORDER_DIFFERS', { observed: venueOrderId, difference: differs });
	const [taken] = (await ordersByVenueIds(kernel.conn, order.accountId, order.symbol, [venueOrderId]))
		.filter(({ id }) => id !== order.id);
	if (taken !== undefined) {
		return refuse('VENUE_ORDER_TAKEN', { observed: venueOrderId, client_order_id: taken.clientOrderId });
	}
	const account = await findAccount(kernel.conn, order.accountId);
	const since = Math.max(account?.createdAt ?? 0, (order.submittingAt ?? order.createdAt) - CLOCKS);
	const fills = await asked(async () =>
		exchanges.for(order.venue).fills(order.accountId, { symbol: order.symbol, since }),
	);
	if (isRefused(fills)) return fills;
	const report: VenueReport = {
		order: venue,
		fills: fills.filter((fill) => fill.venueOrderId === venueOrderId),
	};
	return bookVenueReport(deps, order, report);
}
