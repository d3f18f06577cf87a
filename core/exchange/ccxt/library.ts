/** A record whose fields nobody vouches for: what a venue answered. */
export type Answer = Readonly<Record<string, unknown>>;

/** Further parameters of a call. */
export type Params = Readonly<Record<string, unknown>>;

/** What ccxt knows of a market. Numbers are texts, see `createClient`. */
export interface CcxtMarket {
	readonly id: string;
	readonly symbol: string;
	readonly base: string;
	readonly quote: string;
	readonly settle?: string | undefined;
	readonly type: string;
	readonly spot?: boolean | undefined;
	readonly swap?: boolean | undefined;
	readonly linear?: boolean | undefined;
	readonly active?: boolean | undefined;
	readonly stock?: boolean | undefined;
	readonly contractSize?: unknown;
	readonly taker?: unknown;
	readonly precision: { readonly amount?: unknown; readonly price?: unknown };
	readonly limits: Readonly<Record<string, { readonly min?: unknown; readonly max?: unknown } | undefined>>;
}

/** Settings of a new client. */
export type CcxtConfig = Readonly<Record<string, unknown>>;

/**
 * The part of a ccxt client that is used here. Amounts and prices are given as texts, which ccxt
 * takes as they are; its own types say number.
 */
export interface CcxtClient {
	readonly id: string;
	readonly precisionMode: number;
	readonly has: Record<string, unknown>;
	readonly features?: unknown;
	options: Record<string, unknown>;
	urls: Record<string, unknown>;
	/** Undefined until markets were loaded. */
	readonly markets?: Readonly<Record<string, CcxtMarket>> | undefined;
	/** How numbers of answers are represented. */
	number: (value: unknown) => unknown;
	/** Amount and price as text for the wire. */
	amountToPrecision: (symbol: string, amount: unknown) => string;
	priceToPrecision: (symbol: string, price: unknown) => string;
	setSandboxMode(on: boolean): void;
	enableDemoTrading?(on: boolean): void;
	loadHttpProxyAgent(): Promise<unknown>;
	loadMarkets(reload?: boolean): Promise<unknown>;
	/** Shares the loaded markets of another client of the same venue. */
	setMarketsFromExchange(source: CcxtClient): unknown;
	loadTimeDifference(): Promise<unknown>;
	/** ms that a request of weight 1 takes of the venue's limit. */
	readonly rateLimit: number;
	/** Waits for the turn of a request of that weight. */
	throttle(cost?: number): Promise<unknown>;
	/** The venue's idea of now is this plus the difference; ms UTC. */
	milliseconds(): number;
	fetch(url: string, method?: string, headers?: unknown, body?: unknown): Promise<unknown>;
	onRestResponse(
		status: number, reason: string, url: string, method: string, headers: unknown, body: string,
		requestHeaders: unknown, requestBody: unknown,
	): string;
	/** The venue's row of an order in the library's words; `market` is one of `markets`. */
	parseOrder(row: Answer, market?: CcxtMarket): Answer;
	createOrder(
		symbol: string, type: string, side: string, amount: string, price?: string, params?: Params,
	): Promise<Answer>;
	/** Binance: two orders that exclude each other. */
	privatePostOrderListOco?(params: Params): Promise<unknown>;
	/** The timeout is ms; 0 ends the timer. */
	cancelAllOrdersAfter?(timeout: number, params?: Params): Promise<unknown>;
	/** Binance USDⓈ-M: the same for one symbol. */
	fapiPrivatePostCountdownCancelAll?(params: Params): Promise<unknown>;
	cancelOrder(id: string | undefined, symbol: string, params?: Params): Promise<Answer>;
	fetchOrder(id: string | undefined, symbol: string, params?: Params): Promise<Answer>;
	fetchOpenOrders(
		symbol?: string, since?: number, limit?: number, params?: Params,
	): Promise<readonly Answer[]>;
	fetchClosedOrders(
		symbol?: string, since?: number, limit?: number, params?: Params,
	): Promise<readonly Answer[]>;
	fetchCanceledOrders(
		symbol?: string, since?: number, limit?: number, params?: Params,
	): Promise<readonly Answer[]>;
	fetchCanceledAndClosedOrders(
		symbol?: string, since?: number, limit?: number, params?: Params,
	): Promise<readonly Answer[]>;
	fetchOrders(
		symbol?: string, since?: number, limit?: number, params?: Params,
	): Promise<readonly Answer[]>;
	fetchMyTrades(
		symbol?: string, since?: number, limit?: number, params?: Params,
	): Promise<readonly Answer[]>;
	/** Where perpetual contracts are traded. */
	fetchFundingHistory?(
		symbol?: string, since?: number, limit?: number, params?: Params,
	): Promise<readonly Answer[]>;
	fetchOrderTrades(
		id: string, symbol?: string, since?: number, limit?: number, params?: Params,
	): Promise<readonly Answer[]>;
	fetchBalance(params?: Params): Promise<Answer>;
	fetchPositions(symbols?: readonly string[], params?: Params): Promise<readonly Answer[]>;
	fetchBidsAsks(symbols?: readonly string[], params?: Params): Promise<Readonly<Record<string, Answer>>>;
	fetchTicker(symbol: string, params?: Params): Promise<Answer>;
	fetchTickers(symbols?: readonly string[], params?: Params): Promise<Readonly<Record<string, Answer>>>;
	fetchOHLCV(
		symbol: string, timeframe: string, since?: number, limit?: number, params?: Params,
	): Promise<readonly (readonly unknown[])[]>;
	watchOrders(
		symbol?: string, since?: number, limit?: number, params?: Params,
	): Promise<readonly Answer[]>;
	/** The stream's connection to an address, made when it is first asked for. */
	client(url: string): object;
	close(): Promise<unknown>;
}

/** The library: one class a venue, with streams. */
export interface CcxtLibrary {
	readonly version: string;
	readonly exchanges: readonly string[];
	readonly pro: Readonly<Record<string, (new (config: CcxtConfig) => CcxtClient) | undefined>>;
}
