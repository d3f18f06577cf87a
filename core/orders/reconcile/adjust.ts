import type { Trx } from '../../db';
import type { VenueReport } from '../../exchange';
import { bookTransfer, lockAccount, utcDay } from '../../members';
import {
	abs, add, clientOrderId, div, eq, gt, gte, isZero, min, mul, newId, opposite, SECOND, sub, ZERO,
	type AccountId, type Decimal, type IssueId, type OrderId,
} from '../../model';
import { applyReport } from '../booking/apply';
import type { OrderDeps } from '../deps';
import { newOrder } from '../entries/entry';
import type { Order } from '../order';
import { move } from '../booking/order-update';
import { workingOrders } from '../orders.queries';
import { appendSteps, insertOrder } from '../orders.repository';
import { entryPrice } from '../booking/positions';
import type { Trade } from '../trade';
import { findPosition, openTradeOf } from '../trades.repository';
import type { Adjustment } from './adjustment.table';
import { adjustmentId, isAdjusted, writeAdjustment } from './adjustment.repository';
import { foreignFills } from './facts.queries';
import { saveHolding, type ExternalHolding } from './holdings.repository';

/** A trade's position that the venue does not cover. Quantities signed. */
export interface PositionCorrection {
	readonly accountId: AccountId;
	readonly symbol: string;
	/** What our books said when it was compared. */
	readonly from: Decimal;
	readonly to: Decimal;
	readonly price: Decimal;
	readonly reason: string;
	readonly actor: string;
}

/**
 * Price at which what is gone is booked: what others' orders on the account got for it; else the
 * price at which it could be closed now; else what was paid for it.
 */
export async function correctionPrice(
	{ kernel, exchanges }: OrderDeps,
	trade: Trade,
	quantity: Decimal,
): Promise<Decimal> {
	const side = opposite(trade.side);
	const since = trade.openedAt ?? trade.createdAt;
	const sold = await foreignFills(kernel.conn, trade.accountId, { symbol: trade.symbol, side, since });
	let left = quantity;
	let value = ZERO;
	for (const fill of sold) {
		const taken = min(left, fill.quantity);
		value = add(value, mul(taken, fill.price));
		left = sub(left, taken);
	}
	if (isZero(left)) return div(value, quantity);
	const quote = await exchanges.quotes.quote(trade.venue, trade.symbol).catch(() => null);
	const maxAge = kernel.rules.policy.risk.quoteFreshSeconds * SECOND;
	if (quote !== null && kernel.clock.now() - quote.at <= maxAge) {
		return trade.side === 'buy' ? quote.bid : quote.ask;
	}
	return entryPrice(trade) ?? ZERO;
}

/** The order that stands for the correction: it goes nowhere, its fill is the correction. */
function correctingOrder(
	{ kernel }: OrderDeps,
	trade: Trade,
	id: Adjustment['id'],
	wanted: PositionCorrection,
): Order {
	const now = kernel.clock.now();
	const { accountId, memberId, signalId, source, venue, symbol } = trade;
	const draft = newOrder(
		{
			accountId, memberId, signalId, source, venue, symbol,
			ticketId: null,
			side: opposite(trade.side),
			type: 'market',
			quantity: sub(abs(wanted.from), abs(wanted.to)),
			givenQuantity: null,
			price: null,
			triggerPrice: null,
			referencePrice: wanted.price,
			stopLoss: trade.stopLoss ?? ZERO,
			targets: [],
			risk: ZERO,
			cash: ZERO,
			policyVersion: kernel.rules.version,
		},
		{
			id: newId('ord', kernel.clock, kernel.rng),
			clientOrderId: clientOrderId(id, 'close', 1),
			tradeId: trade.id,
			leg: 'close',
			reason: 'reconciliation',
			reduceOnly: true,
			actor: wanted.actor,
			algoId: null,
			memberDay: utcDay(now),
			sendAfter: now,
		},
		now,
	);
	return { ...draft, origin: 'RECONCILIATION', message: wanted.reason };
}

/** The report of such an order: as if the venue had filled it, under an id of our own. */
function correctionReport(order: Order, id: Adjustment['id'], price: Decimal): VenueReport {
	const { clientOrderId: clientId, symbol, side, type, quantity, createdAt, message } = order;
	const venueOrderId = `reconciliation:${id}`;
	const [, quote = ''] = symbol.split('/');
	return {
		order: {
			clientOrderId: clientId, venueOrderId, symbol, side, type, quantity, message, createdAt,
			price: null,
			triggerPrice: null,
			reduceOnly: true,
			timeInForce: 'GTC',
			postOnly: false,
			state: 'FILLED',
			filledQuantity: quantity,
		},
		fills: [
			{
				clientOrderId: clientId, venueOrderId, symbol, side, quantity, price,
				venueTradeId: venueOrderId,
				fee: ZERO,
				feeCurrency: quote.split(':')[0] ?? '',
				at: createdAt,
			},
		],
	};
}

async function bookCorrection(
	trx: Trx,
	deps: OrderDeps,
	trade: Trade,
	id: Adjustment['id'],
	wanted: PositionCorrection,
): Promise<OrderId> {
	const order = correctingOrder(deps, trade, id, wanted);
	const begun = move({ order, steps: [] }, 'Submit', order.createdAt, {}, wanted.reason);
	await insertOrder(trx, begun.order);
	await appendSteps(trx, order.id, begun.steps);
	await applyReport(trx, deps.kernel, begun.order, correctionReport(order, id, wanted.price));
	return order.id;
}

/**
 * Reduces a trade to what the venue holds of it, as an adjusting order with one fill: position,
 * trade and cash move together. Null when the books have gone on since the comparison, an order is
 * on its way, or the same correction was booked before.
 */
export async function correctPosition(
	trx: Trx,
	deps: OrderDeps,
	wanted: PositionCorrection,
): Promise<Adjustment | null> {
	const { accountId, symbol, from, to, reason, actor } = wanted;
	const account = await lockAccount(trx, accountId);
	const position = await findPosition(trx, accountId, symbol);
	const trade = await openTradeOf(trx, accountId, symbol);
	if (trade === null || position === null || !eq(position.quantity, from)) return null;
	if (gte(abs(to), abs(from)) || (gt(to, 0) && gt(0, from)) || (gt(0, to) && gt(from, 0))) return null;
	const working = await workingOrders(trx, { accountId, symbol });
	if (working.some(({ state }) => state === 'SUBMITTING' || state === 'UNKNOWN')) return null;
	const { id: tradeId, enteredQuantity, exitedQuantity } = trade;
	const id = adjustmentId('position', tradeId, enteredQuantity, exitedQuantity, to);
	if (await isAdjusted(trx, id)) return null;
	const orderId = await bookCorrection(trx, deps, trade, id, wanted);
	return writeAdjustment(trx, deps.kernel, account, {
		id, kind: 'position', asset: symbol, before: from, after: to, reason, orderId, tradeId, actor,
	});
}

/** Cash that the venue's balance does not show, or shows more of. */
export interface CashCorrection {
	readonly accountId: AccountId;
	/** What our books said when it was compared. */
	readonly from: Decimal;
	readonly to: Decimal;
	/** What tells this correction from a later one of the same amounts: its issue, or a time. */
	readonly occasion: IssueId | number;
	readonly reason: string;
	readonly actor: string;
}

/**
 * Brings our cash to what the venue has, as money that came or left outside of trading. Null when
 * the books have gone on since the comparison.
 */
export async function correctCash(
	trx: Trx,
	{ kernel }: OrderDeps,
	wanted: CashCorrection,
): Promise<Adjustment | null> {
	const { accountId, from, to, occasion, reason, actor } = wanted;
	const account = await lockAccount(trx, accountId);
	const id = adjustmentId('cash', accountId, occasion, from, to);
	if (!eq(account.cash, from) || (await isAdjusted(trx, id))) return null;
	await bookTransfer(trx, kernel, accountId, sub(to, from));
	return writeAdjustment(trx, kernel, account, {
		id, kind: 'cash', asset: account.currency, before: from, after: to, reason,
		orderId: null, tradeId: null, actor,
	});
}

/** Writes what is held beyond our trades; `noted` also as an adjustment with its event. */
export async function correctHolding(
	trx: Trx,
	{ kernel }: OrderDeps,
	wanted: Pick<ExternalHolding, 'accountId' | 'averagePrice' | 'name'> & {
		readonly from: Decimal;
		readonly to: Decimal;
		/** Null: only recorded, as what is found when an account is connected. */
		readonly noted: { readonly issueId: IssueId; readonly reason: string; readonly actor: string } | null;
	},
): Promise<Adjustment | null> {
	const { accountId, name, averagePrice, from, to, noted } = wanted;
	const account = await lockAccount(trx, accountId);
	const now = kernel.clock.now();
	await saveHolding(trx, {
		accountId, name, quantity: to, averagePrice, firstSeen: now, updatedAt: now,
	});
	if (noted === null) return null;
	const id = adjustmentId('holding', accountId, name, noted.issueId, from, to);
	if (await isAdjusted(trx, id)) return null;
	return writeAdjustment(trx, kernel, account, {
		id, kind: 'holding', asset: name, before: from, after: to, reason: noted.reason,
		orderId: null, tradeId: null, actor: noted.actor,
	});
}
