import { text, times } from '../fixed';
import { isOpen, isStop, type Order } from '../order';
import { refusals } from '../refusal';
import { type Call, page } from '../routes';
import type { Countdowns } from './countdown';
import { readFuturesOrder } from './order-request';
import { entryPrice, unrealized } from './positions';
import { algoRow, matchedId, orderRow, tradeRow } from './rows';
import type { FuturesSegment } from './segment';
import { words } from './words';

type Route = (call: Call) => unknown;
const WEEK = 7 * 86_400_000;

/** The order that the matching engine has under a number or a name. */
function findMatched({ account, engine, params }: Call): Order {
	const symbol = params.required('symbol');
	engine.book(symbol);
	const id = params.integer('orderId');
	const name = params.text('origClientOrderId');
	params.finish();
	if (id === null && name === null) throw refusals.missing('orderId');
	const fits = (order: Order): boolean =>
		id === null ? !isStop(order.type) && order.clientOrderId === name : matchedId(order) === id;
	const found = account.orders(symbol).filter(fits);
	const order = found.find(isOpen) ?? found.at(-1);
	if (order === undefined) throw refusals.unknownOrder();
	return order;
}

function findAlgo({ account, params }: Call): Order {
	const id = params.integer('algoId');
	const name = params.text('clientAlgoId');
	params.text('symbol');
	params.finish();
	const fits = (order: Order): boolean => isStop(order.type) && (id === null ? order.clientOrderId === name : order.orderId === id);
	const found = account.orders().filter(fits);
	const order = found.find(isOpen) ?? found.at(-1);
	if (order === undefined) throw refusals.unknownOrder();
	return order;
}

const listed = ({ account, params }: Call, which: (order: Order) => boolean, row: (order: Order) => object): unknown => {
	const symbol = params.text('symbol');
	params.finish();
	return account.openOrders(symbol).filter(which).map(row);
};
const waits = (order: Order): boolean => isStop(order.type) && !order.working;

const past = ({ engine, params, account }: Call, which: (order: Order) => boolean, row: (order: Order) => object, id: string): unknown => {
	const symbol = params.required('symbol');
	engine.book(symbol);
	const orders = account.orders(symbol).filter(which);
	const range = { limit: WEEK, refusal: words.window7d, open: false };
	return page(params, orders, id, (order) => order.orderId, (order) => order.time, range).map(row);
};

const trades: Route = ({ engine, params, account }) => {
	const symbol = params.required('symbol');
	engine.book(symbol);
	const orderId = params.integer('orderId');
	const own = account.trades.filter(({ order }) =>
		order.spec.symbol === symbol && (orderId === null || matchedId(order) === orderId));
	const range = { limit: WEEK, refusal: words.window7d, open: false };
	return page(params, own, 'fromId', (trade) => trade.id, (trade) => trade.time, range).map(tradeRow);
};

const place: Route = ({ engine, params, account }) => {
	const request = readFuturesOrder(engine, params, false);
	params.finish();
	return orderRow(engine.place(account.name, request));
};

const placeAlgo: Route = ({ engine, params, account }) => {
	const request = readFuturesOrder(engine, params, true);
	params.finish();
	return algoRow(engine.place(account.name, request));
};

const cancel: Route = (call) => {
	let order: Order;
	try {
		order = findMatched(call);
	} catch {
		throw refusals.unknownCancel();
	}
	call.engine.cancel(order, 'cancel');
	return orderRow(order);
};

const cancelAlgo: Route = (call) => {
	let order: Order;
	try {
		order = findAlgo(call);
	} catch {
		throw refusals.unknownCancel();
	}
	if (!waits(order)) throw refusals.unknownCancel();
	call.engine.cancel(order, 'cancel');
	return { algoId: order.orderId, clientAlgoId: order.clientOrderId, code: '200', msg: 'success' };
};

const cancelAll = (which: (order: Order) => boolean): Route => ({ engine, params, account }) => {
	const symbol = params.required('symbol');
	params.finish();
	for (const order of account.openOrders(symbol)) if (which(order) && isOpen(order)) engine.cancel(order, 'cancel');
	return { code: 200, msg: 'The operation of cancel all open order is done.' };
};

/** Routes that need positions, leverage and countdowns. */
function accountRoutes(segment: FuturesSegment, countdowns: Countdowns): Readonly<Record<string, Route>> {
	return {
		'POST derivatives countdownCancelAll': ({ engine, params, account }) => {
			const symbol = params.required('symbol');
			const time = params.integer('countdownTime');
			params.finish();
			if (time === null) throw refusals.missing('countdownTime');
			engine.book(symbol);
			countdowns.set(account.name, symbol, time);
			return { symbol, countdownTime: String(time) };
		},
		'GET derivatives account': ({ engine, params, account }) => {
			params.finish();
			const { wallet, result, positionMargin, orderMargin } = segment.standing(account.name);
			const asset = {
				asset: 'USDT', walletBalance: text(wallet), unrealizedProfit: text(result), marginBalance: text(wallet + result),
				maintMargin: '0.00000000', initialMargin: text(positionMargin + orderMargin),
				positionInitialMargin: text(positionMargin), openOrderInitialMargin: text(orderMargin),
				crossWalletBalance: text(wallet), crossUnPnl: text(result), availableBalance: text(segment.available(account.name)),
				maxWithdrawAmount: text(segment.available(account.name)), updateTime: engine.clock.now(),
			};
			return { totalWalletBalance: text(wallet), totalUnrealizedProfit: text(result), assets: [asset], positions: [] };
		},
		'GET derivatives positionRisk': ({ params, account }) => {
			const symbol = params.text('symbol');
			params.finish();
			return [...segment.positions.of(account.name)]
				.filter(([name, { qty }]) => qty !== 0n && (symbol === null || name === symbol))
				.map(([name, position]) => {
					const mark = segment.mark(name);
					return {
						symbol: name, positionSide: 'BOTH', positionAmt: text(position.qty), entryPrice: text(entryPrice(position)),
						breakEvenPrice: text(entryPrice(position)), markPrice: text(mark),
						unRealizedProfit: text(unrealized(position, mark)), liquidationPrice: '0', isolatedMargin: '0',
						notional: text(position.qty < 0n ? -times(-position.qty, mark) : times(position.qty, mark)),
						marginAsset: 'USDT', isolatedWallet: '0', initialMargin: '0', maintMargin: '0', positionInitialMargin: '0',
						openOrderInitialMargin: '0', adl: 2, bidNotional: '0', askNotional: '0', updateTime: position.updated,
					};
				});
		},
		'GET derivatives income': ({ params, account }) => {
			if (params.required('incomeType') !== 'FUNDING_FEE') throw refusals.missing('incomeType');
			const [from, until] = [params.integer('startTime') ?? 0, params.integer('endTime') ?? Number.MAX_SAFE_INTEGER];
			const limit = params.integer('limit') ?? 100;
			params.finish();
			const own = segment.incomes.filter((each) => each.account === account.name && each.at >= from && each.at <= until);
			return own.slice(0, limit).map(({ symbol, amount, id, at }) => ({
				symbol, incomeType: 'FUNDING_FEE', income: text(amount), asset: 'USDT', time: at, info: 'FUNDING_FEE', tranId: id, tradeId: '',
			}));
		},
		'GET derivatives positionSide/dual': () => ({ dualSidePosition: false }),
		'POST derivatives positionSide/dual': ({ params }) => {
			if (params.required('dualSidePosition') === 'true') throw words.positionSide();
			return { code: 200, msg: 'success' };
		},
		'POST derivatives leverage': ({ params, account }) => {
			const symbol = params.required('symbol');
			const leverage = params.integer('leverage') ?? 20;
			params.finish();
			segment.setLeverage(account.name, symbol, BigInt(leverage));
			return { symbol, leverage, maxNotionalValue: '1000000' };
		},
		'GET derivatives leverageBracket': ({ engine }) =>
			[...engine.books.keys()].map((symbol) => ({
				symbol, notionalCoef: 1,
				brackets: [{ bracket: 1, initialLeverage: 125, notionalCap: 1e9, notionalFloor: 0, maintMarginRatio: 0.004, cum: 0 }],
			})),
		'GET derivatives commissionRate': ({ params, account }) => {
			const rate = text(account.commissionRate);
			return { symbol: params.required('symbol'), makerCommissionRate: rate, takerCommissionRate: rate };
		},
	};
}

/** Every route of futures that needs a signature. */
export function futuresSigned(segment: FuturesSegment, countdowns: Countdowns): Readonly<Record<string, Route>> {
	return {
		'POST derivatives order': place,
		'GET derivatives order': (call) => orderRow(findMatched(call)),
		'DELETE derivatives order': cancel,
		'POST derivatives algoOrder': placeAlgo,
		'GET derivatives algoOrder': (call) => algoRow(findAlgo(call)),
		'DELETE derivatives algoOrder': cancelAlgo,
		'GET derivatives openOrders': (call) => listed(call, (order) => !waits(order), orderRow),
		'GET derivatives openAlgoOrders': (call) => listed(call, waits, algoRow),
		'DELETE derivatives allOpenOrders': cancelAll((order) => !waits(order)),
		'DELETE derivatives algoOpenOrders': cancelAll(waits),
		'GET derivatives allOrders': (call) => past(call, (order) => matchedId(order) !== null, orderRow, 'orderId'),
		'GET derivatives allAlgoOrders': (call) => past(call, (order) => isStop(order.type), algoRow, 'algoId'),
		'GET derivatives userTrades': trades,
		...accountRoutes(segment, countdowns),
	};
}

/** Trading is what a key may be forbidden. */
export const FUTURES_TRADING: ReadonlySet<string> = new Set([
	'POST derivatives order', 'DELETE derivatives order', 'POST derivatives algoOrder', 'DELETE derivatives algoOrder',
	'DELETE derivatives allOpenOrders', 'DELETE derivatives algoOpenOrders', 'POST derivatives countdownCancelAll',
]);
