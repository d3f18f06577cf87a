import { type Fixed, text, times } from './fixed';
import type { SpotOrderType, SymbolSpec } from './symbols';

export type Side = 'BUY' | 'SELL';
export type SpotTimeInForce = 'GTC' | 'IOC' | 'FOK';
export type OrderStatus = 'NEW' | 'PARTIALLY_FILLED' | 'FILLED' | 'CANCELED' | 'EXPIRED';

/** Money locked for an order, or for both legs of an order list. */
export interface Hold {
	readonly asset: string;
	left: Fixed;
}

export interface Trade {
	/** Unique per symbol, as on the real exchange; not over symbols. */
	readonly id: number;
	readonly order: Order;
	readonly price: Fixed;
	readonly qty: Fixed;
	readonly commission: Fixed;
	readonly commissionAsset: string;
	readonly time: number;
	readonly maker: boolean;
}

/** What a new order asks. */
export interface OrderRequest {
	readonly spec: SymbolSpec;
	readonly side: Side;
	readonly type: SpotOrderType;
	readonly timeInForce: SpotTimeInForce;
	readonly quantity: Fixed;
	/** Market orders may say how much to spend or receive instead of a quantity. */
	readonly quoteOrderQty: Fixed;
	readonly price: Fixed;
	readonly stopPrice: Fixed;
	readonly clientOrderId: string;
	/** Futures: never opens or enlarges a position. */
	readonly reduceOnly?: boolean;
}

export interface Order extends OrderRequest {
	readonly account: string;
	/** Unique per symbol. */
	readonly orderId: number;
	readonly listId: number;
	/** What it works for: set when a market order names only its value. */
	quantity: Fixed;
	executed: Fixed;
	spent: Fixed;
	status: OrderStatus;
	/** False while a stop waits for its trigger. */
	working: boolean;
	hold: Hold | null;
	readonly trades: Trade[];
	readonly time: number;
	updateTime: number;
	/** The other leg of its order list. */
	partner: Order | null;
	/** Futures: number of the order that a stop became; null while it waits. */
	actualId: number | null;
}

/** An order list of two legs. */
export interface OrderList {
	readonly listId: number;
	readonly clientId: string;
	readonly legs: readonly [Order, Order];
	readonly time: number;
}

export const isStop = (type: SpotOrderType): boolean => type.startsWith('STOP') || type.startsWith('TAKE');
export const hasLimit = (type: SpotOrderType): boolean => type.includes('LIMIT');
export const isOpen = (order: Order): boolean =>
	order.status === 'NEW' || order.status === 'PARTIALLY_FILLED';
export const remaining = (order: Order): Fixed => order.quantity - order.executed;

/** An order as queries tell it. */
export function orderRow(order: Order): Record<string, unknown> {
	return {
		symbol: order.spec.symbol,
		orderId: order.orderId,
		orderListId: order.listId,
		clientOrderId: order.clientOrderId,
		price: text(order.price),
		origQty: text(order.quantity),
		executedQty: text(order.executed),
		cummulativeQuoteQty: text(order.spent),
		status: order.status,
		timeInForce: order.timeInForce,
		type: order.type,
		side: order.side,
		stopPrice: text(order.stopPrice),
		icebergQty: '0.00000000',
		time: order.time,
		updateTime: order.updateTime,
		isWorking: order.working,
		workingTime: order.working ? order.updateTime : -1,
		origQuoteOrderQty: text(order.quoteOrderQty),
		selfTradePreventionMode: 'EXPIRE_MAKER',
	};
}

/** The answer to a new order, with its first fills. */
export function fullAnswer(order: Order): Record<string, unknown> {
	return {
		symbol: order.spec.symbol,
		orderId: order.orderId,
		orderListId: order.listId,
		clientOrderId: order.clientOrderId,
		transactTime: order.updateTime,
		price: text(order.price),
		origQty: text(order.quantity),
		executedQty: text(order.executed),
		origQuoteOrderQty: text(order.quoteOrderQty),
		cummulativeQuoteQty: text(order.spent),
		status: order.status,
		timeInForce: order.timeInForce,
		type: order.type,
		side: order.side,
		...(order.stopPrice > 0n ? { stopPrice: text(order.stopPrice) } : {}),
		workingTime: order.working ? order.updateTime : -1,
		fills: order.trades.map((trade) => ({
			price: text(trade.price),
			qty: text(trade.qty),
			commission: text(trade.commission),
			commissionAsset: trade.commissionAsset,
			tradeId: trade.id,
		})),
		selfTradePreventionMode: 'EXPIRE_MAKER',
	};
}

/** The answer to a cancel: `clientOrderId` is the cancel's own id. */
export function cancelAnswer(order: Order, cancelId: string): Record<string, unknown> {
	return {
		symbol: order.spec.symbol,
		origClientOrderId: order.clientOrderId,
		orderId: order.orderId,
		orderListId: order.listId,
		clientOrderId: cancelId,
		transactTime: order.updateTime,
		price: text(order.price),
		origQty: text(order.quantity),
		executedQty: text(order.executed),
		origQuoteOrderQty: text(order.quoteOrderQty),
		cummulativeQuoteQty: text(order.spent),
		status: order.status,
		timeInForce: order.timeInForce,
		type: order.type,
		side: order.side,
		...(order.stopPrice > 0n ? { stopPrice: text(order.stopPrice) } : {}),
		selfTradePreventionMode: 'EXPIRE_MAKER',
	};
}

export function tradeRow(trade: Trade): Record<string, unknown> {
	return {
		symbol: trade.order.spec.symbol,
		id: trade.id,
		orderId: trade.order.orderId,
		orderListId: trade.order.listId,
		price: text(trade.price),
		qty: text(trade.qty),
		quoteQty: text(times(trade.price, trade.qty)),
		commission: text(trade.commission),
		commissionAsset: trade.commissionAsset,
		time: trade.time,
		isBuyer: trade.order.side === 'BUY',
		isMaker: trade.maker,
		isBestMatch: true,
	};
}

export type ExecutionType = 'NEW' | 'CANCELED' | 'TRADE' | 'EXPIRED';

/** An order's news as the user data stream tells it. */
export function executionReport(
	order: Order,
	what: ExecutionType,
	trade: Trade | null = null,
	cancelId: string | null = null,
): Record<string, unknown> {
	return {
		e: 'executionReport',
		E: order.updateTime,
		s: order.spec.symbol,
		c: cancelId ?? order.clientOrderId,
		S: order.side,
		o: order.type,
		f: order.timeInForce,
		q: text(order.quantity),
		p: text(order.price),
		P: text(order.stopPrice),
		F: '0.00000000',
		g: order.listId,
		C: cancelId === null ? '' : order.clientOrderId,
		x: what,
		X: order.status,
		r: 'NONE',
		i: order.orderId,
		l: text(trade?.qty ?? 0n),
		z: text(order.executed),
		L: text(trade?.price ?? 0n),
		n: trade === null ? '0' : text(trade.commission),
		N: trade?.commissionAsset ?? null,
		T: order.updateTime,
		t: trade?.id ?? -1,
		I: order.orderId * 2 + order.trades.length,
		w: order.working && isOpen(order),
		m: trade?.maker ?? false,
		M: trade !== null,
		O: order.time,
		Z: text(order.spent),
		Y: trade === null ? '0.00000000' : text(times(trade.price, trade.qty)),
		Q: text(order.quoteOrderQty),
		W: order.time,
		V: 'EXPIRE_MAKER',
	};
}

export function listRow(list: OrderList): Record<string, unknown> {
	const open = list.legs.some(isOpen);
	return {
		orderListId: list.listId,
		contingencyType: 'OCO',
		listStatusType: open ? 'EXEC_STARTED' : 'ALL_DONE',
		listOrderStatus: open ? 'EXECUTING' : 'ALL_DONE',
		listClientOrderId: list.clientId,
		transactionTime: list.time,
		symbol: list.legs[0].spec.symbol,
		orders: list.legs.map((leg) => ({
			symbol: leg.spec.symbol,
			orderId: leg.orderId,
			clientOrderId: leg.clientOrderId,
		})),
	};
}
