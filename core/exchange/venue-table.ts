import { decimal } from '../model';
import type { VenueCapabilities } from './exchange';

/** Live venues whose every call is proved on the wire; any other fails closed. */
export const SUPPORTED_VENUES = [
	'binance', 'binanceusdm', 'bybit', 'coinbase', 'kraken', 'okx',
] as const;
export type SupportedVenue = (typeof SUPPORTED_VENUES)[number];

const common = {
	attachedStop: false,
	nativeOco: false,
	trailing: false,
	cancelAllAfter: false,
	watchOrders: true,
	// Cash accounts cannot open the other side: they sell what is there.
	reduceOnly: false,
	postOnly: true,
	timeInForce: ['GTC', 'IOC', 'FOK'],
	shortSelling: false,
	sessions: '24/7',
	orderTypes: ['market', 'limit', 'stop', 'stop_limit'],
} as const;

/**
 * What each venue can do. `clientIdLookup`, `restingStop`, `nativeOco` and `orderTypes` tell what is
 * done through this adapter; the rest is the venue's own, as ccxt tells it where no source is named.
 * Fees are those of the lowest step of the venue's public table, for sizing only: what is paid is
 * told by the executions.
 */
export const VENUE_CAPABILITIES: Readonly<Record<SupportedVenue, VenueCapabilities>> = {
	binance: {
		...common,
		clientIdLookup: true,
		restingStop: true,
		// Order lists of two (Binance, Spot API, New order list - OCO).
		nativeOco: true,
		// What an open order would sell is `locked` in the balance (Binance, Spot API, Account information).
		stopLocksBalance: true,
		// ccxt's edit is a cancel and a new order there.
		amend: false,
		testnet: true,
		takerFeePercent: decimal('0.1'),
	},
	binanceusdm: {
		...common,
		clientIdLookup: true,
		restingStop: true,
		// Conditional orders take no margin until they trigger (Binance, USDⓈ-M Futures, New algo order).
		stopLocksBalance: false,
		trailing: true,
		// By `countdownCancelAll` (Binance, USDⓈ-M Futures, Auto-cancel all open orders).
		cancelAllAfter: 'symbol',
		reduceOnly: true,
		amend: true,
		// ccxt reaches Binance's demo trading by addresses of their own; the old testnet is closed.
		testnet: true,
		shortSelling: true,
		takerFeePercent: decimal('0.05'),
	},
	bybit: {
		...common,
		clientIdLookup: true,
		restingStop: true,
		// Spot conditional orders take the asset when they trigger only (Bybit, V5, Place order).
		stopLocksBalance: false,
		attachedStop: true,
		trailing: true,
		// Disconnection protection hangs on one connection, is switched on by Bybit's account managers only
		// and cannot be renewed (Bybit, V5, Set disconnect cancel all): no timer that we could keep.
		cancelAllAfter: false,
		amend: true,
		testnet: true,
		takerFeePercent: decimal('0.1'),
	},
	coinbase: {
		...common,
		// Orders can be listed, not asked for by our id: an order not listed may still turn up.
		clientIdLookup: false,
		// Stop-limit only: not a stop that is sure to get out.
		restingStop: false,
		// Open orders put their size on hold (Coinbase, Advanced Trade API, List accounts: `hold`).
		stopLocksBalance: true,
		amend: true,
		testnet: false,
		// ccxt sends fill-or-kill orders but cannot read them.
		timeInForce: ['GTC', 'IOC'],
		orderTypes: ['market', 'limit', 'stop_limit'],
		takerFeePercent: decimal('1.2'),
	},
	kraken: {
		...common,
		clientIdLookup: true,
		restingStop: true,
		// Held for open orders (Kraken, Spot REST, Extended balance: `hold_trade`).
		stopLocksBalance: true,
		trailing: true,
		// All orders of the account (Kraken, Spot REST, Cancel all orders after).
		cancelAllAfter: 'account',
		amend: true,
		testnet: false,
		// Fill or kill is not among the values of `timeinforce` (Kraken, Spot REST, Add order).
		timeInForce: ['GTC', 'IOC'],
		takerFeePercent: decimal('0.4'),
	},
	okx: {
		...common,
		clientIdLookup: true,
		restingStop: true,
		// Its pair is one order with one client id and two triggers (OKX, API v5, Place algo order, `oco`:
		// one `algoClOrdId`). Neither half can be asked for, cancelled or given up by an id of its own, so
		// that a lost answer would leave the outcome of both to guesses: pairs stay the engine's.
		nativeOco: false,
		// Trigger orders freeze nothing until they trigger (OKX, API v5, Place algo order).
		stopLocksBalance: false,
		attachedStop: true,
		trailing: true,
		// All pending orders of the account (OKX, API v5, Cancel all after).
		cancelAllAfter: 'account',
		amend: true,
		testnet: true,
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
