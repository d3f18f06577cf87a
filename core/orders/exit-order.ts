import type { Trx } from '../db';
import type { Market } from '../exchange';
import { lockAccount, utcDay } from '../members';
import {
	clientOrderId, eq, isRefused, isZero, newId, opposite, refuse, ZERO,
	type Decimal, type Refused, type SignalId, type TicketId, type TradeId,
} from '../model';
import { backOff } from './back-off';
import type { OrderDeps } from './deps';
import { submitting } from './dispatch';
import { newOrder } from './entry';
import { exitQuantity } from './exits';
import type { ExitIntent, Leg, Order, OrderIntent, OrderReason } from './order';
import { remaining } from './order-update';
import { ordersOfTrade, workingOrders } from './orders.queries';
import { insertOrder } from './orders.repository';
import { freeToClose, reduceOnly, type WorkingExit } from './reduce-only';
import type { Exit, Trade } from './trade';
import {
	exitsOfTrade, findPosition, getTrade, saveExit, saveTrade,
} from './trades.repository';
import { openQuantity } from './positions';

/** What to close of a trade, and why. */
export type ExitWish =
	| { readonly kind: 'planned'; readonly exitId: string }
	| {
			readonly kind: 'close';
			readonly actor: string;
			/** Tried again by the engine: not before its back-off is over. */
			readonly again?: boolean;
			readonly signalId?: SignalId | null;
			readonly ticketId?: TicketId | null;
	  };

function intentOf(trade: Trade, quantity: Decimal, market: Market): OrderIntent {
	return {
		accountId: trade.accountId,
		memberId: trade.memberId,
		signalId: trade.signalId,
		ticketId: null,
		source: trade.source,
		venue: trade.venue,
		symbol: market.symbol,
		side: opposite(trade.side),
		type: 'market',
		quantity,
		givenQuantity: null,
		price: null,
		triggerPrice: null,
		referencePrice: trade.stopLoss ?? ZERO,
		stopLoss: trade.stopLoss ?? ZERO,
		targets: [],
		// An exit risks nothing and needs no cash.
		risk: ZERO,
		cash: ZERO,
		policyVersion: trade.policyVersion,
	};
}

async function workingExitsOf(trx: Trx, trade: Trade): Promise<WorkingExit[]> {
	const working = await workingOrders(trx, { accountId: trade.accountId, symbol: trade.symbol });
	return working
		.filter((order) => order.reduceOnly)
		.map((order) => ({
			orderId: order.id,
			remaining: remaining(order),
			ocoGroup: order.ocoGroup,
		}));
}

interface ExitPlan {
	readonly leg: Leg;
	readonly reason: OrderReason;
	readonly actor: string;
	readonly attempt: number;
	readonly quantity: Decimal;
	readonly exit: Exit | null;
}

async function planOf(
	trx: Trx,
	trade: Trade,
	wish: ExitWish,
	market: Market,
	free: Decimal,
	now: number,
): Promise<ExitPlan | null> {
	if (wish.kind === 'close') {
		const earlier = (await ordersOfTrade(trx, trade.id)).filter((order) => order.leg === 'close');
		const endedAt = earlier.at(-1)?.closedAt ?? null;
		const wait = endedAt !== null && now - endedAt < backOff(earlier.length);
		if (wish.again === true && wait) return null;
		return {
			leg: 'close',
			reason: trade.closeReason ?? 'engine',
			actor: wish.actor,
			attempt: earlier.length + 1,
			quantity: free,
			exit: null,
		};
	}
	const exits = await exitsOfTrade(trx, trade.id);
	const exit = exits.find((each) => each.id === wish.exitId);
	if (exit === undefined || exit.state !== 'ACTIVE') return null;
	return {
		leg: exit.kind === 'stop' ? 'stop' : `target${exit.number}`,
		reason: exit.kind,
		actor: 'engine',
		attempt: exit.attempts + 1,
		quantity: exitQuantity(exit, exits, trade, market, free),
		exit,
	};
}

async function writeExit(
	trx: Trx,
	deps: OrderDeps,
	trade: Trade,
	plan: ExitPlan,
	intent: ExitIntent,
	wish: ExitWish,
): Promise<Order> {
	const { clock, rng } = deps.kernel;
	const now = clock.now();
	const draft = newOrder(
		intent,
		{
			id: newId('ord', clock, rng),
			clientOrderId: clientOrderId(trade.id, plan.leg, plan.attempt),
			tradeId: trade.id,
			leg: plan.leg,
			reason: plan.reason,
			reduceOnly: true,
			actor: plan.actor,
			memberDay: utcDay(now),
			sendAfter: now,
		},
		now,
	);
	const bySignal = wish.kind === 'close' ? wish : null;
	const order: Order = {
		...draft,
		signalId: bySignal?.signalId ?? trade.signalId,
		ticketId: bySignal?.ticketId ?? null,
	};
	await insertOrder(trx, order);
	if (plan.exit !== null) {
		await saveExit(trx, {
			...plan.exit,
			state: 'WORKING',
			orderId: order.id,
			attempts: plan.attempt,
			updatedAt: now,
		});
	}
	if (eq(intent.quantity, openQuantity(trade))) await saveTrade(trx, { ...trade, state: 'CLOSING' });
	return submitting(trx, deps, order);
}

/**
 * Writes an exit of a trade as SUBMITTING, for the caller to send after the commit. Under the
 * account's lock, with everything read anew: of any number of callers one gets the order.
 * @returns the order; a refusal (`NO_OPEN_POSITION`, `CLOSING`); null when there is nothing to do
 */
export async function openExit(
	trx: Trx,
	deps: OrderDeps,
	tradeId: TradeId,
	wish: ExitWish,
	market: Market,
): Promise<Order | Refused | null> {
	const seen = await getTrade(trx, tradeId);
	await lockAccount(trx, seen.accountId);
	const trade = await getTrade(trx, tradeId);
	if (trade.state !== 'OPEN' && trade.state !== 'CLOSING') {
		return refuse('NO_OPEN_POSITION', { symbol: trade.symbol });
	}
	const position = await findPosition(trx, trade.accountId, trade.symbol);
	const working = await workingExitsOf(trx, trade);
	const free = freeToClose(position, working);
	const plan = await planOf(trx, trade, wish, market, free, deps.kernel.clock.now());
	if (plan === null) return null;
	if (isZero(plan.quantity) && !isZero(free) && plan.exit !== null) {
		// Too small to be sold apart: the next target takes it along.
		await saveExit(trx, { ...plan.exit, state: 'SKIPPED', updatedAt: deps.kernel.clock.now() });
		return null;
	}
	const intent = reduceOnly(intentOf(trade, plan.quantity, market), position, working);
	if (isRefused(intent)) return intent;
	return writeExit(trx, deps, trade, plan, intent, wish);
}
