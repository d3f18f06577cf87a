import { randomBytes } from 'node:crypto';
import type { Engine } from './engine';
import { type Fixed, times } from './fixed';
import { hasLimit, isStop, type OrderRequest, type Side, type SpotTimeInForce } from './order';
import type { Params } from './params';
import { refusals } from './refusal';
import { ORDER_TYPES, type SpotOrderType, type SymbolSpec } from './symbols';

const CLIENT_ID = /^[.A-Z:/a-z0-9_-]{1,36}$/;
const TIMES_IN_FORCE: readonly SpotTimeInForce[] = ['GTC', 'IOC', 'FOK'];

/** A client order id as sent, or one of the exchange's own making. */
export function clientId(params: Params, name: string): string {
	const id = params.text(name) ?? randomBytes(11).toString('hex');
	if (!CLIENT_ID.test(id)) throw refusals.illegal(name, '^[\\.A-Z\\:/a-z0-9_-]{1,36}$');
	return id;
}

export function readSide(params: Params): Side {
	const side = params.required('side');
	if (side !== 'BUY' && side !== 'SELL') throw refusals.side();
	return side;
}

export function readType(value: string): SpotOrderType {
	const type = ORDER_TYPES.find((each) => each === value);
	if (type === undefined) throw refusals.orderType();
	return type;
}

function readTimeInForce(params: Params, type: SpotOrderType): SpotTimeInForce {
	if (!hasLimit(type) || type === 'LIMIT_MAKER') {
		params.forbid('timeInForce');
		return 'GTC';
	}
	const value = params.required('timeInForce');
	const found = TIMES_IN_FORCE.find((each) => each === value);
	if (found === undefined) throw refusals.timeInForce();
	return found;
}

function limitPrice(params: Params, type: SpotOrderType): Fixed {
	if (hasLimit(type)) return params.requiredAmount('price');
	params.forbid('price');
	return 0n;
}

function stopPrice(params: Params, type: SpotOrderType): Fixed {
	if (isStop(type)) return params.requiredAmount('stopPrice');
	params.forbid('stopPrice');
	return 0n;
}

/** `POST /api/v3/order` as an order, all filters of the symbol checked. */
export function readOrder(engine: Engine, params: Params): OrderRequest {
	const { spec } = engine.book(params.required('symbol'));
	const side = readSide(params);
	const type = readType(params.required('type'));
	const byValue = type === 'MARKET' && params.peek('quoteOrderQty') !== null;
	if (byValue) params.forbid('quantity');
	const request: OrderRequest = {
		spec,
		side,
		type,
		timeInForce: readTimeInForce(params, type),
		quantity: byValue ? 0n : params.requiredAmount('quantity'),
		quoteOrderQty: byValue ? params.requiredAmount('quoteOrderQty') : 0n,
		price: limitPrice(params, type),
		stopPrice: stopPrice(params, type),
		clientOrderId: clientId(params, 'newClientOrderId'),
	};
	for (const ignored of ['newOrderRespType', 'selfTradePreventionMode', 'strategyId', 'strategyType', 'icebergQty']) {
		params.text(ignored);
	}
	checkFilters(engine, request);
	return request;
}

/** Throws what the filters of the symbol say. */
export function checkFilters(engine: Engine, request: OrderRequest): void {
	const { spec, type } = request;
	const prices: Fixed[] = [];
	if (hasLimit(type)) prices.push(request.price);
	if (isStop(type)) prices.push(request.stopPrice);
	for (const price of prices) {
		if (price < spec.tickSize || price % spec.tickSize !== 0n) throw refusals.filter('PRICE_FILTER');
	}
	if (request.quoteOrderQty === 0n) checkQuantity(spec, type, request.quantity);
	const { bid, ask } = engine.book(spec.symbol);
	const market = (request.side === 'BUY' ? ask : bid) ?? 0n;
	const price = hasLimit(type) ? request.price : isStop(type) ? request.stopPrice : market;
	const value = request.quoteOrderQty > 0n ? request.quoteOrderQty : times(request.quantity, price);
	if (market > 0n && value < spec.minNotional) throw refusals.filter('NOTIONAL');
}

function checkQuantity(spec: SymbolSpec, type: SpotOrderType, quantity: Fixed): void {
	const fits = quantity >= spec.minQty && quantity <= spec.maxQty && quantity % spec.stepSize === 0n;
	if (!fits) throw refusals.filter('LOT_SIZE');
	if (type === 'MARKET' && quantity > spec.maxMarketQty) throw refusals.filter('MARKET_LOT_SIZE');
}

/** One leg of `POST /api/v3/orderList/oco`; `prefix` is `above` or `below`. */
export function readLeg(engine: Engine, params: Params, prefix: 'above' | 'below', shared: {
	readonly spec: SymbolSpec;
	readonly side: Side;
	readonly quantity: Fixed;
}): OrderRequest {
	const type = readType(params.required(`${prefix}Type`));
	const named = (name: string) => `${prefix}${name}`;
	const request: OrderRequest = {
		...shared,
		type,
		timeInForce: 'GTC',
		quoteOrderQty: 0n,
		price: hasLimit(type) ? params.requiredAmount(named('Price')) : 0n,
		stopPrice: isStop(type) ? params.requiredAmount(named('StopPrice')) : 0n,
		clientOrderId: clientId(params, named('ClientOrderId')),
	};
	if (hasLimit(type) && isStop(type)) params.required(named('TimeInForce'));
	else params.text(named('TimeInForce'));
	checkFilters(engine, request);
	return request;
}
