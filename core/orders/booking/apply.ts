import type { Kernel, Trx } from '../../db';
import type { VenueFill, VenueReport } from '../../exchange';
import { bookCash, lockAccount } from '../../members';
import type { AccountId } from '../../model';
import { add, newId, ZERO } from '../../model';
import { announceOrder, raiseIssue } from './announce';
import type { Booking } from './booking';
import { NO_RATES, type FeeRates } from './fee-rates';
import { tradeForFill } from './late-fill';
import type { Order } from '../order';
import { isTerminal, type OrderEvent, type OrderState } from '../order-state';
import { acknowledge, countFill, move, statusChange, statusEvent, type OrderChange } from './order-update';
import { appendSteps, joinTrade, lockOrder, saveOrder } from '../orders.repository';
import { baseFee, bookFill, feeInCurrency } from './positions';
import { settleTrade } from './settle';
import type { Position } from '../trade';
import { findPosition, getTrade, insertFill, isBooked, savePosition } from '../trades.repository';

/** Names an order together with the account whose lock comes before the order's. */
export type OrderHandle = Pick<Order, 'accountId' | 'id'>;

async function open(trx: Trx, kernel: Kernel, handle: OrderHandle): Promise<Booking> {
	const account = await lockAccount(trx, handle.accountId);
	const before = await lockOrder(trx, handle.id);
	return {
		kernel,
		account,
		before,
		moving: { order: before, steps: [] },
		trade: null,
		position: null,
		cashDelta: ZERO,
		realisedNet: ZERO,
		results: [],
		filledAt: null,
	};
}

const emptyPosition = (accountId: AccountId, symbol: string): Position => ({
	accountId,
	symbol,
	quantity: ZERO,
	cost: ZERO,
	tradeId: null,
	updatedAt: 0,
});

async function bookOne(
	trx: Trx,
	booking: Booking,
	fill: VenueFill,
	rates: FeeRates,
): Promise<void> {
	const { kernel, account } = booking;
	const { order } = booking.moving;
	// A fill that is told once more must not look for a trade: its own may be over meanwhile.
	const { accountId } = order;
	const { venueTradeId } = fill;
	if (booking.trade === null && (await isBooked(trx, { accountId, venueTradeId }))) return;
	booking.trade ??= await tradeForFill(trx, kernel, order);
	const { trade } = booking;
	const isNew = await insertFill(trx, {
		id: newId('fil', kernel.clock, kernel.rng),
		accountId: order.accountId,
		orderId: order.id,
		tradeId: trade.id,
		venueTradeId: fill.venueTradeId,
		symbol: order.symbol,
		side: order.side,
		quantity: fill.quantity,
		price: fill.price,
		fee: fill.fee,
		feeCurrency: fill.feeCurrency,
		at: fill.at,
	});
	if (!isNew) return;
	const fee = feeInCurrency({ ...fill, symbol: order.symbol }, account.currency, rates);
	if (fee === null) await reportForeignFee(trx, kernel, order, fill);
	const counted = { quantity: fill.quantity, price: fill.price, fee: fee ?? ZERO };
	booking.moving = countFill(booking.moving, counted, kernel.clock.now());
	booking.position ??=
		(await findPosition(trx, order.accountId, order.symbol)) ??
		emptyPosition(order.accountId, order.symbol);
	const booked = bookFill(
		trade,
		booking.position,
		{ ...counted, side: order.side, baseFee: baseFee({ ...fill, symbol: order.symbol, venue: order.venue }) },
		account.currency,
	);
	booking.trade = booked.trade;
	booking.position = booked.position;
	booking.cashDelta = add(booking.cashDelta, booked.cashDelta);
	booking.realisedNet = add(booking.realisedNet, booked.realisedNet);
	booking.results.push({ net: booked.realisedNet, at: fill.at });
	booking.filledAt = Math.max(fill.at, booking.filledAt ?? 0);
}

async function reportForeignFee(
	trx: Trx,
	kernel: Kernel,
	order: Order,
	fill: VenueFill,
): Promise<void> {
	await raiseIssue(trx, kernel, order, {
		code: 'FEE_CURRENCY_UNKNOWN',
		message: `A fee of ${fill.fee} ${fill.feeCurrency} has no price in the account's currency and was booked as 0.`,
		severity: 'high',
	});
}

async function close(trx: Trx, booking: Booking): Promise<Order> {
	const { kernel, before } = booking;
	const ended = isTerminal(booking.moving.order.state) && !isTerminal(before.state);
	if (booking.filledAt !== null || (ended && before.tradeId !== null)) {
		booking.trade ??= before.tradeId === null ? null : await getTrade(trx, before.tradeId);
		if (booking.trade !== null) await settleTrade(trx, booking, booking.trade);
	}
	const { order, steps } = booking.moving;
	if (booking.position !== null) {
		await savePosition(trx, { ...booking.position, updatedAt: kernel.clock.now() });
		const { cashDelta, realisedNet, results } = booking;
		await bookCash(trx, kernel, order.accountId, { cashDelta, realisedNet, results });
	}
	const changed = steps.length > 0 || order.venueOrderId !== before.venueOrderId;
	if (!changed) return before;
	await saveOrder(trx, order);
	const { tradeId } = order;
	if (tradeId !== null && tradeId !== before.tradeId) await joinTrade(trx, order.id, tradeId);
	await appendSteps(trx, order.id, steps);
	if (steps.length > 0) await announceOrder(trx, kernel, order, before.state);
	return order;
}

/**
 * Books what the venue reports of an order: its new executions, then its state. The same report
 * any number of times, late or out of order, changes nothing more.
 * @throws FirecontrolError `ORDER_TRANSITION`, `ORDER_OVERFILLED`, `EXIT_EXCEEDS_POSITION`
 */
export async function applyReport(
	trx: Trx,
	kernel: Kernel,
	handle: OrderHandle,
	report: VenueReport,
	rates: FeeRates = NO_RATES,
): Promise<Order> {
	const booking = await open(trx, kernel, handle);
	const now = kernel.clock.now();
	booking.moving = acknowledge(booking.moving, report.order, now);
	const inOrder = [...report.fills].sort((a, b) => a.at - b.at);
	for (const fill of inOrder) await bookOne(trx, booking, fill, rates);
	const event = statusEvent(booking.moving.order, report.order, now);
	if (event !== null) {
		const change = statusChange(booking.moving.order, report.order, event);
		booking.moving = move(booking.moving, event, now, change, report.order.message);
	}
	return close(trx, booking);
}

/**
 * Moves the order by an event that is no venue report: a refusal, a failure, a loss, a request.
 * With `onlyFrom`, an order that has gone on meanwhile stays as it is.
 */
export async function applyEvent(
	trx: Trx,
	kernel: Kernel,
	handle: OrderHandle,
	event: OrderEvent,
	change: OrderChange = {},
	options: { readonly detail?: string | null; readonly onlyFrom?: readonly OrderState[] } = {},
): Promise<Order> {
	const booking = await open(trx, kernel, handle);
	const { onlyFrom, detail = null } = options;
	if (onlyFrom !== undefined && !onlyFrom.includes(booking.before.state)) return booking.before;
	booking.moving = move(booking.moving, event, kernel.clock.now(), change, detail);
	return close(trx, booking);
}

