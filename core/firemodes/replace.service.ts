import type { Trx } from '../db';
import type { Market } from '../exchange';
import {
	findOrder, findTrade, planReplacement, type Order, type ReplaceOrder, type ReplacePlan,
} from '../orders';
import { isRefused, refuse, type Refused } from '../model';
import { approvedIntent, isApproved, type MarketView } from '../risk';
import type { FireModeDeps } from './deps';
import { signalOf } from './firing.service';
import { verdictReason } from './reason';
import type { Ticket } from './ticket';
import { findTicket } from './tickets.repository';
import { lockFiring } from './tickets.service';

/** The order as it is now and what replacing it comes to. */
interface Planned {
	readonly order: Order;
	readonly market: Market;
	readonly plan: ReplacePlan;
}

async function planOf(
	{ kernel, exchanges }: FireModeDeps,
	{ orderId, wish }: ReplaceOrder,
): Promise<Planned | Refused> {
	const order = await findOrder(kernel.conn, orderId);
	if (order === null) return refuse('ORDER_NOT_FOUND', { id: orderId });
	const market = await exchanges.for(order.venue).resolve(order.symbol);
	if (market === null) return refuse('SYMBOL_UNKNOWN', { symbol: order.symbol });
	const trade = order.tradeId === null ? null : await findTrade(kernel.conn, order.tradeId);
	const plan = planReplacement(order, wish, market, trade?.stopLoss ?? null);
	return isRefused(plan) ? plan : { order, market, plan };
}

/** The signal as if it had asked for the replacement, with what the market says now. */
async function viewOf(
	deps: FireModeDeps,
	ticket: Ticket,
	{ plan }: Planned,
): Promise<MarketView> {
	const signal = await signalOf(deps, ticket);
	const entry = plan.price ?? plan.triggerPrice;
	const asked = { ...signal, entry, trigger: plan.triggerPrice, quantity: plan.quantity };
	return deps.risk.loadMarketView(asked, ticket.accountId);
}

/** Thrown to undo a judgement whose order has gone on meanwhile, so that it holds no capacity. */
class GoneOn extends Error {
	constructor(readonly refused: Refused) {
		super(refused.code);
	}
}

async function judgeAndRequest(
	trx: Trx,
	deps: FireModeDeps,
	wanted: ReplaceOrder,
	{ order, market }: Planned,
	ticket: Ticket,
	view: MarketView,
): Promise<Order | Refused> {
	const { risk, orders } = deps;
	const { orderId, actor } = wanted;
	await lockFiring(trx, ticket);
	const purpose = `replace:${orderId}` as const;
	const judged = await risk.ofSignal(ticket.signalId, trx);
	const earlier = judged.filter((verdict) => verdict.purpose.startsWith(`${purpose}:`));
	const replaces = order.tradeId === null ? {} : { replaces: order.tradeId };
	const context = { ticketId: ticket.id, mode: ticket.mode, view, actor, ...replaces };
	const verdict = await risk.rejudge(trx, context, `${purpose}:${earlier.length + 1}`);
	const { reservationId } = verdict;
	if (!isApproved(verdict) || verdict.waitsForCapacity || reservationId === null) {
		return { ...refuse(verdict.code), message: verdictReason(verdict).message };
	}
	const intent = await approvedIntent(trx, verdict, ticket.id);
	const next = await orders.requestReplace(trx, wanted, market, { intent, reservationId });
	if (isRefused(next)) throw new GoneOn(next);
	return next;
}

async function requestGated(
	deps: FireModeDeps,
	wanted: ReplaceOrder,
	planned: Planned,
): Promise<Order | Refused> {
	const { kernel } = deps;
	const { ticketId, leg, state } = planned.order;
	const ticket = ticketId === null ? null : await findTicket(kernel.conn, ticketId);
	if (ticket === null) return refuse('ORDER_NOT_REPLACEABLE', { leg, state });
	const view = await viewOf(deps, ticket, planned);
	try {
		return await kernel.transaction(async (trx) =>
			judgeAndRequest(trx, deps, wanted, planned, ticket, view),
		);
	} catch (error) {
		if (error instanceof GoneOn) return error.refused;
		throw error;
	}
}

/**
 * Replaces a working entry by one of another quantity or price. What adds risk (more quantity, a
 * worse price) is judged by the whole gate, as if the first order were not there; what does not
 * goes straight on. The first order is certainly over, its fills booked, before the second one is
 * sent; should that take its time, the engine carries it on.
 * @returns the replacement: CREATED while it waits; or why there is none
 */
export async function replace(deps: FireModeDeps, wanted: ReplaceOrder): Promise<Order | Refused> {
	const { orders } = deps;
	const known = await orders.replacementOf(wanted.orderId, wanted.wish);
	if (known !== null) return known;
	const planned = await planOf(deps, wanted);
	if (isRefused(planned)) return planned;
	const next = planned.plan.addsRisk
		? await requestGated(deps, wanted, planned)
		: await orders.requestSaferReplace(wanted, planned.market);
	return isRefused(next) ? next : orders.carryOutReplace(next);
}
