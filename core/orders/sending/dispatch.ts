import type { SubmitReport, SubmitRequest } from '../../exchange';
import { currentTier, findMember, lockAccount, memberDay } from '../../members';
import {
	FirecontrolError, isoTime, messageOf, MINUTE, reasonText, SECOND, type OrderId,
} from '../../model';
import { lockLatch, tradingStateFor } from '../../safety';
import type { Trx } from '../../db';
import { applyEvent } from '../booking/apply';
import { bookVenueReport } from '../booking/book';
import type { OrderDeps } from '../deps';
import type { Order } from '../order';
import { move, type OrderChange } from '../booking/order-update';
import { appendSteps, findOrder, lockOrder, saveOrder } from '../orders.repository';
import { venueTimeInForce } from '../entries/terms';
import { noteVenueFailure } from '../watch/venue-health';

/** Writes that the order is being sent; from this commit on the venue may have it. */
export async function submitting(
	trx: Trx,
	{ kernel }: OrderDeps,
	order: Order,
	change: OrderChange = {},
): Promise<Order> {
	const moved = move({ order, steps: [] }, 'Submit', kernel.clock.now(), change);
	await saveOrder(trx, moved.order);
	await appendSteps(trx, order.id, moved.steps);
	return moved.order;
}

interface Begun {
	readonly order: Order;
	/** Whether this call put the order to SUBMITTING, and so is the one that sends it. */
	readonly mine: boolean;
}

/** Why the trading state keeps an entry from going out, or null. Read under the latch's lock. */
export async function stopped(trx: Trx, order: Order, now: number): Promise<OrderChange | null> {
	const { memberId, accountId, symbol } = order;
	const tier = await currentTier(trx, memberId, now);
	const { state, trips } = await tradingStateFor(trx, { tier, memberId, accountId, symbol });
	if (state === 'ACTIVE') return null;
	const cause = trips[0]?.cause ?? 'unknown';
	return { code: 'STOP_LATCH', message: `${reasonText('STOP_LATCH', {})} (${state}, ${cause})` };
}

/** Why an entry that is due may not go out any more, or null. */
async function denial(trx: Trx, deps: OrderDeps, order: Order): Promise<OrderChange | null> {
	const { clock, rules } = deps.kernel;
	const now = clock.now();
	if (order.expiresAt !== null && order.expiresAt <= now) {
		const context = { expires_at: isoTime(order.expiresAt) };
		return { code: 'ORDER_EXPIRED', message: reasonText('ORDER_EXPIRED', context) };
	}
	const { entryWaitSeconds } = rules.policy.orders;
	if (now - order.sendAfter > entryWaitSeconds * SECOND) {
		// Its place in the entry rate was given when it was made, so nobody was there to send it.
		return { code: 'SEND_TOO_LATE', message: reasonText('SEND_TOO_LATE', { limit: entryWaitSeconds }) };
	}
	return stopped(trx, order, now);
}

/** Days of all zones begin on a quarter of an hour, so within one the day stays the same. */
const DAY_GRAIN = 15 * MINUTE;

/** The member's day on which an order is sent; it was made a few seconds ago at most. */
async function dayOfSending(trx: Trx, order: Order, now: number): Promise<string> {
	if (Math.floor(now / DAY_GRAIN) === Math.floor(order.createdAt / DAY_GRAIN)) return order.memberDay;
	const member = await findMember(trx, order.memberId);
	return memberDay(member?.zone ?? 'UTC', now);
}

/**
 * CREATED → SUBMITTING. An entry reads the latch under its lock, so that none goes out after a
 * stop has committed; an exit passes in every trading state.
 */
async function begin(deps: OrderDeps, orderId: OrderId): Promise<Begun> {
	const { kernel } = deps;
	return kernel.transaction(async (trx) => {
		const seen = await findOrder(trx, orderId);
		if (seen === null) throw new FirecontrolError('ORDER_UNKNOWN_ID', `There is no order ${orderId}.`);
		const now = kernel.clock.now();
		const due = seen.state === 'CREATED' && seen.waitsFor === null && seen.sendAfter <= now;
		if (!due) return { order: seen, mine: false };
		if (!seen.reduceOnly) await lockLatch(trx, 'share');
		await lockAccount(trx, seen.accountId);
		const order = await lockOrder(trx, orderId);
		if (order.state !== 'CREATED') return { order, mine: false };
		if (order.reduceOnly) return { order: await submitting(trx, deps, order), mine: true };
		const denied = await denial(trx, deps, order);
		if (denied !== null) {
			const detail = denied.code ?? null;
			return { order: await applyEvent(trx, kernel, order, 'Deny', denied, { detail }), mine: false };
		}
		const change = { memberDay: await dayOfSending(trx, order, now) };
		return { order: await submitting(trx, deps, order, change), mine: true };
	});
}

/** Books what the venue answered to our request. */
export async function book(deps: OrderDeps, order: Order, report: SubmitReport): Promise<Order> {
	const { kernel } = deps;
	if (report.kind === 'accepted') return bookVenueReport(deps, order, report);
	const code = report.code === 'NO_LIQUIDITY' ? 'NO_LIQUIDITY' : 'VENUE_REJECTED';
	const message = reasonText(code, { venue_message: report.message });
	const options = { detail: report.code };
	return kernel.transaction(async (trx) =>
		applyEvent(trx, kernel, order, 'Reject', { code, message }, options),
	);
}

/**
 * Sends an order that this call has put to SUBMITTING, once, and books the answer. Not begun in
 * time: given up, certainly not sent. No clear answer: UNKNOWN, to be looked up, never sent again.
 */
export async function send(deps: OrderDeps, order: Order): Promise<Order> {
	if (isLate(deps, order)) return giveUp(deps, order);
	let report: SubmitReport;
	try {
		report = await deps.exchanges.for(order.venue).submit(order.accountId, requestOf(order));
	} catch (error) {
		await noteVenueFailure(deps.kernel, order, error);
		return lose(deps, order, error);
	}
	return book(deps, order, report);
}

/** Whether it is too late to begin sending: somebody may count the order as never sent. */
export function isLate({ kernel }: OrderDeps, order: Order): boolean {
	const { sendWithinSeconds } = kernel.rules.policy.orders;
	return kernel.clock.now() - (order.submittingAt ?? 0) > sendWithinSeconds * SECOND;
}

/** Gives up an order that was not sent in time: certainly not at the venue. */
export async function giveUp({ kernel }: OrderDeps, order: Order): Promise<Order> {
	const limit = kernel.rules.policy.orders.sendWithinSeconds;
	const change = { code: 'SEND_TOO_LATE', message: reasonText('SEND_TOO_LATE', { limit }) };
	return kernel.transaction(async (trx) => applyEvent(trx, kernel, order, 'Fail', change));
}

/** Notes that nobody knows what became of an order that was sent. */
export async function lose({ kernel }: OrderDeps, order: Order, error: unknown): Promise<Order> {
	kernel.log.warn('The outcome of an order is not known; it is looked up at the venue.', {
		order_id: order.id,
		error: messageOf(error),
	});
	const detail = messageOf(error);
	const onlyFrom = ['SUBMITTING'] as const;
	return kernel.transaction(async (trx) =>
		applyEvent(trx, kernel, order, 'Lose', {}, { detail, onlyFrom }),
	);
}

/** An order as the venue is asked for it. */
export function requestOf(order: Order): SubmitRequest {
	return {
		clientOrderId: order.clientOrderId,
		symbol: order.symbol,
		side: order.side,
		type: order.type,
		quantity: order.quantity,
		price: order.price,
		triggerPrice: order.triggerPrice,
		reduceOnly: order.reduceOnly,
		timeInForce: venueTimeInForce(order),
		postOnly: order.postOnly,
	};
}

/**
 * Sends a CREATED order if its time has come; any other order is returned as it is. Any number of
 * calls at once send it once.
 * @throws FirecontrolError `ORDER_UNKNOWN_ID`
 */
export async function dispatch(deps: OrderDeps, orderId: OrderId): Promise<Order> {
	const { order, mine } = await begin(deps, orderId);
	return mine ? send(deps, order) : order;
}
