import type { Market, VenueCapabilities } from '../exchange';
import type { Decimal, Side } from '../model';
import {
	abs, add, eq, floorToStep, isZero, lt, max, min, mul, sub, ZERO,
} from '../model';
import type { Order } from './order';
import { remaining } from './order-update';
import { openQuantity } from './positions';
import type { Exit, Position, Trade } from './trade';

/** Whether the order is a protective stop that rests at the venue (the engine's own have no trigger). */
export function isRestingStop(order: Pick<Order, 'leg' | 'reduceOnly' | 'triggerPrice'>): boolean {
	return order.reduceOnly && order.leg === 'stop' && order.triggerPrice !== null;
}

/** The stop that should rest at the venue for a trade. */
export interface StopWanted {
	readonly quantity: Decimal;
	readonly triggerPrice: Decimal;
}

type Steps = Pick<Market, 'minNotional' | 'minQuantity' | 'priceTick' | 'quantityStep'>;

/** What is known of a trade when its protection is decided. */
export interface Guarded {
	readonly trade: Pick<Trade, 'enteredQuantity' | 'exitedQuantity' | 'side' | 'state'>;
	/** Null: nothing is held. Left out: what the trade has open is held. */
	readonly position?: Pick<Position, 'quantity'> | null;
	/** The trade's stop; null for none. */
	readonly stop: Pick<Exit, 'armAt' | 'price' | 'state'> | null;
	/** Reduce-only orders of the symbol that are not over. */
	readonly working: readonly Order[];
	readonly market: Steps;
	/** The venue itself lets exits close no more than is held, so that a stop may cover all of it. */
	readonly venueGuards: boolean;
}

/** Whether exits may work beside a resting stop: it locks nothing, and the venue guards the rest. */
export function exitsBesideStop(
	venue: Pick<VenueCapabilities, 'reduceOnly' | 'stopLocksBalance'>,
): boolean {
	return venue.reduceOnly && !venue.stopLocksBalance;
}

/** The stop price on the venue's tick, rounded to the tighter side: a stop never loosens. */
export function tighterOnTick(side: Side, price: Decimal, tick: Decimal): Decimal {
	const below = floorToStep(price, tick);
	return side === 'sell' || eq(below, price) ? below : add(below, tick);
}

/** Whether the venue would not take an order as small as this at about this price. */
export function tooSmall(quantity: Decimal, price: Decimal, market: Steps): boolean {
	return lt(quantity, market.minQuantity) || lt(mul(quantity, price), market.minNotional);
}

/**
 * The stop that the trade should have at the venue: for all that is open; and where the venue does
 * not guard exits, only for what no other exit takes already. Null where nothing is, or what is left
 * is too small for the venue: then the engine alone watches.
 */
export function stopWanted(guarded: Guarded): StopWanted | null {
	const { trade, position, stop, working, market, venueGuards } = guarded;
	if (trade.state !== 'OPEN' && trade.state !== 'CLOSING') return null;
	if (stop === null || stop.state !== 'ACTIVE') return null;
	const open = max(openQuantity(trade), ZERO);
	const held = position === undefined ? open : min(open, abs(position?.quantity ?? ZERO));
	const others = venueGuards ? [] : working.filter((order) => !isRestingStop(order)).map(remaining);
	const quantity = floorToStep(max(sub(held, add(...others)), ZERO), market.quantityStep);
	const triggerPrice = tighterOnTick(trade.side, stop.price, market.priceTick);
	if (isZero(quantity) || tooSmall(quantity, triggerPrice, market)) return null;
	return { quantity, triggerPrice };
}

/** The next thing to do so that the venue has the wanted stop and no other. */
export type StopStep =
	| { readonly kind: 'none' }
	| { readonly kind: 'cancel'; readonly orders: readonly Order[] }
	| { readonly kind: 'arm'; readonly wanted: StopWanted };

const NONE: StopStep = { kind: 'none' };

/** A stop that the market has woken: it is left to fill. */
function executes({ state }: Order): boolean {
	return state === 'TRIGGERED' || state === 'PARTIALLY_FILLED';
}

/**
 * What brings the venue one step nearer to the wanted stop; nothing when it is there. The old one is
 * always gone before a new one is sent, so that never more rests than is held. One that is on its
 * way or of unknown outcome counts as resting.
 * @param rearmAfter least age, ms, of a stop that is replaced for its price alone
 */
export function nextStopStep(
	guarded: Guarded,
	now: number,
	rearmAfter: number,
): StopStep {
	const wanted = stopWanted(guarded);
	const resting = guarded.working.filter(isRestingStop);
	const staying = resting.filter(({ pending }) => pending !== 'cancel');
	if (wanted === null) {
		return staying.length === 0 ? NONE : { kind: 'cancel', orders: staying };
	}
	const { quantity, triggerPrice } = wanted;
	const sameQuantity = (order: Order): boolean => eq(remaining(order), quantity);
	const right = staying.find(
		(order) => sameQuantity(order) && eq(order.triggerPrice ?? ZERO, triggerPrice),
	);
	const keeps = right ?? staying.find(executes);
	const surplus = staying.filter((order) => order !== keeps);
	if (keeps !== undefined) return surplus.length === 0 ? NONE : { kind: 'cancel', orders: surplus };
	const [only, ...more] = surplus;
	if (only !== undefined) {
		const patient = more.length === 0 && sameQuantity(only) && now - only.createdAt < rearmAfter;
		return patient ? NONE : { kind: 'cancel', orders: surplus };
	}
	if (resting.length > 0 || now < (guarded.stop?.armAt ?? 0)) return NONE;
	return { kind: 'arm', wanted };
}
