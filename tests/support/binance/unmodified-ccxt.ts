import type { BinanceServer } from './server';

type Row = Record<string, any>;

/** The part of ccxt's own client that suites call. */
export interface CcxtBinance {
	timeout: number;
	urls: Row;
	options: Row;
	fetchImplementation: unknown;
	loadHttpProxyAgent(): Promise<unknown>;
	loadMarkets(): Promise<Row>;
	loadTimeDifference(): Promise<number>;
	fetchTime(): Promise<number>;
	fetchBalance(): Promise<Row>;
	fetchTradingFees(): Promise<Row>;
	fetchTicker(symbol: string): Promise<Row>;
	fetchBidsAsks(symbols: readonly string[]): Promise<Row>;
	fetchOrderBook(symbol: string): Promise<Row>;
	fetchOHLCV(symbol: string, frame: string, since?: number, limit?: number): Promise<[number, number, number, number, number, number][]>;
	createOrder(symbol: string, type: string, side: string, amount: number, price?: number, params?: Row): Promise<Row>;
	editOrder(id: string, symbol: string, type: string, side: string, amount: number, price?: number, params?: Row): Promise<Row>;
	cancelOrder(id: string, symbol: string, params?: Row): Promise<Row>;
	fetchOrder(id: string, symbol: string, params?: Row): Promise<Row>;
	fetchOpenOrders(symbol?: string): Promise<Row[]>;
	fetchMyTrades(symbol: string, since?: number): Promise<Row[]>;
	watchOrders(symbol?: string): Promise<Row[]>;
	watchMyTrades(symbol?: string): Promise<Row[]>;
	watchBidsAsks(symbols: readonly string[]): Promise<Row>;
	sapiGetAccountApiRestrictions(): Promise<Row>;
	privatePostOrderListOco(params: Row): Promise<Row>;
	privateDeleteOrderList(params: Row): Promise<Row>;
	fetchOrders(symbol: string, since?: number, limit?: number, params?: Row): Promise<Row[]>;
	fetchPositions(symbols?: readonly string[]): Promise<Row[]>;
	setLeverage(leverage: number, symbol: string): Promise<Row>;
	fapiPrivatePostCountdownCancelAll(params: Row): Promise<Row>;
	close(): Promise<unknown>;
}

function pointed(value: unknown, server: BinanceServer): unknown {
	if (typeof value === 'string') {
		return value.replace(/^wss?:\/\/[^/]+/, server.streamUrl).replace(/^https?:\/\/[^/]+/, server.url);
	}
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, pointed(each, server)]));
}

/** ccxt's binance as it was published, pointed at a loopback exchange. */
export function connect(server: BinanceServer, keys: { apiKey: string; secret: string }): CcxtBinance {
	const { pro } = require('ccxt') as { pro: Record<string, new (options: Row) => CcxtBinance> };
	const Binance = pro[server.futures === null ? 'binance' : 'binanceusdm'];
	if (Binance === undefined) throw new Error('ccxt has no binance');
	const client = new Binance({ ...keys, enableRateLimit: false });
	client.urls = { ...client.urls, api: pointed(client.urls['api'], server) };
	return client;
}
