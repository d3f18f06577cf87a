import type { Kernel, Trx } from '../../db';
import { FirecontrolError, newId } from '../../model';
import { raiseIssue } from './announce';
import { insertExitRules, rulesOfTrade } from '../exits/exit-rules.repository';
import { planExits } from '../exits/exits';
import type { Order } from '../order';
import { NOTHING_FILLED, type Trade } from '../trade';
import {
	exitsOfTrade, getTrade, insertExits, insertTrade, openTradeOf, tradeOfTicket,
} from '../trades.repository';

/** The same plan once more, with nothing filled yet. */
function again(kernel: Kernel, trade: Trade): Trade {
	return {
		...trade,
		id: newId('trd', kernel.clock, kernel.rng),
		...NOTHING_FILLED,
		createdAt: kernel.clock.now(),
	};
}

/** The trade whose plan the order was made by; that of a fill before may have been another's. */
async function plannedBy(trx: Trx, order: Order, own: Trade): Promise<Trade> {
	if (order.ticketId === null || order.ticketId === own.ticketId) return own;
	return (await tradeOfTicket(trx, order.ticketId)) ?? own;
}

/**
 * The trade that a fill of this order belongs to. Normally the order's own. An entry's fill that
 * comes after its trade is over is honoured all the same, because money moved: it joins the trade
 * that is open in the symbol now (of the other side, the venue has netted it: it closes a part of
 * that one), or begins a new one with the old plan, so that its stop is watched. Either is raised as
 * an issue.
 */
export async function tradeForFill(trx: Trx, kernel: Kernel, order: Order): Promise<Trade> {
	if (order.tradeId === null) {
		throw new FirecontrolError('ORDER_WITHOUT_TRADE', `The order ${order.id} filled without a trade.`);
	}
	const own = await getTrade(trx, order.tradeId);
	const over = own.state === 'CLOSED' || own.state === 'CANCELLED';
	if (!over || order.leg !== 'entry') return own;
	await raiseIssue(trx, kernel, order, {
		code: 'LATE_FILL',
		message: `The entry ${order.clientOrderId} in ${order.symbol} filled after its trade was over. The fill counts and its stop is watched; check the position.`,
		severity: 'critical',
	});
	const other = await openTradeOf(trx, order.accountId, order.symbol);
	if (other !== null) return other;
	const planned = await plannedBy(trx, order, own);
	const trade = again(kernel, planned);
	await insertTrade(trx, trade);
	const plan = await exitsOfTrade(trx, planned.id);
	const targets = plan.filter((exit) => exit.kind === 'target');
	const stop = plan.find((exit) => exit.kind === 'stop');
	if (stop !== undefined) {
		await insertExits(trx, planExits(trade, stop.price, targets, kernel.clock.now()));
	}
	const rules = (await rulesOfTrade(trx, planned.id)).map((each) => each.rule);
	await insertExitRules(trx, trade.id, rules, 'engine', kernel.clock.now());
	return trade;
}
