import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { CommissionMode } from './accounts';
import { machineClock, type VenueClock } from './clock';
import { control } from './control';
import { Engine } from './engine';
import { FuturesSegment, futuresRoutes } from './futures';
import { SpotSegment } from './spot';
import { type Fault, Faults, type PlannedFault } from './faults';
import { fixed, text } from './fixed';
import { Handler, type Outcome, type VenueRequest } from './handler';
import { type CandleRow, MarketData } from './market-data';
import { isOpen, type Order, orderRow, tradeRow } from './order';
import { readOrder } from './order-request';
import { Params } from './params';
import { Streams } from './streams';
import { symbolSpec, type SymbolOptions, USUAL_SYMBOLS } from './symbols';

export interface BinanceOptions {
	/** Pairs and their first quotes; five usual ones by default. */
	readonly symbols?: readonly SymbolOptions[];
	/** USDⓈ-M futures (`/fapi`) in place of spot (`/api`). */
	readonly futures?: boolean;
	/** A countdown that runs out leaves waiting stops; by default it takes them too, the worse case. */
	readonly countdownSparesStops?: boolean;
	/** The exchange's time; the machine's by default. */
	readonly clock?: VenueClock;
	/** TCP port; any free one by default. */
	readonly port?: number;
	/** Working orders of an account in one symbol; the real exchange allows 200, of them 5 stops. */
	readonly maxOrders?: number;
	readonly maxAlgoOrders?: number;
	/** Quotes are repeated on streams this often, ms; 0: never. */
	readonly heartbeatMs?: number;
	/** Without a socket: only `handle` and `fetch`, for virtual time. */
	readonly listen?: boolean;
}

export interface KeyOptions {
	readonly apiKey: string;
	readonly secret: string;
	/** The account it opens; one of its own by default. */
	readonly account?: string;
	readonly canWithdraw?: boolean;
	readonly canTrade?: boolean;
	/** What the account gets from outside, by asset. */
	readonly balances?: Readonly<Record<string, string | number>>;
	readonly commission?: CommissionMode;
	/** Of the value, `0.001` by default. */
	readonly commissionRate?: string;
}

/** What an account holds and has done. */
export interface AccountView {
	readonly balances: Readonly<Record<string, { readonly free: string; readonly locked: string; readonly total: string }>>;
	/** As `GET order` tells them, oldest first. */
	readonly orders: readonly Record<string, unknown>[];
	readonly openOrders: readonly Record<string, unknown>[];
	/** As `GET myTrades` tells them. */
	readonly trades: readonly Record<string, unknown>[];
	/** Signed quantities of futures that are not flat, by symbol. */
	readonly positions: Readonly<Record<string, string>>;
	/** How many orders were made under each client order id. */
	readonly orderCounts: Readonly<Record<string, number>>;
}

/** A running exchange. */
export class BinanceServer {
	readonly engine: Engine;
	readonly market: MarketData;
	readonly handler: Handler;
	readonly streams: Streams;
	/** Of futures; null on spot. */
	readonly futures: (ReturnType<typeof futuresRoutes> & { readonly segment: FuturesSegment }) | null;
	readonly #faults = new Faults();
	readonly #http: Server;
	readonly #clock: VenueClock;
	#heartbeat: NodeJS.Timeout | null = null;
	#skew = 0;
	#port = 0;

	constructor(options: BinanceOptions = {}) {
		const base = options.clock ?? machineClock;
		this.#clock = { now: () => base.now() + this.#skew, after: (ms, work) => base.after(ms, work) };
		const symbols = options.symbols ?? USUAL_SYMBOLS;
		const { maxOrders = 20_000, maxAlgoOrders = 5 } = options;
		const { futures = false, countdownSparesStops = false } = options;
		let segment: FuturesSegment | null = null;
		this.engine = new Engine(this.#clock, { maxOrders, maxAlgoOrders }, symbols.map(symbolSpec), (engine) =>
			futures ? (segment = new FuturesSegment(engine)) : new SpotSegment(engine));
		this.market = new MarketData(this.engine);
		this.futures = this.#openFutures(segment, countdownSparesStops);
		this.handler = new Handler(this.engine, this.market, this.#faults, this.#clock, this.futures);
		this.streams = new Streams(this.engine, this.market, this.handler, this.#faults, this.#clock);
		for (const { base: asset, quote = 'USDT', bid, ask } of symbols) {
			if (bid !== undefined && ask !== undefined) this.setPrice(`${asset}${quote}`, bid, ask);
		}
		this.engine.onEvent = (account, event) => this.streams.user(account, event);
		this.engine.onQuote = (book) => this.streams.quote(book);
		this.#http = createServer({ keepAliveTimeout: 60_000 }, (request, response) => void this.#serve(request, response));
		this.#http.on('upgrade', (request, socket, head) => this.streams.accept(request, socket, head));
	}

	#openFutures(segment: FuturesSegment | null, countdownSparesStops: boolean): BinanceServer['futures'] {
		if (segment === null) return null;
		const { engine, market } = this;
		return { segment, ...futuresRoutes({ engine, segment, market, clock: this.#clock, countdownSparesStops }) };
	}

	/** Listens on the loopback address. */
	async listen({ port = 0, heartbeatMs = 500 }: BinanceOptions): Promise<void> {
		await new Promise<void>((resolve, reject) => {
			this.#http.once('error', reject);
			this.#http.listen(port, '127.0.0.1', () => resolve());
		});
		this.#port = (this.#http.address() as AddressInfo).port;
		if (heartbeatMs > 0) this.#heartbeat = setInterval(() => this.streams.repeat(), heartbeatMs).unref();
	}

	get port(): number {
		return this.#port;
	}

	/** Stands for `https://api.binance.com`: paths begin with `/api/v3`. */
	get url(): string {
		return `http://127.0.0.1:${this.#port}`;
	}

	/** Stands for `wss://stream.binance.com:9443` and for `wss://ws-api.binance.com`. */
	get streamUrl(): string {
		return `ws://127.0.0.1:${this.#port}`;
	}

	async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const chunks: Buffer[] = [];
		for await (const chunk of request) chunks.push(chunk as Buffer);
		const body = Buffer.concat(chunks).toString('utf8');
		const target = request.url ?? '/';
		if (target.startsWith('/control/')) {
			response.setHeader('content-type', 'application/json');
			response.end(JSON.stringify(control(this, target.slice('/control/'.length), body)));
			return;
		}
		const key = request.headers['x-mbx-apikey'];
		const outcome = await this.handle({
			method: request.method ?? 'GET',
			target,
			apiKey: typeof key === 'string' ? key : undefined,
			body,
		});
		if (outcome === 'cut') request.socket.destroy();
		if (typeof outcome === 'string') return;
		response.writeHead(outcome.status, { ...outcome.headers });
		response.end(outcome.body);
	}

	/** One request without a socket. */
	handle(request: VenueRequest): Promise<Outcome> {
		return this.handler.handle(request);
	}

	/** `fetch` that goes straight to this exchange, whatever the host: for ccxt's `fetchImplementation`. */
	readonly fetch = async (url: string, init: { method?: string; headers?: unknown; body?: unknown } = {}): Promise<Response> => {
		const { pathname, search } = new URL(url);
		const outcome = await this.handle({
			method: init.method ?? 'GET',
			target: pathname + search,
			apiKey: new Headers(init.headers as Record<string, string>).get('x-mbx-apikey') ?? undefined,
			body: typeof init.body === 'string' ? init.body : '',
		});
		if (outcome === 'silence') return new Promise<Response>(() => {});
		if (outcome === 'cut') throw new TypeError('fetch failed', { cause: new Error('other side closed') });
		return new Response(outcome.body, { status: outcome.status, headers: { ...outcome.headers } });
	};

	addKey(options: KeyOptions): void {
		const { apiKey, secret, account = apiKey, canWithdraw = false, canTrade = true } = options;
		this.handler.keys.set(apiKey, { apiKey, secret, account, canWithdraw, canTrade });
		const holder = this.engine.account(account);
		if (options.commission !== undefined) holder.commissionMode = options.commission;
		if (options.commissionRate !== undefined) holder.commissionRate = fixed(options.commissionRate);
		for (const [asset, amount] of Object.entries(options.balances ?? {})) this.deposit(apiKey, asset, amount);
	}

	/** The exchange no longer knows the key. */
	removeKey(apiKey: string): void {
		this.handler.keys.delete(apiKey);
	}

	/** Money from outside, or to it when negative. */
	deposit(apiKey: string, asset: string, amount: string | number): void {
		this.engine.deposit(this.#holder(apiKey), asset, fixed(amount));
	}

	/** Futures: what holding a position has brought the account, or cost it when negative. */
	payFunding(apiKey: string, symbol: string, amount: string): void {
		this.futures?.segment.payFunding(this.#holder(apiKey), symbol, fixed(amount), this.#clock.now());
	}

	#holder(apiKey: string): string {
		return this.handler.keys.get(apiKey)?.account ?? apiKey;
	}

	/** Moves a market; null closes it. Any amount can be traded at these prices. */
	setPrice(symbol: string, bid: string | number | null, ask?: string | number): void {
		if (bid === null) this.engine.setQuote(symbol, null, null);
		else this.engine.setQuote(symbol, fixed(bid), fixed(ask ?? bid));
	}

	/** Levels of price and amount, best first; only these amounts can be traded until the next price. */
	setDepth(symbol: string, bids: readonly (readonly [string | number, string | number])[], asks: typeof bids): void {
		const book = this.engine.book(symbol);
		book.depth(bids, asks);
		this.engine.match(book);
	}

	setCandles(symbol: string, interval: string, rows: readonly CandleRow[]): void {
		this.market.setCandles(symbol, interval, rows);
	}

	/**
	 * Fills part of a working order (all of it by default) at its own price, or at another.
	 * @returns the amount filled
	 */
	fillPartially(apiKey: string, clientOrderId: string, quantity?: string | number, price?: string | number): string {
		const order = this.#order(apiKey, clientOrderId);
		if (order === null || !isOpen(order)) throw new Error(`${clientOrderId} is not working`);
		const amount = quantity === undefined ? order.quantity - order.executed : fixed(quantity);
		order.working = true;
		const own = order.price > 0n ? order.price : order.stopPrice;
		return text(this.engine.fill(order, amount, price === undefined ? own : fixed(price), true).qty);
	}

	#order(apiKey: string, clientOrderId: string): Order | null {
		const account = this.engine.account(this.#holder(apiKey));
		for (const symbol of this.engine.books.keys()) {
			const order = account.byClient(symbol, clientOrderId);
			if (order !== null) return order;
		}
		return null;
	}

	/** An order from somebody else's hand: parameters as on the wire. */
	placeForeign(apiKey: string, order: Readonly<Record<string, string>>): Record<string, unknown> {
		const request = readOrder(this.engine, new Params(Object.entries(order)));
		return orderRow(this.engine.place(this.#holder(apiKey), request));
	}

	/** Cancels from somebody else's hand. */
	cancelForeign(apiKey: string, clientOrderId: string): void {
		const order = this.#order(apiKey, clientOrderId);
		if (order === null) throw new Error(`no order ${clientOrderId}`);
		this.engine.cancel(order, 'web_cancel');
	}

	/** What goes wrong next. */
	plan(fault: Fault): PlannedFault {
		return this.#faults.plan(fault);
	}

	clearFaults(): void {
		this.#faults.clear();
	}

	/** Faults still to come. */
	get waitingFaults(): number {
		return this.#faults.waiting;
	}

	/** Everything that is on its way arrives now. @returns how many requests and answers that were */
	releaseHeld(): number {
		return this.handler.releaseHeld();
	}

	/** Breaks the streams of a key's account, or all of them. */
	cutStreams(apiKey?: string): number {
		return this.streams.cut(apiKey === undefined ? null : this.#holder(apiKey));
	}

	/** The exchange's clock is this much ahead, ms. */
	setSkew(ms: number): void {
		this.#skew = ms;
	}

	now(): number {
		return this.#clock.now();
	}

	account(apiKey: string): AccountView {
		const account = this.engine.account(this.#holder(apiKey));
		const balances: Record<string, { free: string; locked: string; total: string }> = {};
		for (const [asset, { free, locked }] of this.engine.ledger.balances(account.name)) {
			balances[asset] = { free: text(free), locked: text(locked), total: text(free + locked) };
		}
		return {
			balances,
			orders: account.orders().map(orderRow),
			openOrders: account.openOrders().map(orderRow),
			trades: account.trades.map(tradeRow),
			orderCounts: account.orderCounts(),
			positions: this.#positions(account.name),
		};
	}

	#positions(account: string): Readonly<Record<string, string>> {
		const held = [...(this.futures?.segment.positions.of(account) ?? [])].filter(([, { qty }]) => qty !== 0n);
		return Object.fromEntries(held.map(([symbol, { qty }]) => [symbol, text(qty)]));
	}

	/** Requests worked on, by method and path without the version: `POST order`. */
	requests(): Readonly<Record<string, number>> {
		return Object.fromEntries(this.handler.worked);
	}

	async close(): Promise<void> {
		if (this.#heartbeat !== null) clearInterval(this.#heartbeat);
		this.streams.close();
		if (this.#port === 0) return;
		const closed = new Promise<void>((resolve) => this.#http.close(() => resolve()));
		this.#http.closeAllConnections();
		await closed;
	}
}

/** Starts an exchange that speaks the spot wire format of Binance, on the loopback address. */
export async function startBinance(options: BinanceOptions = {}): Promise<BinanceServer> {
	const server = new BinanceServer(options);
	if (options.listen !== false) await server.listen(options);
	return server;
}
