import type { Market, VenueCapabilities } from '../../exchange';
import type { Decimal, Side } from '../../model';
import {
	abs, add, decimal, eq, floorToStep, isZero, lt, max, min, mul, sub, ZERO,
} from '../../model';
import type { Order } from '../order';
import { remaining } from '../booking/order-update';
import { openQuantity } from '../booking/positions';
import type { Exit, Position, Trade } from '../trade';

/** Whether the order is a protective stop that rests at the venue (the engine's own have no trigger). */
export function isRestingStop(order: Pick<Order, 'leg' | 'reduceOnly' | 'triggerPrice'>): boolean {
	return order.reduceOnly && order.leg === 'stop' && order.triggerPrice !== null;
}

/** Whether the order is a target that rests at the venue, as the other half of a stop's pair. */
export function isRestingTarget(order: Pick<Order, 'leg' | 'reduceOnly' | 'type'>): boolean {
	return order.reduceOnly && order.leg.startsWith('target') && order.type === 'limit';
}

/** Whether the order protects or ends a trade from where it rests at the venue. */
export function isResting(
	order: Pick<Order, 'leg' | 'reduceOnly' | 'triggerPrice' | 'type'>,
): boolean {
	return isRestingStop(order) || isRestingTarget(order);
}

/** The stop that should rest at the venue for a trade. */
export interface StopWanted {
	readonly quantity: Decimal;
	readonly triggerPrice: Decimal;
	/** Limit of the target that the venue holds against it; null: a stop alone. */
	readonly targetPrice: Decimal | null;
}

type Steps = Pick<Market, 'minNotional' | 'minQuantity' | 'priceTick' | 'quantityStep'>;

/** What is known of a trade when its protection is decided. */
export interface Guarded {
	readonly trade: Pick<Trade, 'enteredQuantity' | 'exitedQuantity' | 'side' | 'state'>;
	/** Null: nothing is held. Left out: what the trade has open is held. */
	readonly position?: Pick<Position, 'quantity'> | null;
	/** The trade's stop; null for none. */
	readonly stop: Pick<Exit, 'armAt' | 'price' | 'state'> | null;
	/** The target that may rest with the stop as a pair, see `pairedTarget`; null for none. */
	readonly target: Pick<Exit, 'price'> | null;
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

/** Share from which on a target is meant to close everything. */
const WHOLE = decimal('0.999');

/**
 * The target that the venue itself can hold against the stop: the only one, for all of the trade,
 * where the venue has pairs and has not refused this one. Others are watched by the engine.
 */
export function pairedTarget(
	exits: readonly Exit[],
	venue: Pick<VenueCapabilities, 'nativeOco'>,
): Exit | null {
	if (!venue.nativeOco) return null;
	const [target, ...more] = exits.filter(({ kind, state }) => kind === 'target' && state === 'ACTIVE');
	if (target === undefined || more.length > 0 || target.armFailures > 0) return null;
	return lt(target.share, WHOLE) ? null : target;
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
	const { trade, position, stop, target, working, market, venueGuards } = guarded;
	if (trade.state !== 'OPEN' && trade.state !== 'CLOSING') return null;
	if (stop === null || stop.state !== 'ACTIVE') return null;
	const open = max(openQuantity(trade), ZERO);
	const held = position === undefined ? open : min(open, abs(position?.quantity ?? ZERO));
	const others = venueGuards ? [] : working.filter((order) => !isResting(order)).map(remaining);
	const quantity = floorToStep(max(sub(held, add(...others)), ZERO), market.quantityStep);
	const triggerPrice = tighterOnTick(trade.side, stop.price, market.priceTick);
	if (isZero(quantity) || tooSmall(quantity, triggerPrice, market)) return null;
	const targetPrice = target === null ? null : tighterOnTick(trade.side, target.price, market.priceTick);
	return { quantity, triggerPrice, targetPrice };
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
	const resting = guarded.working.filter(isResting);
	const staying = resting.filter(({ pending }) => pending !== 'cancel');
	if (wanted === null) {
		return staying.length === 0 ? NONE : { kind: 'cancel', orders: staying };
	}
	const kept = keptOf(staying, wanted);
	const surplus = staying.filter((order) => !kept.includes(order));
	if (kept.length > 0) return surplus.length === 0 ? NONE : { kind: 'cancel', orders: surplus };
	if (surplus.length > 0) {
		const [stop, ...more] = surplus.filter(isRestingStop);
		const young = stop !== undefined && more.length === 0 && now - stop.createdAt < rearmAfter;
		const patient = young && eq(remaining(stop), wanted.quantity);
		return patient ? NONE : { kind: 'cancel', orders: surplus };
	}
	if (resting.length > 0 || now < (guarded.stop?.armAt ?? 0)) return NONE;
	return { kind: 'arm', wanted };
}

/** What of the resting orders is the wanted stop, with its target where it should have one. */
function keptOf(staying: readonly Order[], wanted: StopWanted): Order[] {
	const { quantity, triggerPrice, targetPrice } = wanted;
	const stops = staying.filter(isRestingStop);
	const woken = stops.find(executes);
	if (woken !== undefined) return staying.filter((order) => order === woken || isPair(order, woken));
	for (const stop of stops) {
		if (!eq(remaining(stop), quantity) || !eq(stop.triggerPrice ?? ZERO, triggerPrice)) continue;
		if (targetPrice === null) return [stop];
		const target = staying.find(
			(order) =>
				isRestingTarget(order) && isPair(order, stop) && eq(remaining(order), quantity) &&
				eq(order.price ?? ZERO, targetPrice),
		);
		if (target !== undefined) return [stop, target];
	}
	return [];
}

function isPair(a: Order, b: Order): boolean {
	return a.ocoGroup !== null && a.ocoGroup === b.ocoGroup;
}
