import type { Trx } from '../../db';
import { findMember, memberDay, takeEntrySlot } from '../../members';
import {
	algorithmId, clientOrderId, entryPace, isRefused, newId, refuse, SECOND, ZERO,
	type OrderId, type Refused, type RiskApproved, type TradeId,
} from '../../model';
import { auditOrder } from '../audit-order';
import { announceOrder } from '../booking/announce';
import type { OrderDeps } from '../deps';
import { orderTerms, PLAIN_ORDER_TERMS, writeExitPlan, type OrderTerms } from './entry-terms';
import { planExits } from '../exits/exits';
import { stopped } from '../sending/dispatch';
import type { EntryOptions, MadeEntry, Order, OrderIntent } from '../order';
import { move } from '../booking/order-update';
import { appendSteps, findEntryByTicket, insertOrder } from '../orders.repository';
import { bindReservation, releaseReservation } from './reservations.repository';
import { NOTHING_FILLED, type Trade } from '../trade';
import { insertExits, insertTrade, openTradeOf } from '../trades.repository';

function newTrade(intent: OrderIntent, id: TradeId, now: number): Trade {
	return {
		id,
		accountId: intent.accountId,
		memberId: intent.memberId,
		signalId: intent.signalId,
		ticketId: intent.ticketId,
		source: intent.source,
		venue: intent.venue,
		symbol: intent.symbol,
		side: intent.side,
		plannedQuantity: intent.quantity,
		stopLoss: intent.stopLoss,
		initialRisk: intent.risk,
		...NOTHING_FILLED,
		createdAt: now,
		policyVersion: intent.policyVersion,
	};
}

/** Where every order begins: written, not sent, nothing filled. */
export function unsent(now: number) {
	return {
		venueOrderId: null,
		state: 'CREATED',
		pending: 'none',
		filledQuantity: ZERO,
		filledValue: ZERO,
		averagePrice: null,
		fees: ZERO,
		code: null,
		message: null,
		lookups: 0,
		createdAt: now,
		submittingAt: null,
		submittedAt: null,
		closedAt: null,
		updatedAt: now,
	} as const satisfies Partial<Order>;
}

/** An order in its first state, with what every order has. */
export function newOrder(
	intent: OrderIntent,
	own: Pick<
		Order,
		'actor' | 'algoId' | 'clientOrderId' | 'id' | 'leg' | 'memberDay' | 'reason' | 'reduceOnly' | 'sendAfter' | 'tradeId'
	>,
	now: number,
): Order {
	return {
		...own,
		accountId: intent.accountId,
		memberId: intent.memberId,
		signalId: intent.signalId,
		ticketId: intent.ticketId,
		origin: 'SYSTEM',
		source: intent.source,
		venue: intent.venue,
		symbol: intent.symbol,
		side: intent.side,
		type: intent.type,
		quantity: intent.quantity,
		givenQuantity: intent.givenQuantity,
		price: intent.price,
		triggerPrice: intent.triggerPrice,
		...PLAIN_ORDER_TERMS,
		replaces: null,
		replacedBy: null,
		waitsFor: null,
		ocoGroup: null,
		referencePrice: intent.referencePrice,
		...unsent(now),
		policyVersion: intent.policyVersion,
	};
}

async function writeDenied(
	trx: Trx,
	{ kernel }: OrderDeps,
	order: Order,
	options: EntryOptions,
	{ code, message }: Refused,
): Promise<Order> {
	const change = { code, message };
	const denied = move({ order, steps: [] }, 'Deny', order.createdAt, change, code);
	await insertOrder(trx, denied.order);
	await appendSteps(trx, order.id, denied.steps);
	await announceOrder(trx, kernel, denied.order, null);
	await auditOrder(trx, kernel, denied.order, 'order.denied');
	if (options.reservationId !== null) {
		await releaseReservation(trx, kernel, options.reservationId);
	}
	return denied.order;
}

/** The terms and the time at which it may go out, or why it may not. */
async function admit(
	trx: Trx,
	deps: OrderDeps,
	intent: OrderIntent,
	options: EntryOptions,
	now: number,
): Promise<(OrderTerms & Pick<Order, 'sendAfter'>) | Refused> {
	const { accountId, symbol } = intent;
	if ((await openTradeOf(trx, accountId, symbol)) !== null) {
		return refuse('POSITION_EXISTS', { symbol });
	}
	const terms = await orderTerms(trx, deps, intent, options, now);
	if (isRefused(terms)) return terms;
	const pace = entryPace(deps.kernel.rules.policy, intent.venue);
	const sendAfter = await takeEntrySlot(trx, { id: accountId }, now, pace);
	if (sendAfter - now > pace.entryWaitSeconds * SECOND) {
		return refuse('ENTRY_RATE', { limit: pace.entryWaitSeconds });
	}
	return { ...terms, sendAfter };
}

/** Writes the new order; SUBMITTING already where it may go out as soon as this is committed. */
async function writeEntry(trx: Trx, order: Order, toSend: boolean): Promise<Order> {
	if (!toSend) {
		await insertOrder(trx, order);
		return order;
	}
	const sending = move({ order, steps: [] }, 'Submit', order.createdAt);
	await insertOrder(trx, sending.order);
	await appendSteps(trx, order.id, sending.steps);
	return sending.order;
}

/**
 * Writes an approved entry: order CREATED, trade OPENING with its plan, reservation bound, place in
 * the account's entry rate taken. Nothing is sent yet. Called in the transaction that decided, with
 * latch, member and account locked in that order. A ticket that has its order already gets that one.
 * With `sendNow`, an entry that may go out at once is SUBMITTING already, and this caller sends it.
 * @returns the order; DENIED with `POSITION_EXISTS`, `ENTRY_RATE` or a code of its terms when it
 * may not go out
 */
export async function createEntry(
	trx: Trx,
	deps: OrderDeps,
	intent: RiskApproved<OrderIntent>,
	options: EntryOptions,
): Promise<MadeEntry> {
	const { kernel } = deps;
	const { clock, rng, rules } = kernel;
	if (intent.ticketId !== null) {
		const known = await findEntryByTicket(trx, intent.ticketId);
		if (known !== null) return { order: known, toSend: false };
	}
	const now = clock.now();
	const member = await findMember(trx, intent.memberId);
	const tradeId = newId('trd', clock, rng);
	const id: OrderId = newId('ord', clock, rng);
	const draft = newOrder(
		intent,
		{
			id,
			clientOrderId: clientOrderId(intent.ticketId ?? tradeId, 'entry', 1),
			tradeId: null,
			leg: 'entry',
			reason: 'signal',
			reduceOnly: false,
			actor: options.actor,
			algoId: algorithmId(rules.policy.compliance, intent.source),
			memberDay: memberDay(member?.zone ?? 'UTC', now),
			sendAfter: now,
		},
		now,
	);
	const admitted = await admit(trx, deps, intent, options, now);
	if (isRefused(admitted)) {
		return { order: await writeDenied(trx, deps, draft, options, admitted), toSend: false };
	}
	const created: Order = { ...draft, ...admitted, tradeId };
	const trade = newTrade(intent, tradeId, now);
	await insertTrade(trx, trade);
	await insertExits(trx, planExits(trade, intent.stopLoss, intent.targets, now));
	await writeExitPlan(trx, created, options, now);
	const toSend =
		options.sendNow === true && created.sendAfter <= now && (await stopped(trx, created, now)) === null;
	const order = await writeEntry(trx, created, toSend);
	if (options.reservationId !== null) {
		await bindReservation(trx, kernel, options.reservationId, tradeId);
	}
	await auditOrder(trx, kernel, order, 'order.created');
	return { order, toSend };
}
