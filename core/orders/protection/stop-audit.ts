import type { VenueOrder } from '../../exchange';
import { eq, isZero, messageOf, type AccountId, type TradeId } from '../../model';
import { applyEvent } from '../booking/apply';
import { bookVenueReport } from '../booking/book';
import { isAtVenue } from '../sending/cancel';
import type { OrderDeps } from '../deps';
import { forEach } from '../for-each';
import { groupBy } from '../group';
import { openIssuesOf } from '../issues/issues.queries';
import { settleIssue, upsertIssue } from '../issues/issues.repository';
import type { Order } from '../order';
import { isTerminal } from '../order-state';
import { ordersOfTrade, workingOrders } from '../orders.queries';
import { protectTrade } from './protect';
import { exitsBesideStop, isRestingStop, isRestingTarget, stopWanted } from './protection';
import type { Trade } from '../trade';
import { findTrade } from '../trades.repository';
import { noteVenueFailure } from '../watch/venue-health';
import { openPlaces, watchedTrades, type WatchedTrade } from '../watch/watch.queries';

/** Accounts audited at the same time. */
const AT_ONCE = 8;

/** What an audit found. */
export interface StopAudit {
	/** Trades that should have a stop at their venue. */
	readonly guarded: number;
	/** Of them, those whose stop was not there. */
	readonly missing: number;
	/** Accounts whose venue did not answer: nothing is concluded about them. */
	readonly skipped: number;
}

type Missing = Pick<Trade, 'accountId' | 'signalId' | 'symbol'>;

async function raiseMissing(
	{ kernel }: OrderDeps,
	trade: Missing,
	wanted: string,
	detail: string,
): Promise<void> {
	const { accountId, symbol, signalId } = trade;
	await kernel.transaction(async (trx) =>
		upsertIssue(trx, kernel, {
			accountId, symbol, signalId, kind: 'MISSING_STOP', severity: 'critical', ours: wanted,
			venue: null, detail,
		}),
	);
}

/** Whether the stop's trade is over, or the target that it was paired with has filled. */
async function endedByItself({ kernel }: OrderDeps, stop: Order, tradeId: TradeId): Promise<boolean> {
	const trade = await findTrade(kernel.conn, tradeId);
	if (trade === null || trade.state === 'CLOSED') return true;
	return (await ordersOfTrade(kernel.conn, tradeId)).some(
		(order) =>
			isRestingTarget(order) && order.ocoGroup === stop.ocoGroup && !isZero(order.filledQuantity),
	);
}

/** A stop that ended at the venue although nobody here asked for it: somebody took it away. */
export async function noteVanished(deps: OrderDeps, before: Order, after: Order): Promise<void> {
	const gone = after.state === 'CANCELLED' || after.state === 'EXPIRED';
	if (!isRestingStop(before) || before.pending === 'cancel' || !gone) return;
	if (before.tradeId === null || (await endedByItself(deps, before, before.tradeId))) return;
	const wanted = `${before.quantity} at ${before.triggerPrice ?? '?'}`;
	const detail = `The protective stop of ${before.symbol} (${wanted}) is gone from ${before.venue}; nobody here cancelled it. A new one is placed, and the engine watches meanwhile.`;
	await raiseMissing(deps, before, wanted, detail);
}

function restsAsWanted(order: Order, venue: VenueOrder | undefined): boolean {
	if (venue === undefined || venue.triggerPrice === null || order.triggerPrice === null) return false;
	return eq(venue.triggerPrice, order.triggerPrice) && eq(venue.quantity, order.quantity);
}

/** What became of a stop that the venue does not list: its own report says, or there is none. */
async function settleAbsent(deps: OrderDeps, order: Order): Promise<Order> {
	const { kernel, exchanges } = deps;
	const exchange = exchanges.for(order.venue);
	const { accountId, clientOrderId, symbol } = order;
	const report = await exchange.lookup(accountId, clientOrderId, symbol);
	if (report !== null) return bookVenueReport(deps, order, report);
	if (!exchange.capabilities.clientIdLookup) return order;
	const detail = 'the venue neither lists nor knows it';
	return kernel.transaction(async (trx) =>
		applyEvent(trx, kernel, order, 'Cancel', {}, { detail, onlyFrom: ['SUBMITTED', 'OPEN', 'TRIGGERED'] }),
	);
}

/** Audits one trade. @returns whether its stop was missing */
async function auditTrade(
	deps: OrderDeps,
	{ trade, exits }: WatchedTrade,
	working: readonly Order[],
	listed: ReadonlyMap<string, VenueOrder>,
): Promise<boolean | null> {
	const { kernel, exchanges } = deps;
	const market = await exchanges.for(trade.venue).resolve(trade.symbol);
	if (market === null) return null;
	const stop = exits.find((exit) => exit.kind === 'stop') ?? null;
	const venueGuards = exitsBesideStop(exchanges.for(trade.venue).capabilities);
	const wanted = stopWanted({ trade, stop, target: null, working, market, venueGuards });
	if (wanted === null) return null;
	const resting = working.filter(isRestingStop);
	const present = resting.some((order) => restsAsWanted(order, listed.get(order.clientOrderId)));
	if (!present) {
		for (const order of resting.filter(({ state }) => isAtVenue(state))) {
			const after = await settleAbsent(deps, order);
			// Filled, or on its way there: it was not missing.
			if (after.state === 'FILLED' || after.state === 'PARTIALLY_FILLED') return false;
		}
		// The watch may have replaced it between our question and the venue's answer.
		const seen = new Set(resting.map(({ id }) => id));
		const now = await workingOrders(kernel.conn, trade);
		if (now.some((order) => isRestingStop(order) && !seen.has(order.id))) return false;
		const text = `${wanted.quantity} at ${wanted.triggerPrice}`;
		const detail = `The protective stop of ${trade.symbol} (${text}) does not rest at ${trade.venue}. It is placed again, and the engine watches meanwhile.`;
		await raiseMissing(deps, trade, text, detail);
	}
	await protectTrade(deps, trade);
	if (present) {
		const { accountId, symbol } = trade;
		await kernel.transaction(async (trx) =>
			settleIssue(trx, kernel, { accountId, symbol, kind: 'MISSING_STOP' }),
		);
	}
	return !present;
}

/** Issues of trades that are over say nothing any more. */
async function settleGone(
	{ kernel }: OrderDeps,
	accountId: AccountId,
	watched: readonly WatchedTrade[],
): Promise<void> {
	const open = new Set(watched.map(({ trade }) => trade.symbol));
	for (const { symbol } of await openIssuesOf(kernel.conn, accountId, ['MISSING_STOP'])) {
		if (symbol !== null && open.has(symbol)) continue;
		await kernel.transaction(async (trx) =>
			settleIssue(trx, kernel, { accountId, symbol, kind: 'MISSING_STOP' }, { resolution: 'the trade is over' }),
		);
	}
}

/**
 * Compares the stops that should rest at the venues with the orders the venues list. What is missing
 * is told of and placed again. A venue that does not answer is skipped: no answer is not "none".
 */
export async function auditStops(deps: OrderDeps): Promise<StopAudit> {
	const { kernel, exchanges } = deps;
	const found = { guarded: 0, missing: 0, skipped: 0 };
	const places = (await openPlaces(kernel.conn)).map((place) => ({ ...place, id: place.accountId }));
	await forEach(deps, places, async ({ venue, accountId }) => {
		if (!exchanges.for(venue).capabilities.restingStop) return;
		const watched = await watchedTrades(kernel.conn, { venue, accountId });
		const working = (await workingOrders(kernel.conn, { accountId })).filter(
			(order) => order.reduceOnly && !isTerminal(order.state),
		);
		let listed: Map<string, VenueOrder>;
		try {
			const symbols = [...new Set(watched.map(({ trade }) => trade.symbol))];
			const orders = await exchanges.for(venue).openOrders(accountId, symbols);
			listed = new Map(orders.map((order) => [order.clientOrderId, order]));
		} catch (error) {
			found.skipped++;
			await noteVenueFailure(kernel, { accountId, venue }, error);
			kernel.log.warn('Stops could not be audited; it is tried again.', {
				venue,
				account_id: accountId,
				error: messageOf(error),
			});
			return;
		}
		const byTrade = groupBy(working, (order) => order.tradeId);
		for (const each of watched) {
			const missing = await auditTrade(deps, each, byTrade.get(each.trade.id) ?? [], listed);
			if (missing === null) continue;
			found.guarded++;
			if (missing) found.missing++;
		}
		await settleGone(deps, accountId, watched);
	}, AT_ONCE);
	return found;
}
