import { decimal } from '../model';
import type { VenueCapabilities } from './exchange';

/** Live venues whose every call is proved on the wire; any other fails closed. */
export const SUPPORTED_VENUES = [
	'binance', 'binanceusdm', 'bybit', 'coinbase', 'kraken', 'okx',
] as const;
export type SupportedVenue = (typeof SUPPORTED_VENUES)[number];

const spot = {
	attachedStop: false,
	nativeOco: false,
	trailing: false,
	cancelAllAfter: false,
	watchOrders: true,
	// Cash accounts cannot open the other side: they sell what is there.
	reduceOnly: false,
	amend: false,
	postOnly: true,
	timeInForce: ['GTC', 'IOC', 'FOK'],
	shortSelling: false,
	sessions: '24/7',
	orderTypes: ['market', 'limit', 'stop', 'stop_limit'],
} as const;

/**
 * What each venue can do *through this adapter*: a feature of the venue that is not used here is
 * `false`. Fees are those of the lowest step of the venue's public table, for sizing only; what is
 * paid is told by the executions.
 */
export const VENUE_CAPABILITIES: Readonly<Record<SupportedVenue, VenueCapabilities>> = {
	binance: {
		...spot,
		clientIdLookup: true,
		restingStop: true,
		// A resting stop locks the base asset (Binance spot, account balances: free and locked).
		stopLocksBalance: true,
		testnet: true,
		takerFeePercent: decimal('0.1'),
	},
	binanceusdm: {
		...spot,
		clientIdLookup: true,
		restingStop: true,
		// Conditional orders take no margin until they trigger (Binance futures, Algo orders).
		stopLocksBalance: false,
		reduceOnly: true,
		// ccxt reaches Binance's demo trading by addresses of their own; the old testnet is closed.
		testnet: true,
		shortSelling: true,
		takerFeePercent: decimal('0.05'),
	},
	bybit: {
		...spot,
		clientIdLookup: true,
		restingStop: true,
		// Spot conditional orders take the asset when they trigger only (Bybit, V5, Place order).
		stopLocksBalance: false,
		testnet: true,
		takerFeePercent: decimal('0.1'),
	},
	coinbase: {
		...spot,
		// Orders can be listed, not asked for by our id: an order not listed may still turn up.
		clientIdLookup: false,
		// Stop-limit only: not a stop that is sure to get out.
		restingStop: false,
		stopLocksBalance: true,
		testnet: false,
		orderTypes: ['market', 'limit', 'stop_limit'],
		takerFeePercent: decimal('1.2'),
	},
	kraken: {
		...spot,
		clientIdLookup: true,
		restingStop: true,
		// Kraken checks funds when a stop triggers but counts open orders against the balance.
		stopLocksBalance: true,
		testnet: false,
		timeInForce: ['GTC', 'IOC'],
		takerFeePercent: decimal('0.4'),
	},
	okx: {
		...spot,
		clientIdLookup: true,
		// Its stops are "algo orders" with ids and lists of their own; the engine watches instead.
		restingStop: false,
		stopLocksBalance: false,
		testnet: true,
		orderTypes: ['market', 'limit'],
		takerFeePercent: decimal('0.1'),
	},
};

/** Whether orders can go there. */
export function isSupportedVenue(ccxtId: string): ccxtId is SupportedVenue {
	return SUPPORTED_VENUES.some((id) => id === ccxtId);
}

/** What the venue can do through this adapter, or null when it is not supported. */
export function capabilitiesOf(ccxtId: string): VenueCapabilities | null {
	return isSupportedVenue(ccxtId) ? VENUE_CAPABILITIES[ccxtId] : null;
}
