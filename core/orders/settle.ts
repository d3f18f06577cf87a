import type { Kernel, Trx } from '../db';
import { abs, div, FirecontrolError, gt, HUNDRED, isZero, mul, sub } from '../model';
import { announceClosed, announceOpened, raiseIssue } from './announce';
import { backOff } from './back-off';
import type { Booking } from './booking';
import type { Order } from './order';
import { isTerminal } from './order-state';
import { judgeOutcome } from './outcome';
import { entryOrderOf } from './orders.queries';
import { exitPrice, openQuantity } from './positions';
import { releaseOfTrade } from './reservations.repository';
import type { Exit, ExitReason, Trade } from './trade';
import { cancelExits, exitsOfTrade, saveExit, saveTrade } from './trades.repository';

async function entryIsOver(trx: Trx, order: Order, trade: Trade): Promise<boolean> {
	if (order.leg === 'entry') return isTerminal(order.state);
	const entry = await entryOrderOf(trx, trade.id);
	return entry === null || isTerminal(entry.state);
}

function exitReasonOf(order: Order): ExitReason {
	return order.reason === 'signal' ? 'engine' : order.reason;
}

function finished(booking: Booking, trade: Trade, order: Order): Trade {
	const reason = order.leg === 'entry' ? (trade.exitReason ?? 'engine') : exitReasonOf(order);
	const { slippageAlertPercent } = booking.kernel.rules.policy.risk;
	const last = order.leg === 'entry' ? exitPrice(trade) : order.averagePrice;
	if (last === null) {
		throw new FirecontrolError('EXIT_WITHOUT_PRICE', `The trade ${trade.id} closed without a fill.`);
	}
	const closed: Trade = {
		...trade,
		state: 'CLOSED',
		exitReason: reason,
		closedAt: booking.filledAt ?? booking.kernel.clock.now(),
	};
	return { ...closed, ...judgeOutcome(closed, reason, last, slippageAlertPercent) };
}

/** The exit whose order this was, after that order ended: done, or watched again after a while. */
function rearmed(exit: Exit, order: Order, now: number): Exit {
	const done = order.state === 'FILLED' && exit.kind === 'target';
	if (done) return { ...exit, state: 'DONE', updatedAt: now };
	const wait = order.state === 'FILLED' ? 0 : backOff(exit.attempts);
	return { ...exit, state: 'ACTIVE', nextAt: now + wait, updatedAt: now };
}

async function settleExit(trx: Trx, kernel: Kernel, order: Order, trade: Trade): Promise<void> {
	if (order.leg === 'entry' || !isTerminal(order.state)) return;
	const exits = await exitsOfTrade(trx, trade.id);
	const exit = exits.find((each) => each.orderId === order.id && each.state === 'WORKING');
	if (exit !== undefined) await saveExit(trx, rearmed(exit, order, kernel.clock.now()));
	if (order.state === 'FILLED' || order.state === 'CANCELLED') return;
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

async function finish(trx: Trx, booking: Booking, trade: Trade, order: Order): Promise<Trade> {
	const { kernel, account } = booking;
	const closed = finished(booking, trade, order);
	await cancelExits(trx, trade.id, kernel.clock.now());
	await announceClosed(trx, kernel, closed, account.currency, order.actor);
	return closed;
}

/**
 * Brings the trade in line with its order's fills and end, in the same transaction: opens it with
 * the first fill, closes it with the last one, frees what it held back, watches failed exits again.
 */
export async function settleTrade(trx: Trx, booking: Booking, loaded: Trade): Promise<void> {
	const { kernel } = booking;
	const { order } = booking.moving;
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
		// The entry may still fill: the trade ends when that is cancelled.
		const reason = order.leg === 'entry' ? trade.exitReason : exitReasonOf(order);
		trade = entryOver
			? await finish(trx, booking, trade, order)
			: { ...trade, state: 'CLOSING', exitReason: reason };
	} else if (!nothingEntered) {
		await settleExit(trx, kernel, order, trade);
		const exitEnded = order.leg !== 'entry' && isTerminal(order.state);
		if (exitEnded) trade = { ...trade, state: 'OPEN' };
	}
	await saveTrade(trx, trade);
}
