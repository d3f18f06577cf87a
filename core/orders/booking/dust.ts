import type { Trx } from '../../db';
import type { Market } from '../../exchange';
import { bookCash, lockAccount } from '../../members';
import { add, eq, isZero, neg, sub, ZERO, type Decimal } from '../../model';
import { ENGINE_ACTOR, type OrderDeps } from '../deps';
import type { Order } from '../order';
import { isTerminal } from '../order-state';
import { entryOrderOf, ordersOfTrade } from '../orders.queries';
import { currenciesOf } from './fee-rates';
import { entryPrice, exitPrice, openQuantity, unbookedFees } from './positions';
import { isResting, tooSmall } from '../protection/protection';
import { adjustmentId, writeAdjustment } from '../reconcile/adjustment.repository';
import { listHoldings, saveHolding } from '../reconcile/holdings.repository';
import { endTrade, exitReasonOf } from './settle';
import type { ExitReason, Trade } from '../trade';
import { findPosition, savePosition } from '../trades.repository';

/**
 * Whether what is left of a trade cannot be sold: less than a step; or less than the venue's
 * minimum, and the venue has refused it once already (some let exits pass that are that small).
 */
export async function isDust(
	trx: Trx,
	trade: Trade,
	quantity: Decimal,
	market: Market,
): Promise<boolean> {
	if (isZero(quantity)) return true;
	if (!tooSmall(quantity, entryPrice(trade) ?? ZERO, market)) return false;
	return (await ordersOfTrade(trx, trade.id)).some(
		(order) =>
			order.reduceOnly && order.state === 'REJECTED' && order.code !== 'NO_LIQUIDITY' &&
			!isResting(order) && eq(order.quantity, quantity),
	);
}

function reasonOf(trade: Trade, orders: readonly Order[]): ExitReason {
	const exits = orders.filter((order) => order.reduceOnly && order.state !== 'CANCELLED');
	const sold = exits.filter((order) => !isZero(order.filledQuantity)).at(-1) ?? exits.at(-1);
	return trade.closeReason ?? (sold === undefined ? 'engine' : exitReasonOf(sold));
}

/** What is left belongs to no trade any more: the account holds it, and nobody takes it for a find. */
async function keepAsHolding(trx: Trx, { accountId, symbol }: Trade, rest: Decimal, now: number): Promise<void> {
	// Spot holds assets; a derivatives venue, whose symbols name what they settle in, positions.
	const name = symbol.includes(':') ? symbol : currenciesOf(symbol).base;
	const known = (await listHoldings(trx, [accountId])).find((holding) => holding.name === name);
	await saveHolding(trx, {
		accountId,
		name,
		quantity: add(known?.quantity ?? ZERO, rest),
		averagePrice: known?.averagePrice ?? null,
		firstSeen: known?.firstSeen ?? now,
		updatedAt: now,
	});
}

/**
 * Ends a trade whose rest cannot be sold: the rest stays on the account, worth nothing in our books,
 * and its cost is realised as lost. Nothing happens while its entry may still fill or an exit works.
 * Called under the account's lock. @returns whether the trade is over now
 */
export async function bookDust(
	trx: Trx,
	{ kernel }: OrderDeps,
	trade: Trade,
	working: readonly Order[],
): Promise<boolean> {
	const entry = await entryOrderOf(trx, trade.id);
	if (working.length > 0 || (entry !== null && !isTerminal(entry.state))) return false;
	const position = await findPosition(trx, trade.accountId, trade.symbol);
	const rest = openQuantity(trade);
	if (position === null || isZero(rest)) return false;
	const account = await lockAccount(trx, trade.accountId);
	const now = kernel.clock.now();
	const gross = neg(position.cost);
	const fees = unbookedFees(trade);
	const net = sub(gross, fees);
	const orders = await ordersOfTrade(trx, trade.id);
	await savePosition(trx, { ...position, quantity: ZERO, cost: ZERO, updatedAt: now });
	await bookCash(trx, kernel, trade.accountId, { cashDelta: ZERO, realisedNet: net });
	await keepAsHolding(trx, trade, position.quantity, now);
	await writeAdjustment(trx, kernel, account, {
		id: adjustmentId('position', trade.id, 'dust'),
		kind: 'position',
		asset: trade.symbol,
		before: position.quantity,
		after: ZERO,
		reason: `What is left of the trade is less than ${trade.venue} sells. It stays on the account, worth nothing in our books.`,
		orderId: null,
		tradeId: trade.id,
		actor: ENGINE_ACTOR,
	});
	const sold: Trade = {
		...trade,
		exitedQuantity: add(trade.exitedQuantity, rest),
		feesBooked: trade.fees,
		realisedGross: add(trade.realisedGross, gross),
		realisedNet: add(trade.realisedNet, net),
	};
	await endTrade(trx, kernel, sold, {
		reason: reasonOf(trade, orders),
		lastPrice: exitPrice(trade) ?? trade.stopLoss ?? entryPrice(trade) ?? ZERO,
		closedAt: now,
		currency: account.currency,
		actor: ENGINE_ACTOR,
	});
	return true;
}
