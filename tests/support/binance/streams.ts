import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type RawData, WebSocket, WebSocketServer } from 'ws';
import { checkSignedMessage, keyOf } from './auth';
import type { Book } from './books';
import type { VenueClock } from './clock';
import type { Engine } from './engine';
import { text } from './fixed';
import type { Faults } from './faults';
import type { Handler } from './handler';
import type { MarketData } from './market-data';
import { Params } from './params';
import { Refusal } from './refusal';

type Frame = Record<string, unknown>;

/** One connection: market streams by name, accounts it hears of. */
interface Connection {
	readonly socket: WebSocket;
	readonly streams: Set<string>;
	/** Account by subscription id; −1 for a listen key's raw frames. */
	readonly accounts: Map<number, string>;
	/** Frames of `/stream` carry their stream's name. */
	readonly combined: boolean;
}

/** The exchange's WebSockets: market streams, user data by listen key or by the WebSocket API. */
export class Streams {
	readonly #server = new WebSocketServer({ noServer: true });
	readonly #connections = new Set<Connection>();
	readonly #late = new Map<string, Frame>();
	#nextSubscription = 0;
	/** Frames that left, all connections together. */
	sent = 0;

	constructor(
		private readonly engine: Engine,
		private readonly market: MarketData,
		private readonly handler: Handler,
		private readonly faults: Faults,
		private readonly clock: VenueClock,
	) {}

	/** Takes over an upgraded socket. */
	accept(request: IncomingMessage, socket: Duplex, head: Buffer): void {
		this.#server.handleUpgrade(request, socket, head, (client) => this.#open(request.url ?? '/', client));
	}

	#open(path: string, socket: WebSocket): void {
		const connection: Connection = {
			socket,
			streams: new Set(),
			accounts: new Map(),
			combined: path.startsWith('/stream'),
		};
		this.#connections.add(connection);
		socket.on('close', () => this.#connections.delete(connection));
		socket.on('error', () => socket.terminate());
		socket.on('message', (data) => this.#message(connection, data));
		for (const part of path.split(/[/?=&]/)) {
			const account = this.handler.listenKeys.get(part);
			if (account !== undefined) connection.accounts.set(-1, account);
			if (part.includes('@')) this.#subscribe(connection, [part]);
		}
	}

	#message(connection: Connection, data: RawData): void {
		let message: unknown;
		try {
			message = JSON.parse(String(data));
		} catch {
			return this.#send(connection, { error: { code: 3, msg: 'Invalid JSON' } });
		}
		if (typeof message !== 'object' || message === null) return;
		const { id, method, params } = message as { id?: unknown; method?: unknown; params?: unknown };
		if (Array.isArray(params)) {
			const names = params.map(String);
			if (method === 'SUBSCRIBE') this.#subscribe(connection, names);
			if (method === 'UNSUBSCRIBE') for (const name of names) connection.streams.delete(name);
			this.#send(connection, { result: null, id });
			if (method === 'SUBSCRIBE') for (const name of names) this.#first(connection, name);
			return;
		}
		try {
			const fields = typeof params === 'object' && params !== null ? (params as Frame) : {};
			const result = this.#call(connection, String(method), fields);
			this.#send(connection, { id, status: 200, result, rateLimits: [] });
		} catch (error) {
			if (!(error instanceof Refusal)) throw error;
			this.#send(connection, { id, status: error.status, error: { code: error.code, msg: error.msg } });
		}
	}

	/** Requests of the WebSocket API. */
	#call(connection: Connection, method: string, fields: Frame): unknown {
		if (method === 'ping') return {};
		if (method === 'time') return { serverTime: this.clock.now() };
		if (method === 'userDataStream.unsubscribe') {
			const { subscriptionId } = fields;
			if (subscriptionId === undefined) connection.accounts.clear();
			else connection.accounts.delete(Number(subscriptionId));
			return {};
		}
		if (method !== 'userDataStream.subscribe.signature') {
			throw new Refusal(400, -1000, `Unknown method '${method}'.`);
		}
		const key = keyOf(this.handler.keys, typeof fields['apiKey'] === 'string' ? fields['apiKey'] : undefined);
		const params = new Params(Object.entries(fields).map(([name, value]) => [name, String(value)]));
		checkSignedMessage(key, fields, params, this.clock.now());
		const subscriptionId = this.#nextSubscription++;
		connection.accounts.set(subscriptionId, key.account);
		return { subscriptionId };
	}

	#subscribe(connection: Connection, names: readonly string[]): void {
		for (const name of names) connection.streams.add(name);
	}

	/** The present state at once: on the real exchange the next change is never far. */
	#first(connection: Connection, name: string): void {
		const [symbol = '', channel] = name.split('@');
		const book = this.engine.books.get(symbol.toUpperCase());
		if (book !== undefined && channel === 'bookTicker' && book.isOpen) this.#market(connection, name, bookFrame(book, this.market));
	}

	/** A changed quote, to who hears of it. */
	quote(book: Book): void {
		const symbol = book.spec.symbol.toLowerCase();
		const [bookName, tickerName] = [`${symbol}@bookTicker`, `${symbol}@ticker`];
		for (const connection of this.#connections) {
			if (book.isOpen && connection.streams.has(bookName)) this.#market(connection, bookName, bookFrame(book, this.market));
			if (connection.streams.has(tickerName)) this.#market(connection, tickerName, this.#tickerFrame(book));
		}
	}

	/** All quotes again, as on a market that is never still. */
	repeat(): void {
		if (this.#connections.size === 0) return;
		for (const book of this.engine.books.values()) this.quote(book);
	}

	#tickerFrame(book: Book): Frame {
		const row = this.market.ticker(book);
		return {
			e: '24hrTicker', E: this.clock.now(), s: row['symbol'], p: row['priceChange'], P: row['priceChangePercent'],
			w: row['weightedAvgPrice'], x: row['prevClosePrice'], c: row['lastPrice'], Q: row['lastQty'],
			b: row['bidPrice'], B: row['bidQty'], a: row['askPrice'], A: row['askQty'], o: row['openPrice'],
			h: row['highPrice'], l: row['lowPrice'], v: row['volume'], q: row['quoteVolume'],
			O: row['openTime'], C: row['closeTime'], F: row['firstId'], L: row['lastId'], n: row['count'],
		};
	}

	#market(connection: Connection, name: string, frame: Frame): void {
		this.#send(connection, connection.combined ? { stream: name, data: frame } : frame);
	}

	/** News of an account, through the script of faults. */
	user(account: string, event: Frame): void {
		const fault = this.faults.forFrame(account, event);
		const waiting = this.#late.get(account);
		if (fault?.kind === 'stream-cut') {
			this.cut(account);
			return;
		}
		if (fault?.kind === 'frame-late' && waiting === undefined) {
			this.#late.set(account, event);
			return;
		}
		if (fault?.kind !== 'frame-missing') this.#tell(account, event);
		if (fault?.kind === 'frame-twice') this.#tell(account, event);
		if (waiting !== undefined) {
			this.#late.delete(account);
			this.#tell(account, waiting);
		}
	}

	#tell(account: string, event: Frame): void {
		for (const connection of this.#connections) {
			for (const [id, name] of connection.accounts) {
				if (name === account) this.#send(connection, id === -1 ? event : { subscriptionId: id, event });
			}
		}
	}

	#send(connection: Connection, frame: Frame): void {
		if (connection.socket.readyState !== WebSocket.OPEN) return;
		this.sent += 1;
		connection.socket.send(JSON.stringify(frame));
	}

	/** Breaks the connections that hear of an account, or all. */
	cut(account: string | null = null): number {
		let count = 0;
		for (const connection of this.#connections) {
			if (account !== null && ![...connection.accounts.values()].includes(account)) continue;
			connection.socket.terminate();
			count += 1;
		}
		return count;
	}

	/** Connections that hear of an account. */
	listeners(account: string): number {
		return [...this.#connections].filter(({ accounts }) => [...accounts.values()].includes(account)).length;
	}

	close(): void {
		this.cut();
		this.#server.close();
	}
}

function bookFrame(book: Book, market: MarketData): Frame {
	const row = market.bookTicker(book);
	return { u: book.updateId, s: row['symbol'], b: text(book.bid ?? 0n), B: row['bidQty'], a: text(book.ask ?? 0n), A: row['askQty'] };
}
