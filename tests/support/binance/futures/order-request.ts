import type { Engine } from '../engine';
import { times } from '../fixed';
import { hasLimit, isStop, type OrderRequest, type SpotTimeInForce } from '../order';
import { clientId, readSide } from '../order-request';
import type { Params } from '../params';
import { refusals } from '../refusal';
import { KINDS } from './rows';
import { words } from './words';

const TIMES: readonly SpotTimeInForce[] = ['GTC', 'IOC', 'FOK'];

/** `GTX` is an order that must not take. */
function readTime(params: Params, limit: boolean): SpotTimeInForce | 'GTX' {
	const value = limit ? params.required('timeInForce') : params.text('timeInForce');
	if (value === null) return 'GTC';
	if (value === 'GTX') return 'GTX';
	const found = TIMES.find((each) => each === value);
	if (found === undefined) throw refusals.timeInForce();
	return found;
}

/** `POST order`, or `POST algoOrder` where `algo`; what belongs to the other is refused. */
export function readFuturesOrder(engine: Engine, params: Params, algo: boolean): OrderRequest {
	const { spec } = engine.book(params.required('symbol'));
	const side = readSide(params);
	const kind = KINDS[params.required('type')];
	if (kind === undefined) throw refusals.orderType();
	if (isStop(kind) !== algo) throw algo ? refusals.orderType() : words.useAlgo();
	if ((params.text('positionSide') ?? 'BOTH') !== 'BOTH') throw words.positionSide();
	const time = readTime(params, hasLimit(kind));
	const type = time === 'GTX' && kind === 'LIMIT' ? 'LIMIT_MAKER' : kind;
	const request: OrderRequest = {
		spec,
		side,
		type,
		timeInForce: time === 'GTX' ? 'GTC' : time,
		quantity: params.requiredAmount('quantity'),
		quoteOrderQty: 0n,
		price: hasLimit(type) ? params.requiredAmount('price') : 0n,
		stopPrice: algo ? params.requiredAmount('triggerPrice') : 0n,
		clientOrderId: clientId(params, algo ? 'clientAlgoId' : 'newClientOrderId'),
		reduceOnly: params.text('reduceOnly') === 'true',
	};
	for (const ignored of ['algoType', 'newOrderRespType', 'workingType', 'priceProtect', 'selfTradePreventionMode']) {
		params.text(ignored);
	}
	checkFilters(engine, request);
	return request;
}

function checkFilters(engine: Engine, request: OrderRequest): void {
	const { spec, type, quantity, reduceOnly = false } = request;
	for (const price of [request.price, request.stopPrice]) {
		if (price % spec.tickSize !== 0n) throw refusals.filter('PRICE_FILTER');
	}
	if (quantity === 0n) throw words.quantity();
	const most = type === 'MARKET' ? spec.maxMarketQty : spec.maxQty;
	if (quantity < spec.minQty || quantity > most || quantity % spec.stepSize !== 0n) {
		throw refusals.filter('LOT_SIZE');
	}
	const touch = engine.book(spec.symbol).touch(request.side) ?? 0n;
	const price = hasLimit(type) ? request.price : isStop(type) ? request.stopPrice : touch;
	if (!reduceOnly && price > 0n && times(quantity, price) < spec.minNotional) throw words.tooSmall();
}
