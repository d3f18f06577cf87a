import type { Decimal, OrderType, Side } from '../../model';
import {
	add, decimal, div, floorToStep, gt, gte, isMultipleOf, isZero, lt, lte, max, min, mul, sub,
} from '../../model';
import { bookedFee, bookedValue } from '../currency';
import type { Market, SubmitRequest, VenueRejection } from '../exchange';
import type { Quote } from '../quotes';

/** What of an order decides whether and where it executes. */
export interface Matchable {
	readonly side: Side;
	readonly type: OrderType;
	readonly price: Decimal | null;
	readonly triggerPrice: Decimal | null;
	/** A stop that was woken before. */
	readonly triggered: boolean;
	/** It was in the book before this look: others come to its price, it takes none of theirs. */
	readonly resting: boolean;
}

/** How a look is taken. */
export interface LookTerms {
	/** In basis points. */
	readonly slippage: Decimal;
	readonly tick: Decimal;
	/**
	 * What a resting limit order gets when the market comes to it. `offer`: what is offered, at the
	 * first touch. `queue`: its own price, when the market trades through it, or at a touch if it
	 * is far enough ahead in the queue.
	 */
	readonly resting: 'offer' | 'queue';
	/** Whether it is far enough ahead at a mere touch. */
	readonly isAhead: () => boolean;
}

/** What a look at the quote does to an order. */
export type Look =
	| { readonly kind: 'rests' }
	| { readonly kind: 'triggers' }
	| { readonly kind: 'executes'; readonly price: Decimal };

const TEN_THOUSAND = decimal(10_000);
const HUNDRED = decimal(100);

function ceilToStep(value: Decimal, step: Decimal): Decimal {
	const floor = floorToStep(value, step);
	return lt(floor, value) ? add(floor, step) : floor;
}

/**
 * Price a taker gets: ask (bid) moved against the taker by `slippageBasisPoints` and rounded
 * against the taker to the tick. Never better than what was offered.
 */
export function takerPrice(side: Side, quote: Quote, slippageBasisPoints: Decimal, tick: Decimal): Decimal {
	const share = div(slippageBasisPoints, TEN_THOUSAND);
	return side === 'buy'
		? ceilToStep(mul(quote.ask, add(1, share)), tick)
		: floorToStep(mul(quote.bid, sub(1, share)), tick);
}

function wakes(order: Matchable, quote: Quote): boolean {
	if (order.triggered || order.triggerPrice === null) return true;
	return order.side === 'buy'
		? gte(quote.ask, order.triggerPrice)
		: lte(quote.bid, order.triggerPrice);
}

const RESTS: Look = { kind: 'rests' };

/** What a limit order in the book gets when the market is at its price or beyond. */
function atItsPrice(order: Matchable, price: Decimal, quote: Quote, terms: LookTerms): Look {
	const through =
		order.side === 'buy'
			? lte(quote.ask, sub(price, terms.tick))
			: gte(quote.bid, add(price, terms.tick));
	if (!through && !terms.isAhead()) return RESTS;
	// The market trades at this price on its way; nobody in the book gets a better one.
	return { kind: 'executes', price };
}

/**
 * Decides what happens to an order at this quote. A limit is never crossed by slippage. A stop
 * takes what is offered when it wakes, however far the market has jumped beyond its trigger.
 */
export function look(order: Matchable, quote: Quote, terms: LookTerms): Look {
	if (!wakes(order, quote)) return RESTS;
	const taken = takerPrice(order.side, quote, terms.slippage, terms.tick);
	const { price } = order;
	if (price === null) return { kind: 'executes', price: taken };
	const crossed = order.side === 'buy' ? lte(quote.ask, price) : gte(quote.bid, price);
	if (!crossed) return order.triggerPrice !== null && !order.triggered ? { kind: 'triggers' } : RESTS;
	const inTheBook = order.resting && (order.triggerPrice === null || order.triggered);
	if (inTheBook && terms.resting === 'queue') return atItsPrice(order, price, quote, terms);
	return { kind: 'executes', price: order.side === 'buy' ? min(taken, price) : max(taken, price) };
}

const no = (code: string, message: string): VenueRejection => ({ kind: 'rejected', code, message });

/** The venue's own rules for a request; exits are held to the step alone, so that none gets stuck. */
export function refuseRequest(
	market: Market,
	request: SubmitRequest,
	referencePrice: Decimal,
): VenueRejection | null {
	const { quantity, price, triggerPrice } = request;
	if (lte(quantity, 0)) return no('QUANTITY_INVALID', 'The quantity must be greater than zero.');
	if (!isMultipleOf(quantity, market.quantityStep)) {
		return no('QUANTITY_STEP', `The quantity ${quantity} is not a multiple of ${market.quantityStep}.`);
	}
	const limited = request.type === 'limit' || request.type === 'stop_limit';
	const stopped = request.type === 'stop' || request.type === 'stop_limit';
	if (limited !== (price !== null) || stopped !== (triggerPrice !== null)) {
		return no('PRICE_INVALID', `A ${request.type} order has the wrong set of prices.`);
	}
	for (const each of [price, triggerPrice]) {
		if (each !== null && (lte(each, 0) || !isMultipleOf(each, market.priceTick))) {
			return no('PRICE_TICK', `The price ${each} is not a multiple of ${market.priceTick}.`);
		}
	}
	if (request.postOnly && (request.type !== 'limit' || request.timeInForce !== 'GTC')) {
		return no('POST_ONLY_INVALID', 'Only a limit order that stays in the book can be post-only.');
	}
	if (request.reduceOnly) return null;
	if (lt(quantity, market.minQuantity)) {
		return no('QUANTITY_MIN', `The quantity ${quantity} is below ${market.minQuantity}.`);
	}
	if (market.maxQuantity !== null && gt(quantity, market.maxQuantity)) {
		return no('QUANTITY_MAX', `The quantity ${quantity} is above ${market.maxQuantity}.`);
	}
	if (lt(mul(quantity, referencePrice), market.minNotional)) {
		return no('NOTIONAL_MIN', `The order is worth less than ${market.minNotional} ${market.quote}.`);
	}
	return null;
}

/** What an execution moves: both assets and the fee, each rounded once. */
export interface PaperExecution {
	readonly fee: Decimal;
	/** Change of the quote asset, fee included. */
	readonly quoteDelta: Decimal;
	/** Change of the base asset. */
	readonly baseDelta: Decimal;
}

export function execution(
	market: Market,
	side: Side,
	quantity: Decimal,
	price: Decimal,
	feePercent: Decimal,
): PaperExecution {
	const value = bookedValue(quantity, price, market.quote);
	const fee = isZero(feePercent)
		? decimal(0)
		: bookedFee(div(mul(quantity, price, feePercent), HUNDRED), market.quote);
	return side === 'buy'
		? { fee, quoteDelta: sub(0, add(value, fee)), baseDelta: quantity }
		: { fee, quoteDelta: sub(value, fee), baseDelta: sub(0, quantity) };
}
