import type { Trx } from '../../db';
import type { Market } from '../../exchange';
import { lockAccount } from '../../members';
import {
	add, decimal, eq, floorToStep, isRefused, isZero, refuse,
	type Decimal, type OrderId, type Refused, type SignalId, type TicketId, type TradeId,
} from '../../model';
import { backOff } from '../back-off';
import { auditOrder } from '../audit-order';
import { ENGINE_ACTOR, type OrderDeps } from '../deps';
import { submitting } from '../sending/dispatch';
import { bookDust, isDust } from '../booking/dust';
import { exitOrder, intentToClose, type ExitDraft } from './exit-intent';
import { exitOrderReason, exitQuantity } from './exits';
import type { ExitIntent, Order } from '../order';
import { remaining } from '../booking/order-update';
import { openQuantity } from '../booking/positions';
import { exitsBesideStop, isResting, isRestingStop } from '../protection/protection';
import { ordersOfTrade, workingOrders } from '../orders.queries';
import { insertOrder } from '../orders.repository';
import { sliceOf } from './slices';
import { freeToClose, reduceOnly, type WorkingExit } from './reduce-only';
import type { Exit, Trade } from '../trade';
import {
	exitsOfTrade, findPosition, getTrade, saveExit, saveTrade,
} from '../trades.repository';

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
	  }
	/** What is left is less than the venue trades: the trade ends without selling it. */
	| { readonly kind: 'dust' };

/** What came of a wish: an order to be sent, a refusal, stops that must go first, or nothing. */
export type ExitOpening =
	| { readonly kind: 'order'; readonly order: Order }
	| Refused
	/** Resting stops lock what is to be sold: nothing is written until they are gone. */
	| { readonly kind: 'locked'; readonly stops: readonly Order[] }
	| null;

/** Reduce-only orders of the symbol that are not over. */
export async function workingExits(trx: Trx, trade: Pick<Trade, 'accountId' | 'symbol'>): Promise<Order[]> {
	const working = await workingOrders(trx, { accountId: trade.accountId, symbol: trade.symbol });
	// Others' orders belong to no trade: they must not keep ours from being closed.
	return working.filter((order) => order.reduceOnly && order.tradeId !== null);
}

/** An exit as the reduce-only arithmetic counts it. */
export function countedExit(order: Order): WorkingExit {
	return {
		orderId: order.id,
		remaining: remaining(order),
		ocoGroup: order.ocoGroup,
		ocoSide: isRestingStop(order) ? 'stop' : 'targets',
	};
}

interface ExitPlan extends ExitDraft {
	readonly quantity: Decimal;
	readonly exit: Exit | null;
}

type CloseWish = Extract<ExitWish, { readonly kind: 'close' }>;

async function planClose(
	trx: Trx,
	trade: Trade,
	wish: CloseWish,
	room: { readonly free: Decimal; readonly market: Market; readonly sliceNotional: Decimal },
	now: number,
): Promise<ExitPlan | null> {
	const earlier = (await ordersOfTrade(trx, trade.id)).filter((order) => order.leg === 'close');
	const endedAt = earlier.at(-1)?.closedAt ?? null;
	const wait = endedAt !== null && now - endedAt < backOff(earlier.length);
	if (wish.again === true && wait) return null;
	return {
		leg: 'close',
		reason: trade.closeReason ?? 'engine',
		actor: wish.actor,
		attempt: earlier.length + 1,
		quantity: sliceOf(trade, room.free, room.market, room.sliceNotional),
		exit: null,
	};
}

async function planExit(
	trx: Trx,
	trade: Trade,
	exitId: string,
	market: Market,
	free: Decimal,
): Promise<ExitPlan | null> {
	const exits = await exitsOfTrade(trx, trade.id);
	const exit = exits.find((each) => each.id === exitId);
	if (exit === undefined || exit.state !== 'ACTIVE') return null;
	const leg = exit.kind === 'stop' ? 'stop' : (`target${exit.number}` as const);
	const earlier = await ordersOfLeg(trx, trade, leg);
	const sold = add(...earlier.map((order) => order.filledQuantity));
	return {
		leg,
		reason: exitOrderReason(exit),
		actor: ENGINE_ACTOR,
		attempt: earlier.length + 1,
		quantity: exitQuantity(exit, exits, trade, market, free, sold),
		exit,
	};
}

async function ordersOfLeg(trx: Trx, trade: Trade, leg: Order['leg']): Promise<Order[]> {
	return (await ordersOfTrade(trx, trade.id)).filter((order) => order.leg === leg);
}

/** Number of the next order of this leg. Read under the account's lock, so that none is given twice. */
export async function nextAttempt(trx: Trx, trade: Trade, leg: Order['leg']): Promise<number> {
	return 1 + (await ordersOfLeg(trx, trade, leg)).length;
}

interface Opening {
	readonly trade: Trade;
	readonly plan: ExitPlan;
	readonly wish: ExitWish;
	readonly market: Market;
}

async function writeExit(
	trx: Trx,
	deps: OrderDeps,
	{ trade, plan, wish, market }: Opening,
	intent: ExitIntent,
): Promise<Order> {
	const now = deps.kernel.clock.now();
	const draft = exitOrder(deps, trade, intent, plan);
	const bySignal = wish.kind === 'close' ? wish : null;
	const order: Order = {
		...draft,
		signalId: bySignal?.signalId ?? trade.signalId,
		ticketId: bySignal?.ticketId ?? null,
	};
	await insertOrder(trx, order);
	await auditOrder(trx, deps.kernel, order, 'order.created');
	if (plan.exit !== null) {
		await saveExit(trx, {
			...plan.exit,
			state: 'WORKING',
			orderId: order.id,
			attempts: plan.exit.attempts + 1,
			breachedAt: null,
			updatedAt: now,
		});
	}
	const whole = floorToStep(openQuantity(trade), market.quantityStep);
	if (eq(intent.quantity, whole)) await saveTrade(trx, { ...trade, state: 'CLOSING' });
	return submitting(trx, deps, order);
}

/** Writes what the plan asks for, unless something stands in its way. */
async function carryOut(
	trx: Trx,
	deps: OrderDeps,
	opening: Opening,
	working: readonly Order[],
	released: ReadonlySet<OrderId>,
): Promise<ExitOpening> {
	const { trade, plan, market } = opening;
	const position = await findPosition(trx, trade.accountId, trade.symbol);
	const stops = working.filter(isResting);
	const replaced = new Set(stops.map(({ id }) => id));
	const wanted = intentToClose(trade, plan.quantity, market);
	const intent = reduceOnly(wanted, position, working.map(countedExit), replaced);
	if (isRefused(intent)) return intent;
	const locking = stops.filter(({ id }) => !released.has(id));
	// Where the venue does not itself keep exits from opening the other side, two must not be out.
	if (locking.length > 0 && !exitsBesideStop(deps.exchanges.for(trade.venue).capabilities)) {
		return { kind: 'locked', stops: locking };
	}
	return { kind: 'order', order: await writeExit(trx, deps, opening, intent) };
}

/**
 * Writes an exit of a trade as SUBMITTING, for the caller to send after the commit. Under the
 * account's lock, with everything read anew: of any number of callers one gets the order. None of
 * the rules for entries is asked: nothing blocks an exit.
 * @param released stops that are certainly not at the venue although their end is not booked
 * @returns the order; a refusal (`NO_OPEN_POSITION`, `CLOSING`); the stops that have to be cancelled
 *   first; null when there is nothing to do
 */
export async function openExit(
	trx: Trx,
	deps: OrderDeps,
	tradeId: TradeId,
	wish: ExitWish,
	market: Market,
	released: ReadonlySet<OrderId> = new Set(),
): Promise<ExitOpening> {
	const seen = await getTrade(trx, tradeId);
	await lockAccount(trx, seen.accountId);
	const trade = await getTrade(trx, tradeId);
	if (trade.state !== 'OPEN' && trade.state !== 'CLOSING') {
		return refuse('NO_OPEN_POSITION', { symbol: trade.symbol });
	}
	const working = await workingExits(trx, trade);
	if (wish.kind === 'dust') {
		await bookDust(trx, deps, trade, working);
		return null;
	}
	const position = await findPosition(trx, trade.accountId, trade.symbol);
	const resting = new Set(working.filter(isResting).map(({ id }) => id));
	const free = freeToClose(position, working.map(countedExit), resting);
	const now = deps.kernel.clock.now();
	const sliceNotional = decimal(deps.kernel.rules.policy.emergency.sliceNotional);
	const planned =
		wish.kind === 'close'
			? await planClose(trx, trade, wish, { free, market, sliceNotional }, now)
			: await planExit(trx, trade, wish.exitId, market, free);
	if (planned === null) return null;
	const plan = { ...planned, quantity: floorToStep(planned.quantity, market.quantityStep) };
	if (!isZero(free) && isZero(plan.quantity) && plan.exit?.kind === 'target') {
		// Too small to be sold apart: the next target takes it along.
		await saveExit(trx, { ...plan.exit, state: 'SKIPPED', updatedAt: now });
		return null;
	}
	if (!isZero(free) && (await isDust(trx, trade, plan.quantity, market))) {
		await bookDust(trx, deps, trade, working);
		return null;
	}
	return carryOut(trx, deps, { trade, plan, wish, market }, working, released);
}
