import { type Fixed, ONE, text, times } from '../fixed';
import { type ExecutionType, isStop, type Order, type Trade } from '../order';
import type { SpotOrderType } from '../symbols';

type Row = Record<string, unknown>;

/** Kinds of order by the exchange's own words; the engine matches all segments' orders alike. */
export const KINDS: Readonly<Record<string, SpotOrderType>> = {
	LIMIT: 'LIMIT', MARKET: 'MARKET', STOP: 'STOP_LOSS_LIMIT', STOP_MARKET: 'STOP_LOSS',
	TAKE_PROFIT: 'TAKE_PROFIT_LIMIT', TAKE_PROFIT_MARKET: 'TAKE_PROFIT',
};
const WORDS = Object.fromEntries(Object.entries(KINDS).map(([word, kind]) => [kind, word]));
const kindOf = ({ type }: Order): string => (type === 'LIMIT_MAKER' ? 'LIMIT' : (WORDS[type] ?? type));
const timeOf = ({ type, timeInForce }: Order): string => (type === 'LIMIT_MAKER' ? 'GTX' : timeInForce);

/** The number under which the matching engine has an order: a stop gets one when it triggers. */
export const matchedId = (order: Order): number | null => (isStop(order.type) ? order.actualId : order.orderId);

/** The order that a stop became works at market, or at its limit. */
const matchedKind = ({ type }: Order): string => (type.includes('LIMIT') ? 'LIMIT' : 'MARKET');
const matchedName = (order: Order): string => (isStop(order.type) ? `autoclose-${order.orderId}` : order.clientOrderId);
const average = ({ spent, executed }: Order): Fixed => (executed === 0n ? 0n : (spent * ONE) / executed);

/** An order of the matching engine; of a stop, the one it became. */
export function orderRow(order: Order): Row {
	return {
		orderId: matchedId(order),
		symbol: order.spec.symbol,
		status: order.status,
		clientOrderId: matchedName(order),
		price: text(order.price),
		avgPrice: text(average(order)),
		origQty: text(order.quantity),
		executedQty: text(order.executed),
		cumQty: text(order.executed),
		cumQuote: text(order.spent),
		timeInForce: timeOf(order),
		type: isStop(order.type) ? matchedKind(order) : kindOf(order),
		reduceOnly: order.reduceOnly === true,
		closePosition: false,
		side: order.side,
		positionSide: 'BOTH',
		stopPrice: '0',
		workingType: 'CONTRACT_PRICE',
		priceProtect: false,
		origType: isStop(order.type) ? matchedKind(order) : kindOf(order),
		priceMatch: 'NONE',
		selfTradePreventionMode: 'EXPIRE_MAKER',
		goodTillDate: 0,
		time: order.time,
		updateTime: order.updateTime,
	};
}

function algoStatus({ status, working }: Order): string {
	if (working) return status === 'NEW' || status === 'PARTIALLY_FILLED' ? 'TRIGGERED' : 'FINISHED';
	return status;
}

/** A stop, in the place of its own that conditional orders have. */
export function algoRow(order: Order): Row {
	return {
		algoId: order.orderId,
		clientAlgoId: order.clientOrderId,
		algoType: 'CONDITIONAL',
		orderType: kindOf(order),
		symbol: order.spec.symbol,
		side: order.side,
		positionSide: 'BOTH',
		timeInForce: order.timeInForce,
		quantity: text(order.quantity),
		algoStatus: algoStatus(order),
		actualOrderId: order.actualId === null ? '' : String(order.actualId),
		actualPrice: text(average(order)),
		triggerPrice: text(order.stopPrice),
		price: text(order.price),
		icebergQuantity: null,
		selfTradePreventionMode: 'EXPIRE_MAKER',
		workingType: 'CONTRACT_PRICE',
		priceMatch: 'NONE',
		closePosition: false,
		priceProtect: false,
		reduceOnly: order.reduceOnly === true,
		createTime: order.time,
		updateTime: order.updateTime,
		triggerTime: order.working ? order.updateTime : 0,
		goodTillDate: 0,
	};
}

export function tradeRow(trade: Trade): Row {
	const { order } = trade;
	return {
		symbol: order.spec.symbol,
		id: trade.id,
		orderId: matchedId(order),
		side: order.side,
		price: text(trade.price),
		qty: text(trade.qty),
		realizedPnl: '0',
		quoteQty: text(times(trade.price, trade.qty)),
		commission: text(trade.commission),
		commissionAsset: trade.commissionAsset,
		time: trade.time,
		positionSide: 'BOTH',
		buyer: order.side === 'BUY',
		maker: trade.maker,
	};
}

/** An order's news as the user data stream tells it: of a waiting stop, and of a matched order. */
export function news(order: Order, what: ExecutionType, trade: Trade | null): readonly Row[] {
	const { updateTime: at } = order;
	const events: Row[] = [];
	if (isStop(order.type)) {
		events.push({
			e: 'ALGO_UPDATE', T: at, E: at,
			o: {
				caid: order.clientOrderId, aid: order.orderId, at: 'CONDITIONAL', o: kindOf(order), s: order.spec.symbol,
				S: order.side, ps: 'BOTH', f: order.timeInForce, q: text(order.quantity), X: algoStatus(order),
				ai: order.actualId === null ? '' : String(order.actualId), ap: text(average(order)), aq: text(order.executed),
				act: '0', tp: text(order.stopPrice), p: text(order.price), V: 'EXPIRE_MAKER', wt: 'CONTRACT_PRICE', pm: 'NONE',
				cp: false, pP: false, R: order.reduceOnly === true, tt: 0, gtd: 0, rm: '',
			},
		});
	}
	if (matchedId(order) !== null) events.push(matchedNews(order, what, trade));
	return events;
}

function matchedNews(order: Order, what: ExecutionType, trade: Trade | null): Row {
	const row = orderRow(order);
	const { updateTime: at } = order;
	return {
		e: 'ORDER_TRADE_UPDATE', T: at, E: at,
		o: {
			s: row['symbol'], c: row['clientOrderId'], S: row['side'], o: row['type'], f: row['timeInForce'], q: row['origQty'],
			p: row['price'], ap: row['avgPrice'], sp: '0', x: what, X: order.status, i: row['orderId'],
			l: text(trade?.qty ?? 0n), z: text(order.executed), L: text(trade?.price ?? 0n),
			N: trade?.commissionAsset ?? 'USDT', n: text(trade?.commission ?? 0n), T: at, t: trade?.id ?? 0,
			m: trade?.maker ?? false, R: row['reduceOnly'], wt: 'CONTRACT_PRICE', ot: row['type'], ps: 'BOTH', cp: false, rp: '0',
		},
	};
}
