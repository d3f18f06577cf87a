import type { Book } from './books';
import type { Engine } from './engine';
import { type Fixed, floorTo, ONE, over, text } from './fixed';
import type { Params } from './params';
import { refusals } from './refusal';
import { symbolInfo } from './symbols';

/** One candle as tests give it: open time, open, high, low, close, volume. */
export type CandleRow = readonly [number, string, string, string, string, string];

const MINUTE = 60_000;
const INTERVALS: Readonly<Record<string, number>> = {
	'1m': MINUTE, '3m': 3 * MINUTE, '5m': 5 * MINUTE, '15m': 15 * MINUTE, '30m': 30 * MINUTE,
	'1h': 60 * MINUTE, '2h': 120 * MINUTE, '4h': 240 * MINUTE, '6h': 360 * MINUTE, '8h': 480 * MINUTE,
	'12h': 720 * MINUTE, '1d': 1_440 * MINUTE, '3d': 4_320 * MINUTE, '1w': 10_080 * MINUTE,
};
const ANY_AMOUNT = 1_000n * ONE;

/** What the exchange tells everybody. */
export class MarketData {
	/** Candles that tests gave, by symbol and interval; all others are made up, always the same. */
	readonly #candles = new Map<string, readonly CandleRow[]>();

	constructor(private readonly engine: Engine) {}

	setCandles(symbol: string, interval: string, rows: readonly CandleRow[]): void {
		this.#candles.set(`${symbol} ${interval}`, rows);
	}

	readonly routes: Readonly<Record<string, (params: Params) => unknown>> = {
		'GET ping': () => ({}),
		'GET time': () => ({ serverTime: this.engine.clock.now() }),
		'GET exchangeInfo': (params) => this.#info(params),
		'GET ticker/bookTicker': (params) => this.#each(params, (book) => this.bookTicker(book)),
		'GET ticker/price': (params) =>
			this.#each(params, (book) => ({ symbol: book.spec.symbol, price: text(this.#last(book)) })),
		'GET ticker/24hr': (params) => this.#each(params, (book) => this.ticker(book)),
		'GET depth': (params) => this.#depth(params),
		'GET trades': (params) => this.#trades(params),
		'GET klines': (params) => this.#klines(params),
	};

	#info(params: Params): object {
		const wanted = params.text('symbol');
		const { engine } = this;
		return {
			timezone: 'UTC',
			serverTime: engine.clock.now(),
			rateLimits: [
				{ rateLimitType: 'REQUEST_WEIGHT', interval: 'MINUTE', intervalNum: 1, limit: 6_000 },
				{ rateLimitType: 'ORDERS', interval: 'SECOND', intervalNum: 10, limit: 100 },
				{ rateLimitType: 'ORDERS', interval: 'DAY', intervalNum: 1, limit: 200_000 },
				{ rateLimitType: 'RAW_REQUESTS', interval: 'MINUTE', intervalNum: 5, limit: 61_000 },
			],
			exchangeFilters: [],
			symbols: [...engine.books.values()]
				.filter(({ spec }) => wanted === null || spec.symbol === wanted)
				.map((book) => symbolInfo(book.spec, engine.limits, book.isOpen)),
		};
	}

	/** One symbol, a list of them, or all; closed markets tell noughts, as on the real exchange. */
	#each(params: Params, row: (book: Book) => object): unknown {
		const symbol = params.text('symbol');
		if (symbol !== null) return row(this.engine.book(symbol));
		const list = params.text('symbols');
		if (list === null) return [...this.engine.books.values()].map(row);
		const names: unknown = JSON.parse(list);
		if (!Array.isArray(names)) throw refusals.illegal('symbols', '^\\[("[A-Z0-9-_.]{1,20}"(,"[A-Z0-9-_.]{1,20}"){0,}){0,1}\\]$');
		return names.map((name) => row(this.engine.book(String(name))));
	}

	bookTicker(book: Book): Record<string, string> {
		return {
			symbol: book.spec.symbol,
			bidPrice: text(book.bid ?? 0n),
			bidQty: text(book.bids?.[0]?.qty ?? (book.bid === null ? 0n : ANY_AMOUNT)),
			askPrice: text(book.ask ?? 0n),
			askQty: text(book.asks?.[0]?.qty ?? (book.ask === null ? 0n : ANY_AMOUNT)),
		};
	}

	#last(book: Book): Fixed {
		return book.prints.at(-1)?.price ?? book.bid ?? 0n;
	}

	ticker(book: Book): Record<string, unknown> {
		const { symbol, ...quote } = this.bookTicker(book);
		const last = text(this.#last(book));
		const now = this.engine.clock.now();
		const volume = book.prints.reduce((sum, { qty }) => sum + qty, 0n);
		return {
			symbol,
			priceChange: '0.00000000',
			priceChangePercent: '0.000',
			weightedAvgPrice: last,
			prevClosePrice: last,
			lastPrice: last,
			lastQty: text(book.prints.at(-1)?.qty ?? 0n),
			...quote,
			openPrice: last,
			highPrice: last,
			lowPrice: last,
			volume: text(volume),
			quoteVolume: text((volume * this.#last(book)) / ONE),
			openTime: now - 86_400_000,
			closeTime: now,
			firstId: book.prints[0]?.id ?? -1,
			lastId: book.prints.at(-1)?.id ?? -1,
			count: book.prints.length,
		};
	}

	#depth(params: Params): object {
		const book = this.engine.book(params.required('symbol'));
		const limit = Math.min(params.integer('limit') ?? 100, 5_000);
		const { bidPrice, bidQty, askPrice, askQty } = this.bookTicker(book);
		const rows = (levels: Book['bids'], price: string | undefined, qty: string | undefined, there: boolean) =>
			levels !== null
				? levels.slice(0, limit).map((level) => [text(level.price), text(level.qty)])
				: there ? [[price, qty]] : [];
		return {
			lastUpdateId: book.updateId,
			bids: rows(book.bids, bidPrice, bidQty, book.bid !== null),
			asks: rows(book.asks, askPrice, askQty, book.ask !== null),
		};
	}

	#trades(params: Params): object[] {
		const book = this.engine.book(params.required('symbol'));
		const limit = Math.min(params.integer('limit') ?? 500, 1_000);
		return book.prints.slice(-limit).map(({ id, price, qty, time, buyerMaker }) => ({
			id,
			price: text(price),
			qty: text(qty),
			quoteQty: text((price * qty) / ONE),
			time,
			isBuyerMaker: buyerMaker,
			isBestMatch: true,
		}));
	}

	#klines(params: Params): unknown[] {
		const book = this.engine.book(params.required('symbol'));
		const interval = params.required('interval');
		const step = INTERVALS[interval];
		if (step === undefined) throw refusals.illegal('interval', Object.keys(INTERVALS).join('|'));
		const limit = Math.min(params.integer('limit') ?? 500, 1_000);
		const start = params.integer('startTime');
		const now = this.engine.clock.now();
		const end = Math.min(params.integer('endTime') ?? now, now);
		const given = this.#candles.get(`${book.spec.symbol} ${interval}`);
		if (given !== undefined) {
			const rows = given.filter(([at]) => (start === null || at >= start) && at <= end);
			return (start === null ? rows.slice(-limit) : rows.slice(0, limit)).map((row) => klineRow(row, step));
		}
		const last = Math.floor(end / step) * step;
		const first = start === null ? last - (limit - 1) * step : Math.ceil(start / step) * step;
		const rows: unknown[] = [];
		for (let at = first; at <= last && rows.length < limit; at += step) {
			rows.push(klineRow(this.#candle(book, at, step), step));
		}
		return rows;
	}

	/** A candle around the present price that depends on nothing but its time. */
	#candle(book: Book, at: number, step: number): CandleRow {
		const tick = book.spec.tickSize;
		const middle = book.bid ?? ONE;
		const move = (index: number): Fixed => {
			const noise = BigInt(((index * 2_654_435_761) >>> 0) % 2_001) - 1_000n;
			return floorTo(middle + (middle * noise) / 500_000n, tick);
		};
		const index = Math.floor(at / step);
		const [open, close] = [move(index), move(index + 1)];
		const spread = floorTo(middle / 1_000n, tick);
		const [low, high] = [(open < close ? open : close) - spread, (open > close ? open : close) + spread];
		const volume = over(1_000_000n * ONE, middle);
		return [at, text(open), text(high), text(low), text(close), text(volume)];
	}
}

function klineRow([at, open, high, low, close, volume]: CandleRow, step: number): unknown[] {
	const value = (Number(volume) * Number(close)).toFixed(8);
	const half = (Number(volume) / 2).toFixed(8);
	return [at, open, high, low, close, volume, at + step - 1, value, 100, half, (Number(value) / 2).toFixed(8), '0'];
}
