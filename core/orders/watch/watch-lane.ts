import type { VenueReport } from '../../exchange';
import {
	gt, isRefused, isZero, floorToStep, SECOND, type AccountId,
} from '../../model';
import { bookVenueReport } from '../booking/book';
import { cancelAtVenue } from '../sending/cancel';
import { cancelEntryOf } from '../exits/close';
import { ENGINE_ACTOR, type OrderDeps } from '../deps';
import type { ExitWish } from '../exits/exit-order';
import { exitTrade } from '../exits/exit-trade';
import { dueExits } from '../exits/exits';
import { forEach } from '../for-each';
import type { Order } from '../order';
import { statusEvent } from '../booking/order-update';
import { openQuantity } from '../booking/positions';
import { lostTooMuch, noteTooMuchLost, type TooMuchLost } from './position-loss';
import type { See, Seen } from './prices';
import { noteVanished } from '../protection/stop-audit';
import { syncStops } from '../protection/stop-sync';
import type { Exit } from '../trade';
import { tightenExits } from '../exits/tighten';
import type { Unreadable } from './unreadable';
import type { VenueHealth } from './venue-health';
import { noteBreach, watchedTrades, type WatchedTrade } from './watch.queries';

/** Exits sent at the same time: all accounts of the paper venue share one lane, and each waits. */
const EXITS_AT_ONCE = 16;

/** What one look at some trades did. */
export interface LaneResult {
	/** Trades looked at. */
	readonly watched: number;
	/** Exit orders sent. */
	readonly exits: number;
	/** Working orders with news from the venue. */
	readonly updated: number;
}

/** What one lane of the watch looks at, and with what. */
export interface LaneView {
	readonly venue: string;
	/** Null: all accounts of the venue. */
	readonly accountId: AccountId | null;
	readonly orders: readonly Order[];
	readonly health: VenueHealth;
	readonly unreadable: Unreadable;
	readonly see: See;
}

function hasNews(order: Order, report: VenueReport): boolean {
	if (gt(report.order.filledQuantity, order.filledQuantity)) return true;
	return statusEvent(order, report.order) !== null;
}

/** Whoever asked for the cancel has had time for it: it was not answered, or the process died. */
function isForgotten({ kernel }: OrderDeps, order: Order): boolean {
	const { sendWithinSeconds } = kernel.rules.policy.orders;
	return kernel.clock.now() - order.updatedAt >= sendWithinSeconds * SECOND;
}

/** Asks the venue once about the lane's orders, books the news, repeats cancels without answer. */
async function poll(deps: OrderDeps, lane: LaneView): Promise<number> {
	const { venue, accountId, orders, health, unreadable } = lane;
	if (orders.length === 0) return 0;
	let reports: readonly VenueReport[];
	let asked = true;
	const failed = new Map<string, unknown>();
	try {
		reports = await deps.exchanges.for(venue).reports(orders, {
			failed: ({ clientOrderId }, error) => failed.set(clientOrderId, error),
			notAsked: () => (asked = false),
		});
		if (asked) health.answered(venue, accountId);
	} catch (error) {
		// What is held is watched all the same: prices come from elsewhere.
		await health.failed(venue, accountId, error);
		return 0;
	}
	const byId = new Map(reports.map((report) => [report.order.clientOrderId, report]));
	let updated = 0;
	const news: (readonly [before: Order, after: Order])[] = [];
	await forEach(deps, orders, async (order) => {
		const report = byId.get(order.clientOrderId);
		if (report !== undefined) await unreadable.told(order);
		else if (failed.has(order.clientOrderId)) {
			await unreadable.failed(order, failed.get(order.clientOrderId));
		}
		if (report !== undefined && hasNews(order, report)) {
			updated++;
			const booked = await bookVenueReport(deps, order, report);
			news.push([order, booked]);
		} else if (order.pending === 'cancel' && isForgotten(deps, order)) {
			await cancelAtVenue(deps, order);
		}
	});
	// Once all is booked: a stop whose target has filled was not taken away.
	for (const [before, after] of news) await noteVanished(deps, before, after);
	return updated;
}

/** An exit that rests at the venue and is hit has this long, ms, to fill there. */
function graceLeft(exit: Exit, now: number, graceMs: number): boolean {
	if (exit.emulated) return false;
	return exit.breachedAt === null || now - exit.breachedAt < graceMs;
}

interface Decision {
	readonly wishes: readonly ExitWish[];
	/** Its loss alone ends the trade; null: it does not. */
	readonly lost: TooMuchLost | null;
	/** Resting exits that are beyond their price since this look, or are no more. */
	readonly breaches: readonly { readonly exit: Exit; readonly at: number | null }[];
}

function breachesOf({ exits }: WatchedTrade, due: readonly Exit[], now: number): Decision['breaches'] {
	return exits
		.filter((exit) => !exit.emulated && due.includes(exit) !== (exit.breachedAt !== null))
		.map((exit) => ({ exit, at: due.includes(exit) ? now : null }));
}

function decide(deps: OrderDeps, each: WatchedTrade, { market, quote }: Seen, now: number): Decision {
	const { trade, exits } = each;
	const none: Decision = { wishes: [], lost: null, breaches: [] };
	const open = openQuantity(trade);
	if (isZero(open)) return none;
	const close = { kind: 'close', actor: trade.closeActor ?? ENGINE_ACTOR, again: true } as const;
	if (trade.closeReason !== null) return { ...none, wishes: [close] };
	if (market !== null && isZero(floorToStep(open, market.quantityStep))) {
		return { ...none, wishes: [{ kind: 'dust' }] };
	}
	if (quote === null) return none;
	const { risk, protection } = deps.kernel.rules.policy;
	const due = dueExits(trade.side, exits, quote, now);
	const breaches = breachesOf(each, due, now);
	const lost = lostTooMuch(trade, quote, each.equity, risk.positionLossPercent);
	if (due.length === 0 && lost !== null) return { wishes: [close], lost, breaches };
	const ripe = due.filter((exit) => !graceLeft(exit, now, protection.stopGraceSeconds * SECOND));
	return { ...none, wishes: ripe.map(({ id }) => ({ kind: 'planned', exitId: id })), breaches };
}

/** A trade whose entry may still fill although it should not grow any more. */
function mustStopGrowing({ trade }: WatchedTrade, wishes: readonly ExitWish[]): boolean {
	const partial = gt(trade.plannedQuantity, trade.enteredQuantity);
	const leaves = wishes.some(({ kind }) => kind !== 'dust');
	return partial && (leaves || trade.closeReason !== null || trade.state === 'CLOSING');
}

/** Sends what the quotes ask for. @returns how many exits were sent */
async function exitWhatIsDue(
	deps: OrderDeps,
	lane: LaneView,
	watched: readonly WatchedTrade[],
): Promise<number> {
	let sent = 0;
	const trades = watched.map((each) => ({ ...each, id: each.trade.id }));
	const views = new Map<string, Seen>();
	await Promise.all(
		trades.map(async ({ trade }) =>
			views.set(trade.symbol, await lane.see(trade.venue, trade.symbol)),
		),
	);
	const now = deps.kernel.clock.now();
	const due = trades
		.map((each) => {
			const seen = views.get(each.trade.symbol) ?? { market: null, quote: null };
			const decision = decide(deps, each, seen, now);
			return { ...each, ...decision, market: seen.market, shrink: mustStopGrowing(each, decision.wishes) };
		})
		.filter(({ wishes, breaches, shrink }) => wishes.length > 0 || breaches.length > 0 || shrink);
	await forEach(deps, due, async ({ trade, market, wishes, lost, breaches, shrink }) => {
		if (lost !== null) await noteTooMuchLost(deps, trade, lost);
		for (const { exit, at } of breaches) await noteBreach(deps.kernel.conn, exit.id, at);
		if (shrink) await cancelEntryOf(deps, trade, ENGINE_ACTOR);
		if (market === null) return;
		for (const wish of wishes) {
			const order = await exitTrade(deps, trade, wish, market);
			if (order !== null && !isRefused(order)) sent++;
		}
	}, EXITS_AT_ONCE);
	return sent;
}

/** One look at the trades and working orders of one account, or of all accounts of the paper venue. */
export async function watchLane(deps: OrderDeps, lane: LaneView): Promise<LaneResult> {
	const { venue, accountId } = lane;
	const updated = await poll(deps, lane);
	const open = await watchedTrades(deps.kernel.conn, { venue, accountId });
	const watched = await tightenExits(deps, open, lane.see, deps.kernel.clock.now());
	const exits = await exitWhatIsDue(deps, lane, watched);
	await syncStops(deps, lane, watched);
	return { watched: watched.length, exits, updated };
}
