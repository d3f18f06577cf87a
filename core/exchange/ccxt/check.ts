import type { Decimal } from '../../model';
import { gt, isMultipleOf, lt, lte, mul } from '../../model';
import type { Market, SubmitRequest, VenueCapabilities, VenueRejection } from '../exchange';

const no = (code: string, message: string): VenueRejection => ({ kind: 'rejected', code, message });

function able(capabilities: VenueCapabilities, request: SubmitRequest): VenueRejection | null {
	if (!capabilities.orderTypes.includes(request.type)) {
		return no('NOT_SUPPORTED', `The venue takes no ${request.type} orders here.`);
	}
	if (request.type !== 'market' && !capabilities.timeInForce.includes(request.timeInForce)) {
		return no('NOT_SUPPORTED', `The venue takes no ${request.timeInForce} orders here.`);
	}
	if (request.postOnly && (!capabilities.postOnly || request.type !== 'limit')) {
		return no('NOT_SUPPORTED', 'Only limit orders can be post-only, where the venue has it.');
	}
	return null;
}

function prices(market: Market, { type, price, triggerPrice }: SubmitRequest): VenueRejection | null {
	const limited = type === 'limit' || type === 'stop_limit';
	const stopped = type === 'stop' || type === 'stop_limit';
	if (limited !== (price !== null) || stopped !== (triggerPrice !== null)) {
		return no('PRICE_INVALID', `A ${type} order has the wrong set of prices.`);
	}
	for (const each of [price, triggerPrice]) {
		if (each !== null && (lte(each, 0) || !isMultipleOf(each, market.priceTick))) {
			return no('PRICE_TICK', `The price ${each} is not a multiple of ${market.priceTick}.`);
		}
	}
	return null;
}

function size(market: Market, { quantity, reduceOnly }: SubmitRequest, at: Decimal | null): VenueRejection | null {
	if (lte(quantity, 0)) return no('QUANTITY_INVALID', 'The quantity must be greater than zero.');
	if (!isMultipleOf(quantity, market.quantityStep)) {
		return no('QUANTITY_STEP', `The quantity ${quantity} is not a multiple of ${market.quantityStep}.`);
	}
	// Whether the venue still takes a small exit is its own to say.
	if (reduceOnly) return null;
	if (lt(quantity, market.minQuantity)) {
		return no('QUANTITY_MIN', `The quantity ${quantity} is below ${market.minQuantity}.`);
	}
	if (market.maxQuantity !== null && gt(quantity, market.maxQuantity)) {
		return no('QUANTITY_MAX', `The quantity ${quantity} is above ${market.maxQuantity}.`);
	}
	if (at !== null && lt(mul(quantity, at), market.minNotional)) {
		return no('NOTIONAL_MIN', `The order is worth less than ${market.minNotional} ${market.quote}.`);
	}
	return null;
}

/**
 * Why the venue would refuse the order, as far as its list of markets tells, or null. What passes is
 * sent digit by digit, so steps and ticks must fit here. The value of an order at the market's price
 * is left to the venue, which knows it.
 */
export function refuseBeforeSending(
	capabilities: VenueCapabilities,
	market: Market,
	request: SubmitRequest,
): VenueRejection | null {
	return (
		able(capabilities, request) ??
		prices(market, request) ??
		size(market, request, request.price ?? request.triggerPrice)
	);
}
