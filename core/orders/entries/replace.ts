import { appendAudit } from '../../audit';
import type { Trx } from '../../db';
import type { Market } from '../../exchange';
import { currentTier, findMember, lockAccount, memberDay, takeEntrySlot } from '../../members';
import {
	add, clientOrderId, entryPace, FirecontrolError, isRefused, max, newId, reasonText, refuse, sub,
	type Decimal, type OrderId, type Refused, type ReservationId, type RiskApproved,
} from '../../model';
import { lockLatch, tradingStateFor } from '../../safety';
import { applyEvent } from '../booking/apply';
import { cancelAtVenue, isAtVenue } from '../sending/cancel';
import type { OrderDeps } from '../deps';
import { unsent } from './entry';
import { dispatch } from '../sending/dispatch';
import { forEach } from '../for-each';
import type { Order, OrderIntent } from '../order';
import { isTerminal } from '../order-state';
import { move, remaining } from '../booking/order-update';
import { entryOrdersOf, waitingReplacements } from '../orders.queries';
import { appendSteps, findOrder, insertOrder, lockOrder, saveOrder } from '../orders.repository';
import { planReplacement, refuseRest, type ReplacePlan, type ReplaceWish } from './replace-rules';
import {
	awaitReservation, releaseWaiting, takeOver, waitingReservation,
} from './reservations.repository';
import type { Trade } from '../trade';
import { getTrade, saveTrade } from '../trades.repository';

/** Replacements that one run of the job carries on at most. */
const WAITING_MAX = 200;

/** What the risk gate gave for a replacement that adds risk. */
export interface ReplaceApproval {
	readonly intent: RiskApproved<OrderIntent>;
	readonly reservationId: ReservationId;
}

/** Somebody's wish to replace a working entry. */
export interface ReplaceOrder {
	readonly orderId: OrderId;
	readonly wish: ReplaceWish;
	readonly actor: string;
}

/** A replacement that is under way or was made of this very wish before, or null. */
export async function replacementOf(
	{ kernel }: OrderDeps,
	orderId: OrderId,
	wish: ReplaceWish,
): Promise<Order | null> {
	const order = await findOrder(kernel.conn, orderId);
	if (order === null || order.replacedBy === null) return null;
	const next = await findOrder(kernel.conn, order.replacedBy);
	if (next === null) return null;
	const whole = next.waitsFor === null ? add(next.quantity, order.filledQuantity) : next.quantity;
	const same =
		(wish.quantity === undefined || wish.quantity === whole) &&
		(wish.price ?? next.price) === next.price &&
		(wish.triggerPrice ?? next.triggerPrice) === next.triggerPrice;
	return same ? next : null;
}

function checkApproval(plan: ReplacePlan, approval: ReplaceApproval | null): void {
	const intent = approval?.intent ?? null;
	const fits =
		intent === null
			? !plan.addsRisk
			: intent.quantity === plan.quantity &&
				intent.price === plan.price &&
				intent.triggerPrice === plan.triggerPrice;
	if (fits) return;
	throw new FirecontrolError(
		'REPLACEMENT_NOT_APPROVED',
		'The replacement is not what the risk gate approved. Nothing was changed.',
	);
}

async function draftOf(
	trx: Trx,
	{ kernel }: OrderDeps,
	order: Order,
	plan: ReplacePlan,
	reference: Decimal | null,
	actor: string,
): Promise<Order> {
	const now = kernel.clock.now();
	const entries = order.tradeId === null ? [order] : await entryOrdersOf(trx, order.tradeId);
	const subject = order.ticketId ?? order.tradeId ?? order.id;
	const member = await findMember(trx, order.memberId);
	return {
		...order,
		...unsent(now),
		id: newId('ord', kernel.clock, kernel.rng),
		clientOrderId: clientOrderId(subject, 'entry', entries.length + 1),
		quantity: plan.quantity,
		price: plan.price,
		triggerPrice: plan.triggerPrice,
		referencePrice: reference,
		replaces: order.id,
		replacedBy: null,
		waitsFor: order.id,
		actor,
		memberDay: memberDay(member?.zone ?? 'UTC', now),
		sendAfter: now,
		policyVersion: kernel.rules.version,
	};
}

/**
 * Holds the new plan's capacity too: until the first order is over that one may fill as well, and
 * what it needs may be more.
 */
async function holdBoth(
	trx: Trx,
	{ kernel }: OrderDeps,
	trade: Trade,
	{ intent, reservationId }: ReplaceApproval,
	order: Order,
): Promise<void> {
	await awaitReservation(trx, kernel, reservationId, trade.id);
	const planned = add(sub(trade.enteredQuantity, order.filledQuantity), intent.quantity);
	await saveTrade(trx, { ...trade, plannedQuantity: max(trade.plannedQuantity, planned) });
}

/**
 * Notes that a working entry is to be replaced, and writes the order that comes in its place. That
 * one waits until the first is certainly over, so that there are never two. Called under the locks
 * of latch and account.
 * @param approval of the risk gate; null for what adds no risk
 * @returns the replacement, CREATED; or why there can be none
 */
export async function requestReplace(
	trx: Trx,
	deps: OrderDeps,
	{ orderId, wish, actor }: ReplaceOrder,
	market: Market,
	approval: ReplaceApproval | null,
): Promise<Order | Refused> {
	const { kernel } = deps;
	const order = await lockOrder(trx, orderId);
	const trade = order.tradeId === null ? null : await getTrade(trx, order.tradeId);
	const plan = planReplacement(order, wish, market, trade?.stopLoss ?? null);
	if (isRefused(plan)) return plan;
	if (trade === null || leaves(trade)) return refuse('CLOSING');
	checkApproval(plan, approval);
	const reference = approval?.intent.referencePrice ?? plan.price ?? plan.triggerPrice;
	const next = await draftOf(trx, deps, order, plan, reference, actor);
	await insertOrder(trx, next);
	const old = { ...order, replacedBy: next.id };
	const asked = move({ order: old, steps: [] }, 'ReplaceRequest', next.createdAt, {}, actor);
	await saveOrder(trx, asked.order);
	await appendSteps(trx, order.id, asked.steps);
	if (approval !== null) await holdBoth(trx, deps, trade, approval, order);
	await appendAudit(trx, kernel, {
		actor,
		action: 'order.replace_requested',
		subjectId: orderId,
		correlationId: order.signalId,
		details: {
			replacement: next.id,
			client_order_id: next.clientOrderId,
			quantity: plan.quantity,
			price: plan.price,
			trigger_price: plan.triggerPrice,
			adds_risk: plan.addsRisk,
		},
	});
	return next;
}

/** Replaces an entry by one that risks less, without asking the gate. */
export async function requestSaferReplace(
	deps: OrderDeps,
	wanted: ReplaceOrder,
	market: Market,
): Promise<Order | Refused> {
	const { kernel } = deps;
	return kernel.transaction(async (trx) => {
		const seen = await findOrder(trx, wanted.orderId);
		if (seen === null) return refuse('ORDER_NOT_FOUND', { id: wanted.orderId });
		await lockLatch(trx, 'share');
		await lockAccount(trx, seen.accountId);
		const { memberId, accountId, symbol } = seen;
		const tier = await currentTier(trx, memberId, kernel.clock.now());
		const { state, trips } = await tradingStateFor(trx, { tier, memberId, accountId, symbol });
		if (state !== 'ACTIVE') {
			return refuse('TRADING_STATE', { state, cause: trips[0]?.cause ?? 'unknown' });
		}
		return requestReplace(trx, deps, wanted, market, null);
	});
}

/** The first order works on under its own plan, with its own capacity alone. */
async function keepFirst(trx: Trx, { kernel }: OrderDeps, trade: Trade, old: Order): Promise<void> {
	await releaseWaiting(trx, kernel, trade.id);
	const plannedQuantity = add(trade.enteredQuantity, remaining(old));
	await saveTrade(trx, { ...trade, plannedQuantity });
}

async function drop(trx: Trx, { kernel }: OrderDeps, order: Order): Promise<Order> {
	const change = { code: 'REPLACE_OVERTAKEN', message: reasonText('REPLACE_OVERTAKEN', {}) };
	return applyEvent(trx, kernel, order, 'Cancel', change, { detail: 'overtaken' });
}

/**
 * Whether the trade is being left, be it by its own stop: a replacement would enter it again where
 * that has got out.
 */
function leaves({ closeReason, state }: Trade): boolean {
	return closeReason !== null || state === 'CLOSING' || state === 'CLOSED';
}

/** Whether the first order ended in the way that its replacement has waited for. */
function madeWay(old: Order): boolean {
	return old.state === 'CANCELLED' || old.state === 'FILLED';
}

/**
 * Lets a replacement go once what it replaces is over and all its fills are booked: it orders what
 * those have left. Nothing left, or the first one works on after all: it is cancelled unsent.
 */
async function release(
	trx: Trx,
	deps: OrderDeps,
	orderId: OrderId,
	market: Market,
): Promise<Order> {
	const { kernel } = deps;
	const seen = await findOrder(trx, orderId);
	if (seen === null || seen.waitsFor === null) {
		throw new FirecontrolError('ORDER_UNKNOWN_ID', `There is no replacement ${orderId}.`);
	}
	await lockAccount(trx, seen.accountId);
	const old = await lockOrder(trx, seen.waitsFor);
	const order = await lockOrder(trx, orderId);
	if (order.state !== 'CREATED' || order.waitsFor === null || order.tradeId === null) return order;
	const worksOn = isAtVenue(old.state) && old.pending === 'none';
	if (!isTerminal(old.state) && !worksOn) return order;
	const trade = await getTrade(trx, order.tradeId);
	if (worksOn) {
		await keepFirst(trx, deps, trade, old);
		return drop(trx, deps, order);
	}
	const rest = sub(order.quantity, old.filledQuantity);
	const refused = refuseRest(rest, order.price ?? order.triggerPrice, market);
	if (!madeWay(old) || refused !== null || leaves(trade)) return drop(trx, deps, order);
	const now = kernel.clock.now();
	const sendAfter = await takeEntrySlot(trx, { id: order.accountId }, now, entryPace(kernel.rules.policy, order.venue));
	const released: Order = { ...order, quantity: rest, waitsFor: null, sendAfter, updatedAt: now };
	await saveOrder(trx, released);
	const gated = await waitingReservation(trx, trade.id);
	if (gated !== null) await takeOver(trx, kernel, trade.id);
	const plannedQuantity = add(trade.enteredQuantity, rest);
	await saveTrade(trx, { ...trade, plannedQuantity, initialRisk: gated?.risk ?? trade.initialRisk });
	return released;
}

/**
 * Carries a replacement on from wherever it stands, any number of times: asks the venue again to
 * cancel the first order, sends the second once the first is over.
 * @returns the replacement as it is then
 */
export async function carryOutReplace(deps: OrderDeps, next: Order): Promise<Order> {
	const { kernel, exchanges } = deps;
	if (next.waitsFor === null) return dispatch(deps, next.id);
	const old = await findOrder(kernel.conn, next.waitsFor);
	if (old !== null && isAtVenue(old.state) && old.pending === 'replace') await cancelAtVenue(deps, old);
	const market = await exchanges.for(next.venue).resolve(next.symbol);
	if (market === null) return next;
	const released = await kernel.transaction(async (trx) => release(trx, deps, next.id, market));
	return released.waitsFor === null ? dispatch(deps, released.id) : released;
}

/** Job: carries on every replacement that still waits, also after a crash. @returns how many */
export async function continueReplaces(deps: OrderDeps): Promise<number> {
	const waiting = await waitingReplacements(deps.kernel.conn, WAITING_MAX);
	await forEach(deps, waiting, async (next) => {
		await carryOutReplace(deps, next);
	});
	return waiting.length;
}

