import type { Kernel, Trx } from '../../db';
import {
	abs, div, FirecontrolError, gt, HUNDRED, isZero, mul, sub, type Decimal,
} from '../../model';
import { announceClosed, announceOpened, raiseIssue } from './announce';
import { backOff } from '../back-off';
import type { Booking } from './booking';
import { settleIssue } from '../issues/issues.repository';
import type { Order } from '../order';
import { isTerminal } from '../order-state';
import { judgeOutcome } from './outcome';
import { entryOrdersOf } from '../orders.queries';
import { exitPrice, openQuantity } from './positions';
import { isResting, isRestingStop, isRestingTarget } from '../protection/protection';
import { releaseOfTrade } from '../entries/reservations.repository';
import type { Exit, ExitReason, Trade } from '../trade';
import { cancelExits, exitsOfTrade, saveExit, saveTrade } from '../trades.repository';

async function entryIsOver(trx: Trx, order: Order, trade: Trade): Promise<boolean> {
	if (order.leg === 'entry') {
		if (!isTerminal(order.state)) return false;
		// One whose late fill joined another trade says nothing of that one's own entry.
		const own = order.ticketId === trade.ticketId;
		if (own && order.replaces === null && order.replacedBy === null) return true;
	}
	const entries = await entryOrdersOf(trx, trade.id);
	return entries.every((entry) => entry.id === order.id || isTerminal(entry.state));
}

/** What an exit's fill says about why its trade ended. */
export function exitReasonOf(order: Pick<Order, 'reason'>): ExitReason {
	return order.reason === 'signal' ? 'engine' : order.reason;
}

/** How a trade ended. */
export interface TradeEnd {
	readonly reason: ExitReason;
	/** Price of the last of it, for judging whether the stop was honoured. */
	readonly lastPrice: Decimal;
	readonly closedAt: number;
	/** The account's. */
	readonly currency: string;
	readonly actor: string;
}

/** What was wrong with the exits of a trade ends with the trade. */
async function settleExitIssues(trx: Trx, kernel: Kernel, trade: Trade): Promise<void> {
	const { accountId, symbol } = trade;
	const resolution = 'the trade is over';
	for (const kind of ['EXIT_FAILED', 'MISSING_STOP'] as const) {
		await settleIssue(trx, kernel, { accountId, symbol, kind }, { resolution });
	}
}

/** Closes a trade of which nothing is open any more: judges it, ends its plan, tells of it. */
export async function endTrade(
	trx: Trx,
	kernel: Kernel,
	trade: Trade,
	{ reason, lastPrice, closedAt, currency, actor }: TradeEnd,
): Promise<Trade> {
	const { slippageAlertPercent } = kernel.rules.policy.risk;
	const closed: Trade = { ...trade, state: 'CLOSED', exitReason: reason, closedAt };
	const judged: Trade = { ...closed, ...judgeOutcome(closed, reason, lastPrice, slippageAlertPercent) };
	await cancelExits(trx, trade.id, kernel.clock.now());
	await settleExitIssues(trx, kernel, trade);
	await saveTrade(trx, judged);
	await announceClosed(trx, kernel, judged, currency, actor);
	return judged;
}

/** The end of a trade by the order that is being booked. */
function endBy(booking: Booking, trade: Trade, order: Order): TradeEnd {
	// An order that ended without filling now only let the trade end; others have closed it.
	const byThis = order.leg !== 'entry' && booking.filledAt !== null;
	const lastPrice = byThis ? order.averagePrice : exitPrice(trade);
	if (lastPrice === null) {
		throw new FirecontrolError('EXIT_WITHOUT_PRICE', `The trade ${trade.id} closed without a fill.`);
	}
	return {
		reason: byThis ? exitReasonOf(order) : (trade.exitReason ?? 'engine'),
		lastPrice,
		closedAt: booking.filledAt ?? booking.kernel.clock.now(),
		currency: booking.account.currency,
		actor: order.actor,
	};
}

/** The exit whose order this was, after that order ended: done, or watched again after a while. */
function rearmed(exit: Exit, order: Order, now: number): Exit {
	const done = order.state === 'FILLED' && exit.kind === 'target';
	if (done) return { ...exit, state: 'DONE', updatedAt: now };
	const wait = order.state === 'FILLED' ? 0 : backOff(exit.attempts);
	return { ...exit, state: 'ACTIVE', nextAt: now + wait, updatedAt: now };
}

/** Whether the order ended without anything being wrong: the other half of a pair expires. */
function tookAway(order: Order): boolean {
	return order.state === 'CANCELLED' || (order.state === 'EXPIRED' && isResting(order));
}

/** The exit whose resting order is over: the engine alone watches it until the next one rests. */
function disarmed(exit: Exit, order: Order, now: number): Exit {
	const kept = { ...exit, emulated: true, breachedAt: null, updatedAt: now };
	if (order.state === 'FILLED') return exit.kind === 'target' ? { ...kept, state: 'DONE' } : kept;
	// A pair that the venue refused is not asked for again; one that never arrived is.
	const refused = exit.kind === 'stop' || order.state === 'REJECTED';
	if (tookAway(order) || !refused) return kept;
	const armFailures = exit.armFailures + 1;
	return { ...kept, armFailures, armAt: now + backOff(armFailures) };
}

async function settleExit(trx: Trx, kernel: Kernel, order: Order, trade: Trade): Promise<void> {
	if (order.leg === 'entry' || !isTerminal(order.state)) return;
	const exits = await exitsOfTrade(trx, trade.id);
	const now = kernel.clock.now();
	const exit = exits.find((each) => each.orderId === order.id && each.state === 'WORKING');
	if (exit !== undefined) await saveExit(trx, rearmed(exit, order, now));
	const rested = isRestingStop(order)
		? exits.find((each) => each.kind === 'stop')
		: exits.find((each) => isRestingTarget(order) && each.orderId === order.id && each.state === 'ACTIVE');
	if (rested !== undefined) await saveExit(trx, disarmed(rested, order, now));
	if (order.state === 'FILLED') {
		const { accountId, symbol } = trade;
		await settleIssue(trx, kernel, { accountId, symbol, kind: 'EXIT_FAILED' });
	}
	// The stop of its pair tells of a target that the venue did not take.
	if (order.state === 'FILLED' || tookAway(order) || isRestingTarget(order)) return;
	await raiseIssue(trx, kernel, order, {
		code: 'EXIT_FAILED',
		message: `The exit (${order.leg}) of ${order.symbol} ended ${order.state}: ${order.message ?? 'no reason given'}. It is tried again.`,
		severity: 'critical',
	});
}

/** Tells of an entry that filled further from its reference than is normal. */
async function alertSlippage(trx: Trx, kernel: Kernel, order: Order): Promise<void> {
	if (order.leg !== 'entry' || order.type !== 'market' || order.state !== 'FILLED') return;
	const { averagePrice: price, referencePrice: reference } = order;
	if (price === null || reference === null || isZero(reference)) return;
	const percent = mul(div(abs(sub(price, reference)), reference), HUNDRED);
	const limit = kernel.rules.policy.risk.slippageAlertPercent;
	if (!gt(percent, limit)) return;
	await raiseIssue(trx, kernel, order, {
		code: 'SLIPPAGE',
		message: `${order.symbol} filled at ${price}, more than ${limit} % from the ${reference} it was judged at.`,
		severity: 'high',
	});
}

/**
 * Brings the trade in line with its order's fills and end, in the same transaction: opens it with
 * the first fill, closes it with the last one, frees what it held back, watches failed exits again.
 */
export async function settleTrade(trx: Trx, booking: Booking, loaded: Trade): Promise<void> {
	const { kernel } = booking;
	const { order } = booking.moving;
	const over = loaded.state === 'CLOSED' || loaded.state === 'CANCELLED';
	// An order of it that ends later, such as the stop that rested beside the last target.
	if (over && booking.filledAt === null) return;
	const entryOver = await entryIsOver(trx, order, loaded);
	const nothingEntered = isZero(loaded.enteredQuantity);
	const flat = isZero(openQuantity(loaded));
	let trade = loaded;
	if (order.tradeId !== trade.id) {
		booking.moving = { ...booking.moving, order: { ...order, tradeId: trade.id } };
	}
	if (entryOver) await releaseOfTrade(trx, kernel, trade.id);
	if (nothingEntered && entryOver) {
		trade = { ...trade, state: 'CANCELLED', closedAt: kernel.clock.now() };
		await cancelExits(trx, trade.id, kernel.clock.now());
	}
	if (trade.openedAt === null && !nothingEntered) {
		trade = { ...trade, state: 'OPEN', openedAt: booking.filledAt ?? kernel.clock.now() };
		await alertSlippage(trx, kernel, order);
		await announceOpened(trx, kernel, trade, await exitsOfTrade(trx, trade.id), order.actor);
	}
	if (!nothingEntered && flat) {
		if (entryOver) {
			await endTrade(trx, kernel, trade, endBy(booking, trade, order));
			return;
		}
		// The entry may still fill: the trade ends when that is cancelled.
		const byThis = order.leg !== 'entry' && booking.filledAt !== null;
		const reason = byThis ? exitReasonOf(order) : trade.exitReason;
		trade = { ...trade, state: 'CLOSING', exitReason: reason };
	} else if (!nothingEntered) {
		await settleExit(trx, kernel, order, trade);
		const exitEnded = order.leg !== 'entry' && isTerminal(order.state) && !isResting(order);
		if (exitEnded) trade = { ...trade, state: 'OPEN' };
	}
	await saveTrade(trx, trade);
}
