import type { Market } from '../../exchange';
import {
	gt, isMultipleOf, isRefused, lt, lte, mul, refuse, sub, type Decimal, type Refused, type Side,
} from '../../model';
import { isAtVenue } from '../sending/cancel';
import type { Order } from '../order';

/** What somebody wants of a working entry instead; what is left out stays. */
export interface ReplaceWish {
	/** The whole quantity, what has filled already included. */
	readonly quantity?: Decimal;
	readonly price?: Decimal;
	readonly triggerPrice?: Decimal;
}

/** A replacement that can be carried out. */
export interface ReplacePlan {
	readonly quantity: Decimal;
	readonly price: Decimal | null;
	readonly triggerPrice: Decimal | null;
	/** More quantity, or a price that costs more: the risk gate judges it first. */
	readonly addsRisk: boolean;
}

/** Steps and bounds that the venue enforces. */
type Bounds = Pick<Market, 'maxQuantity' | 'minNotional' | 'minQuantity' | 'priceTick' | 'quantityStep'>;

/** Whether a new price costs more than the old one. */
function isWorse(side: Side, to: Decimal | null, from: Decimal | null): boolean {
	if (to === null || from === null) return false;
	return side === 'buy' ? gt(to, from) : lt(to, from);
}

function refusePrice(
	order: Order,
	field: 'price' | 'triggerPrice',
	wanted: Decimal | undefined,
	{ priceTick }: Bounds,
): Refused | null {
	if (wanted === undefined) return null;
	if (order[field] === null) {
		const called = field === 'price' ? 'limit price' : 'trigger price';
		return refuse('REPLACE_FIELD', { observed: order.type, field: called });
	}
	const fits = gt(wanted, 0) && isMultipleOf(wanted, priceTick);
	return fits ? null : refuse('REPLACE_PRICE', { observed: wanted, limit: priceTick });
}

/** Why the venue would not take what is still to be ordered, or null. */
export function refuseRest(rest: Decimal, price: Decimal | null, market: Bounds): Refused | null {
	const { quantityStep, minQuantity, maxQuantity, minNotional } = market;
	if (!isMultipleOf(rest, quantityStep)) {
		return refuse('QUANTITY_STEP', { observed: rest, limit: quantityStep });
	}
	if (lte(rest, 0) || lt(rest, minQuantity)) {
		return refuse('QUANTITY_TOO_SMALL', { observed: rest, limit: minQuantity });
	}
	if (maxQuantity !== null && gt(rest, maxQuantity)) {
		return refuse('QUANTITY_TOO_LARGE', { observed: rest, limit: maxQuantity });
	}
	if (price === null || !lt(mul(rest, price), minNotional)) return null;
	return refuse('NOTIONAL_TOO_SMALL', { observed: mul(rest, price), limit: minNotional });
}

/** Whether a price would lie where the stop of the order's trade is, or beyond it. */
function refuseStopSide(
	side: Side,
	price: Decimal | null,
	stopLoss: Decimal | null,
): Refused | null {
	if (price === null || stopLoss === null) return null;
	const ahead = side === 'buy' ? gt(price, stopLoss) : lt(price, stopLoss);
	return ahead ? null : refuse('STOP_LOSS_WRONG_SIDE', { observed: stopLoss, limit: price });
}

function refuseOrder({ leg, origin, state, pending }: Order): Refused | null {
	if (leg !== 'entry' || origin !== 'SYSTEM' || !isAtVenue(state)) {
		return refuse('ORDER_NOT_REPLACEABLE', { leg, state });
	}
	return pending === 'none' ? null : refuse('REPLACE_PENDING');
}

/**
 * What replacing a working entry comes to, or why it cannot be. Pure.
 * @param stopLoss stop of the order's trade
 */
export function planReplacement(
	order: Order,
	wish: ReplaceWish,
	market: Bounds,
	stopLoss: Decimal | null,
): ReplacePlan | Refused {
	const { side, type } = order;
	const quantity = wish.quantity ?? order.quantity;
	const price = wish.price ?? order.price;
	const triggerPrice = wish.triggerPrice ?? order.triggerPrice;
	const reference = price ?? triggerPrice;
	const refusal =
		refuseOrder(order) ??
		refusePrice(order, 'price', wish.price, market) ??
		refusePrice(order, 'triggerPrice', wish.triggerPrice, market) ??
		refuseRest(sub(quantity, order.filledQuantity), reference, market) ??
		refuseStopSide(side, reference, stopLoss);
	if (isRefused(refusal)) return refusal;
	const same =
		quantity === order.quantity && price === order.price && triggerPrice === order.triggerPrice;
	if (same || type === 'market') return refuse('REPLACE_NOTHING');
	const addsRisk =
		gt(quantity, order.quantity) ||
		isWorse(side, price, order.price) ||
		isWorse(side, triggerPrice, order.triggerPrice);
	return { quantity, price, triggerPrice, addsRisk };
}
