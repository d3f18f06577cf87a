import type { Market, Quote, VenueReport } from '../exchange';
import { gt, gte, HUNDRED, isRefused, isZero, mul, SECOND, sub, ZERO } from '../model';
import { bookReport } from './book';
import { cancelAtVenue, isAtVenue } from './cancel';
import { cancelEntryOf } from './close';
import { ENGINE_ACTOR, type OrderDeps } from './deps';
import { send } from './dispatch';
import { openExit, type ExitWish } from './exit-order';
import { closingPrice, dueExits } from './exits';
import { forEach } from './for-each';
import { groupBy } from './group';
import type { Order } from './order';
import { statusEvent } from './order-update';
import { workingOrders } from './orders.queries';
import { entryPrice, openQuantity } from './positions';
import type { Trade } from './trade';
import { watchedTrades, type WatchedTrade } from './watch.queries';

/** What one look did. */
export interface WatchResult {
	/** Trades looked at. */
	readonly watched: number;
	/** Exit orders sent. */
	readonly exits: number;
	/** Working orders with news from the venue. */
	readonly updated: number;
}

function hasNews(order: Order, report: VenueReport): boolean {
	if (gt(report.order.filledQuantity, order.filledQuantity)) return true;
	return statusEvent(order, report.order) !== null;
}

/** Asks each venue once about all working orders, books the news, repeats cancels without answer. */
async function pollWorking(deps: OrderDeps): Promise<number> {
	const { kernel, exchanges } = deps;
	const working = (await workingOrders(kernel.conn)).filter((order) => isAtVenue(order.state));
	const byVenue = groupBy(working, (order) => order.venue);
	let updated = 0;
	for (const [venue, orders] of byVenue) {
		const reports = await exchanges.for(venue).reports(orders);
		const byId = new Map(reports.map((report) => [report.order.clientOrderId, report]));
		await forEach(deps, orders, async (order) => {
			const report = byId.get(order.clientOrderId);
			if (report !== undefined && hasNews(order, report)) {
				updated++;
				await bookReport(kernel, order, report);
			} else if (order.pending === 'cancel') {
				await cancelAtVenue(deps, order);
			}
		});
	}
	return updated;
}

interface Seen {
	readonly market: Market | null;
	/** Null when there is none or it is too old to act on. */
	readonly quote: Quote | null;
}

/** One quote a venue and symbol, whatever the number of trades. */
async function look(deps: OrderDeps, trades: readonly Trade[]): Promise<Map<string, Seen>> {
	const { kernel, exchanges } = deps;
	const seen = new Map<string, Seen>();
	const maxAge = kernel.rules.policy.risk.quoteFreshSeconds * SECOND;
	for (const { venue, symbol } of trades) {
		const key = `${venue}|${symbol}`;
		if (seen.has(key)) continue;
		const market = await exchanges.for(venue).resolve(symbol);
		const quote = await exchanges.quotes.quote(venue, symbol);
		const fresh = quote !== null && kernel.clock.now() - quote.at <= maxAge;
		seen.set(key, { market, quote: fresh ? quote : null });
	}
	return seen;
}

/** Whether what is open of the trade has lost so much of the account that the engine ends it. */
function lostTooMuch({ trade, equity }: WatchedTrade, quote: Quote, percent: number): boolean {
	if (equity === null) return false;
	const value = mul(openQuantity(trade), closingPrice(trade.side, quote));
	const cost = mul(openQuantity(trade), entryPrice(trade) ?? ZERO);
	const loss = trade.side === 'buy' ? sub(cost, value) : sub(value, cost);
	return gte(mul(loss, HUNDRED), mul(equity, percent)) && gt(loss, ZERO);
}

function wishesOf(each: WatchedTrade, quote: Quote | null, now: number, percent: number): ExitWish[] {
	const { trade, exits } = each;
	if (isZero(openQuantity(trade))) return [];
	const close = { kind: 'close', actor: trade.closeActor ?? ENGINE_ACTOR, again: true } as const;
	if (trade.closeReason !== null) return [close];
	if (quote === null) return [];
	const due = dueExits(trade.side, exits, quote, now);
	if (due.length === 0 && lostTooMuch(each, quote, percent)) return [close];
	return due.map(({ id }) => ({ kind: 'planned', exitId: id }));
}

/** A trade whose entry may still fill although it should not grow any more. */
function mustStopGrowing({ trade }: WatchedTrade, wishes: readonly ExitWish[]): boolean {
	const partial = gt(trade.plannedQuantity, trade.enteredQuantity);
	return partial && (wishes.length > 0 || trade.closeReason !== null || trade.state === 'CLOSING');
}

/**
 * One look at every open trade: books news of working orders, then sends the exits that the quotes
 * hit. A few queries and one quote a symbol, whatever the number of trades; no transaction is held
 * over a venue call.
 */
export async function watch(deps: OrderDeps): Promise<WatchResult> {
	const { kernel } = deps;
	const updated = await pollWorking(deps);
	const watched = await watchedTrades(kernel.conn);
	const seen = await look(deps, watched.map(({ trade }) => trade));
	const now = kernel.clock.now();
	const { positionLossPercent } = kernel.rules.policy.risk;
	const due = watched
		.map((each) => {
			const { market = null, quote = null } = seen.get(`${each.trade.venue}|${each.trade.symbol}`) ?? {};
			const wishes = wishesOf(each, quote, now, positionLossPercent);
			return { id: each.trade.id, trade: each.trade, market, wishes, shrink: mustStopGrowing(each, wishes) };
		})
		.filter(({ wishes, shrink }) => wishes.length > 0 || shrink);
	let exits = 0;
	await forEach(deps, due, async ({ trade, market, wishes, shrink }) => {
		if (shrink) await cancelEntryOf(deps, trade, ENGINE_ACTOR);
		if (market === null) return;
		for (const wish of wishes) {
			const order = await kernel.transaction(async (trx) =>
				openExit(trx, deps, trade.id, wish, market),
			);
			if (order === null || isRefused(order)) continue;
			exits++;
			await send(deps, order);
		}
	});
	return { watched: watched.length, exits, updated };
}
