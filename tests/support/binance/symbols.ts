import { type Fixed, fixed, text } from './fixed';

/** A pair and its filters. */
export interface SymbolSpec {
	readonly symbol: string;
	readonly base: string;
	readonly quote: string;
	readonly tickSize: Fixed;
	readonly stepSize: Fixed;
	readonly minQty: Fixed;
	readonly maxQty: Fixed;
	readonly maxMarketQty: Fixed;
	readonly minNotional: Fixed;
}

/** What a pair may be given as: its assets, or all of its numbers. */
export interface SymbolOptions {
	readonly base: string;
	readonly quote?: string;
	readonly tickSize?: string;
	readonly stepSize?: string;
	readonly minQty?: string;
	readonly maxQty?: string;
	readonly maxMarketQty?: string;
	readonly minNotional?: string;
	/** First quote; without it the market is closed until one is set. */
	readonly bid?: string | number;
	readonly ask?: string | number;
}

/** Five pairs with the steps they have on the real exchange. */
export const USUAL_SYMBOLS: readonly SymbolOptions[] = [
	{ base: 'BTC', tickSize: '0.01', stepSize: '0.00001', maxMarketQty: '115', bid: '60000', ask: '60000.01' },
	{ base: 'ETH', tickSize: '0.01', stepSize: '0.0001', maxMarketQty: '2300', bid: '3000', ask: '3000.01' },
	{ base: 'SOL', tickSize: '0.01', stepSize: '0.001', maxQty: '90000', maxMarketQty: '19000', bid: '150', ask: '150.01' },
	{ base: 'BNB', tickSize: '0.01', stepSize: '0.001', maxMarketQty: '1600', bid: '600', ask: '600.01' },
	{ base: 'XRP', tickSize: '0.0001', stepSize: '0.1', maxQty: '9222449', maxMarketQty: '900000', bid: '0.5', ask: '0.5001' },
];

export function symbolSpec(options: SymbolOptions): SymbolSpec {
	const { base, quote = 'USDT' } = options;
	const stepSize = fixed(options.stepSize ?? '0.00001');
	return {
		symbol: `${base}${quote}`,
		base,
		quote,
		tickSize: fixed(options.tickSize ?? '0.01'),
		stepSize,
		minQty: fixed(options.minQty ?? text(stepSize)),
		maxQty: fixed(options.maxQty ?? '9000'),
		maxMarketQty: fixed(options.maxMarketQty ?? options.maxQty ?? '9000'),
		minNotional: fixed(options.minNotional ?? '5'),
	};
}

export const ORDER_TYPES = [
	'LIMIT', 'LIMIT_MAKER', 'MARKET', 'STOP_LOSS', 'STOP_LOSS_LIMIT', 'TAKE_PROFIT', 'TAKE_PROFIT_LIMIT',
] as const;
export type SpotOrderType = (typeof ORDER_TYPES)[number];

/** How far from the market a limit price may be. */
export const PRICE_BAND = { up: 5n, down: 5n };

/** How many orders an account may have working in one symbol. */
export interface OrderLimits {
	readonly maxOrders: number;
	readonly maxAlgoOrders: number;
}

/** A pair as `exchangeInfo` tells it. */
export function symbolInfo(spec: SymbolSpec, limits: OrderLimits, open: boolean): object {
	return {
		symbol: spec.symbol,
		status: open ? 'TRADING' : 'BREAK',
		baseAsset: spec.base,
		baseAssetPrecision: 8,
		quoteAsset: spec.quote,
		quotePrecision: 8,
		quoteAssetPrecision: 8,
		baseCommissionPrecision: 8,
		quoteCommissionPrecision: 8,
		orderTypes: ORDER_TYPES,
		icebergAllowed: true,
		ocoAllowed: true,
		otoAllowed: false,
		quoteOrderQtyMarketAllowed: true,
		allowTrailingStop: false,
		cancelReplaceAllowed: true,
		amendAllowed: false,
		isSpotTradingAllowed: true,
		isMarginTradingAllowed: false,
		filters: [
			{ filterType: 'PRICE_FILTER', minPrice: text(spec.tickSize), maxPrice: '1000000.00000000', tickSize: text(spec.tickSize) },
			{ filterType: 'LOT_SIZE', minQty: text(spec.minQty), maxQty: text(spec.maxQty), stepSize: text(spec.stepSize) },
			{ filterType: 'ICEBERG_PARTS', limit: 10 },
			{ filterType: 'MARKET_LOT_SIZE', minQty: '0.00000000', maxQty: text(spec.maxMarketQty), stepSize: '0.00000000' },
			{ filterType: 'TRAILING_DELTA', minTrailingAboveDelta: 10, maxTrailingAboveDelta: 2000, minTrailingBelowDelta: 10, maxTrailingBelowDelta: 2000 },
			{ filterType: 'PERCENT_PRICE_BY_SIDE', bidMultiplierUp: '5', bidMultiplierDown: '0.2', askMultiplierUp: '5', askMultiplierDown: '0.2', avgPriceMins: 5 },
			{ filterType: 'NOTIONAL', minNotional: text(spec.minNotional), applyMinToMarket: true, maxNotional: '9000000.00000000', applyMaxToMarket: false, avgPriceMins: 5 },
			{ filterType: 'MAX_NUM_ORDERS', maxNumOrders: limits.maxOrders },
			{ filterType: 'MAX_NUM_ALGO_ORDERS', maxNumAlgoOrders: limits.maxAlgoOrders },
		],
		permissions: [],
		permissionSets: [['SPOT']],
		defaultSelfTradePreventionMode: 'EXPIRE_MAKER',
		allowedSelfTradePreventionModes: ['EXPIRE_TAKER', 'EXPIRE_MAKER', 'EXPIRE_BOTH'],
	};
}
