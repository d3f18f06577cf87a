import type { Book } from '../books';
import type { Engine } from '../engine';
import { text } from '../fixed';
import type { MarketData } from '../market-data';
import type { Params } from '../params';
import type { SymbolSpec } from '../symbols';

function contract(spec: SymbolSpec, open: boolean): object {
	return {
		symbol: spec.symbol, pair: spec.symbol, contractType: 'PERPETUAL', deliveryDate: 4_133_404_800_000,
		onboardDate: 1_569_398_400_000, status: open ? 'TRADING' : 'SETTLING', maintMarginPercent: '2.5000',
		requiredMarginPercent: '5.0000', baseAsset: spec.base, quoteAsset: spec.quote, marginAsset: spec.quote,
		pricePrecision: 8, quantityPrecision: 8, baseAssetPrecision: 8, quotePrecision: 8, underlyingType: 'COIN',
		triggerProtect: '0.0500', liquidationFee: '0.012500', marketTakeBound: '0.05',
		orderTypes: ['LIMIT', 'MARKET', 'STOP', 'STOP_MARKET', 'TAKE_PROFIT', 'TAKE_PROFIT_MARKET', 'TRAILING_STOP_MARKET'],
		timeInForce: ['GTC', 'IOC', 'FOK', 'GTX', 'GTD'],
		filters: [
			{ filterType: 'PRICE_FILTER', minPrice: text(spec.tickSize), maxPrice: '4529764.00000000', tickSize: text(spec.tickSize) },
			{ filterType: 'LOT_SIZE', minQty: text(spec.minQty), maxQty: text(spec.maxQty), stepSize: text(spec.stepSize) },
			{ filterType: 'MARKET_LOT_SIZE', minQty: text(spec.minQty), maxQty: text(spec.maxMarketQty), stepSize: text(spec.stepSize) },
			{ filterType: 'MAX_NUM_ORDERS', limit: 200 },
			{ filterType: 'MAX_NUM_ALGO_ORDERS', limit: 10 },
			{ filterType: 'MIN_NOTIONAL', notional: text(spec.minNotional) },
			{ filterType: 'PERCENT_PRICE', multiplierUp: '1.0500', multiplierDown: '0.9500', multiplierDecimal: '4' },
		],
	};
}

type Route = (params: Params) => unknown;

/** What futures tell everybody. */
export function futuresMarket(engine: Engine, market: MarketData): Readonly<Record<string, Route>> {
	const shared = (route: string): Route => market.routes[route] ?? (() => ({}));
	const each = (params: Params, row: (book: Book) => object): unknown => {
		const symbol = params.text('symbol');
		return symbol === null ? [...engine.books.values()].map(row) : row(engine.book(symbol));
	};
	return {
		'GET derivatives ping': () => ({}),
		'GET derivatives time': shared('GET time'),
		'GET derivatives ticker/bookTicker': (params) =>
			each(params, (book) => ({ ...market.bookTicker(book), time: engine.clock.now(), lastUpdateId: book.updateId })),
		'GET derivatives ticker/24hr': shared('GET ticker/24hr'),
		'GET derivatives depth': shared('GET depth'),
		'GET derivatives klines': shared('GET klines'),
		'GET derivatives exchangeInfo': () => ({
			timezone: 'UTC', serverTime: engine.clock.now(), futuresType: 'U_MARGINED', rateLimits: [], exchangeFilters: [],
			assets: [{ asset: 'USDT', marginAvailable: true, autoAssetExchange: '-10000' }],
			symbols: [...engine.books.values()].map((book) => contract(book.spec, book.isOpen)),
		}),
		'GET derivatives premiumIndex': (params) =>
			each(params, (book) => {
				const mark = text(((book.bid ?? 0n) + (book.ask ?? 0n)) / 2n);
				return {
					symbol: book.spec.symbol, markPrice: mark, indexPrice: mark, estimatedSettlePrice: mark,
					lastFundingRate: '0.00000000', interestRate: '0.00010000', nextFundingTime: 0, time: engine.clock.now(),
				};
			}),
	};
}
