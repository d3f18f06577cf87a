import { randomBytes } from 'node:crypto';
import type { Account } from './accounts';
import type { ApiKey } from './auth';
import type { Engine } from './engine';
import { text } from './fixed';
import { cancelAnswer, fullAnswer, hasLimit, isOpen, isStop, listRow, type Order, orderRow, tradeRow } from './order';
import { clientId, readLeg, readOrder, readSide } from './order-request';
import type { Params } from './params';
import { Refusal, refusals } from './refusal';

/** What a signed or key-only route works with. */
export interface Call {
	readonly engine: Engine;
	readonly params: Params;
	readonly key: ApiKey;
	readonly account: Account;
}

type Route = (call: Call) => unknown;
const DAY = 86_400_000;

function findOrder({ account, params }: Call, refusal: () => Refusal, prefix = ''): Order {
	const symbol = params.required('symbol');
	const id = params.integer(prefix === '' ? 'orderId' : 'cancelOrderId');
	const name = prefix === '' ? 'origClientOrderId' : 'cancelOrigClientOrderId';
	const client = params.text(name);
	if (id === null && client === null) throw refusals.missing('orderId');
	const order = id !== null ? account.byId(symbol, id) : account.byClient(symbol, client ?? '');
	if (order === null || (client !== null && order.clientOrderId !== client)) throw refusal();
	return order;
}

const placeOrder: Route = ({ engine, params, account }) => {
	const request = readOrder(engine, params);
	params.finish();
	return fullAnswer(engine.place(account.name, request));
};

const testOrder: Route = ({ engine, params }) => {
	readOrder(engine, params);
	params.finish();
	return {};
};

const queryOrder: Route = (call) => {
	call.engine.book(call.params.required('symbol'));
	const order = findOrder(call, refusals.unknownOrder);
	call.params.finish();
	return orderRow(order);
};

const cancelOrder: Route = (call) => {
	call.engine.book(call.params.required('symbol'));
	const order = findOrder(call, refusals.unknownCancel);
	const cancelId = clientId(call.params, 'newClientOrderId');
	call.params.text('cancelRestrictions');
	call.params.finish();
	call.engine.cancel(order, cancelId);
	const list = order.listId === -1 ? undefined : call.account.lists.get(order.listId);
	return list === undefined ? cancelAnswer(order, cancelId) : listAnswer(list, (leg) => cancelAnswer(leg, cancelId));
};

const listAnswer = (list: NonNullable<ReturnType<Account['lists']['get']>>, row: (leg: Order) => object): object => ({
	...listRow(list),
	orderReports: list.legs.map(row),
});

const cancelReplace: Route = (call) => {
	const { engine, params, account } = call;
	const mode = params.required('cancelReplaceMode');
	const request = readOrder(engine, params);
	const cancelId = clientId(params, 'cancelNewClientOrderId');
	let cancelResponse: unknown;
	let cancelled = true;
	try {
		const order = findOrder(call, refusals.unknownCancel, 'cancel');
		params.text('cancelRestrictions');
		params.finish();
		engine.cancel(order, cancelId);
		cancelResponse = cancelAnswer(order, cancelId);
	} catch (error) {
		if (!(error instanceof Refusal) || error.code === -1104) throw error;
		cancelled = false;
		cancelResponse = { code: error.code, msg: error.msg };
	}
	if (!cancelled && mode === 'STOP_ON_FAILURE') {
		throw new Refusal(400, -2022, 'Order cancel-replace failed.', {
			cancelResult: 'FAILURE',
			newOrderResult: 'NOT_ATTEMPTED',
			cancelResponse,
			newOrderResponse: null,
		});
	}
	const cancelResult = cancelled ? 'SUCCESS' : 'FAILURE';
	try {
		const newOrderResponse = fullAnswer(engine.place(account.name, request));
		const data = { cancelResult, newOrderResult: 'SUCCESS', cancelResponse, newOrderResponse };
		if (cancelled) return data;
		throw new Refusal(409, -2021, 'Order cancel-replace partially failed.', data);
	} catch (error) {
		if (!(error instanceof Refusal) || error.code === -2021) throw error;
		throw new Refusal(cancelled ? 409 : 400, cancelled ? -2021 : -2022, cancelled ? 'Order cancel-replace partially failed.' : 'Order cancel-replace failed.', {
			cancelResult,
			newOrderResult: 'FAILURE',
			cancelResponse,
			newOrderResponse: { code: error.code, msg: error.msg },
		});
	}
};

const openOrders: Route = ({ engine, params, account }) => {
	const symbol = params.text('symbol');
	params.finish();
	if (symbol !== null) engine.book(symbol);
	return account.openOrders(symbol).map(orderRow);
};

const cancelAll: Route = ({ engine, params, account }) => {
	const symbol = params.required('symbol');
	params.finish();
	engine.book(symbol);
	const orders = account.openOrders(symbol);
	if (orders.length === 0) throw refusals.unknownCancel();
	const cancelId = randomBytes(11).toString('hex');
	for (const order of orders) if (isOpen(order)) engine.cancel(order, cancelId);
	return orders.map((order) => cancelAnswer(order, cancelId));
};

/** Longest span that history may be asked for, and whether a start alone asks for all since then. */
interface Range {
	readonly limit: number;
	readonly refusal: () => Refusal;
	readonly open: boolean;
}

/** A page of history: by id upwards, by time upwards, or the newest. */
export function page<T>(
	params: Params, rows: readonly T[], idName: string, idOf: (row: T) => number, timeOf: (row: T) => number,
	range: Range = { limit: DAY, refusal: refusals.window24h, open: true },
): T[] {
	const limit = Math.min(params.integer('limit') ?? 500, 1_000);
	const from = params.integer(idName);
	const start = params.integer('startTime');
	const sentEnd = params.integer('endTime');
	params.finish();
	const end = sentEnd ?? (start === null || range.open ? null : start + range.limit);
	if (start !== null && end !== null && end - start > range.limit) throw range.refusal();
	if (from !== null) return rows.filter((row) => idOf(row) >= from).slice(0, limit);
	const within = rows.filter((row) => (start === null || timeOf(row) >= start) && (end === null || timeOf(row) <= end));
	return start === null ? within.slice(-limit) : within.slice(0, limit);
}

const allOrders: Route = ({ engine, params, account }) => {
	const symbol = params.required('symbol');
	engine.book(symbol);
	return page(params, account.orders(symbol), 'orderId', (order) => order.orderId, (order) => order.time).map(orderRow);
};

const myTrades: Route = ({ engine, params, account }) => {
	const symbol = params.required('symbol');
	engine.book(symbol);
	const orderId = params.integer('orderId');
	const trades = account.trades.filter(({ order }) =>
		order.spec.symbol === symbol && (orderId === null || order.orderId === orderId));
	return page(params, trades, 'fromId', (trade) => trade.id, (trade) => trade.time).map(tradeRow);
};

const accountInfo: Route = ({ engine, params, account }) => {
	const omitZero = params.text('omitZeroBalances') === 'true';
	params.finish();
	const rate = text(account.commissionRate);
	const rows = [...engine.ledger.balances(account.name)]
		.filter(([, { free, locked }]) => !omitZero || free + locked > 0n)
		.map(([asset, { free, locked }]) => ({ asset, free: text(free), locked: text(locked) }));
	return {
		makerCommission: 10,
		takerCommission: 10,
		buyerCommission: 0,
		sellerCommission: 0,
		commissionRates: { maker: rate, taker: rate, buyer: '0.00000000', seller: '0.00000000' },
		canTrade: true,
		canWithdraw: true,
		canDeposit: true,
		brokered: false,
		requireSelfTradePrevention: false,
		preventSor: false,
		updateTime: engine.clock.now(),
		accountType: 'SPOT',
		balances: rows,
		permissions: ['SPOT'],
		uid: 354937868,
	};
};

const placeOco: Route = ({ engine, params, account }) => {
	const { spec } = engine.book(params.required('symbol'));
	const side = readSide(params);
	const quantity = params.requiredAmount('quantity');
	const shared = { spec, side, quantity };
	const clientListId = clientId(params, 'listClientOrderId');
	const above = readLeg(engine, params, 'above', shared);
	const below = readLeg(engine, params, 'below', shared);
	for (const ignored of ['newOrderRespType', 'selfTradePreventionMode']) params.text(ignored);
	params.finish();
	const level = (leg: typeof above): bigint => (isStop(leg.type) ? leg.stopPrice : leg.price);
	const stops = [above, below].filter(({ type }) => type.startsWith('STOP')).length;
	if (stops !== 1 || level(above) <= level(below)) throw refusals.ocoPrices();
	for (const leg of [above, below]) {
		if (leg.type === 'LIMIT' || leg.type === 'MARKET') throw refusals.orderType();
		if (!hasLimit(leg.type) && !isStop(leg.type)) throw refusals.orderType();
	}
	return listAnswer(engine.placeList(account.name, clientListId, [above, below]), fullAnswer);
};

function findList({ account, params }: Call): NonNullable<ReturnType<Account['lists']['get']>> {
	const id = params.integer('orderListId');
	const client = params.text('listClientOrderId') ?? params.text('origClientOrderId');
	params.text('symbol');
	params.text('newClientOrderId');
	params.finish();
	for (const list of [...account.lists.values()].reverse()) {
		if (id === null ? list.clientId === client : list.listId === id) return list;
	}
	throw refusals.unknownList();
}

const cancelList: Route = (call) => {
	const list = findList(call);
	const leg = list.legs.find(isOpen);
	if (leg === undefined) throw refusals.unknownCancel();
	const cancelId = randomBytes(11).toString('hex');
	call.engine.cancel(leg, cancelId);
	return listAnswer(list, (each) => cancelAnswer(each, cancelId));
};

const commission: Route = ({ params, account }) => {
	const symbol = params.required('symbol');
	params.finish();
	const rate = text(account.commissionRate);
	return {
		symbol,
		standardCommission: { maker: rate, taker: rate, buyer: '0.00000000', seller: '0.00000000' },
		taxCommission: { maker: '0.00000000', taker: '0.00000000', buyer: '0.00000000', seller: '0.00000000' },
		discount: { enabledForAccount: account.commissionMode === 'BNB', enabledForSymbol: true, discountAsset: 'BNB', discount: '0.75000000' },
	};
};

const restrictions: Route = ({ engine, params, key }) => {
	params.finish();
	return {
		ipRestrict: false,
		createTime: engine.clock.now() - DAY,
		enableReading: true,
		enableWithdrawals: key.canWithdraw,
		enableInternalTransfer: key.canWithdraw,
		enableMargin: false,
		enableFutures: key.canTrade,
		permitsUniversalTransfer: key.canWithdraw,
		enableVanillaOptions: false,
		enableFixApiTrade: false,
		enableFixReadOnly: false,
		enableSpotAndMarginTrading: key.canTrade,
		enablePortfolioMarginTrading: false,
	};
};

const coins: Route = ({ engine, params, account }) => {
	params.finish();
	const assets = new Set([...engine.books.values()].flatMap(({ spec }) => [spec.base, spec.quote]));
	return [...assets].map((coin) => {
		const { free, locked } = engine.ledger.entry(account.name, coin);
		return {
			coin,
			depositAllEnable: true,
			withdrawAllEnable: true,
			name: coin,
			free: text(free),
			locked: text(locked),
			freeze: '0',
			withdrawing: '0',
			ipoing: '0',
			ipoable: '0',
			storage: '0',
			isLegalMoney: false,
			trading: true,
			networkList: [],
		};
	});
};

const tradeFee: Route = ({ engine, params, account }) => {
	const symbol = params.text('symbol');
	params.finish();
	const rate = text(account.commissionRate);
	return [...engine.books.keys()]
		.filter((each) => symbol === null || each === symbol)
		.map((each) => ({ symbol: each, makerCommission: rate, takerCommission: rate }));
};

/** Every route that needs a signature, by method and path without the version's prefix. */
export const SIGNED: Readonly<Record<string, Route>> = {
	'POST order': placeOrder,
	'POST order/test': testOrder,
	'GET order': queryOrder,
	'DELETE order': cancelOrder,
	'POST order/cancelReplace': cancelReplace,
	'GET openOrders': openOrders,
	'DELETE openOrders': cancelAll,
	'GET allOrders': allOrders,
	'GET myTrades': myTrades,
	'GET account': accountInfo,
	'GET account/commission': commission,
	'POST orderList/oco': placeOco,
	'GET orderList': (call) => listRow(findList(call)),
	'DELETE orderList': cancelList,
	'GET openOrderList': ({ params, account }) => {
		params.finish();
		return [...account.lists.values()].filter(({ legs }) => legs.some(isOpen)).map(listRow);
	},
	'GET account/apiRestrictions': restrictions,
	'GET capital/config/getall': coins,
	'GET asset/tradeFee': tradeFee,
	'GET margin/allPairs': () => [],
	'GET margin/isolated/allPairs': () => [],
	'GET equity/market/exchangeInfo': () => ({ symbols: [] }),
};

/** Trading is what a key may be forbidden. */
export const TRADING: ReadonlySet<string> = new Set([
	'POST order', 'DELETE order', 'POST order/cancelReplace', 'DELETE openOrders', 'POST orderList/oco',
	'DELETE orderList',
]);
