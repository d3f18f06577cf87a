import type { Market, Quote } from '../../exchange';
import type { Decimal, Side, TradeId } from '../../model';
import { add, decimal, floorToStep, gt, gte, isZero, lt, lte, max, min, mul, ONE, sub, ZERO } from '../../model';
import type { OrderReason, Target } from '../order';
import type { Exit, Trade } from '../trade';
import { openQuantity } from '../booking/positions';

/** Sum of shares from which on the targets are meant to close everything. */
const WHOLE = decimal('0.999');

/** The plan of a new trade: its stop (share 1) and its targets, nearest first. */
export function planExits(
	trade: Pick<Trade, 'id' | 'side'>,
	stopLoss: Decimal,
	targets: readonly Target[],
	now: number,
): Exit[] {
	const nearestFirst = [...targets].sort((a, b) => {
		const order = lt(a.price, b.price) ? -1 : gt(a.price, b.price) ? 1 : 0;
		return trade.side === 'buy' ? order : -order;
	});
	const exit = (kind: Exit['kind'], number: number, price: Decimal, share: Decimal): Exit => ({
		id: exitId(trade.id, kind, number),
		tradeId: trade.id,
		kind,
		number,
		price,
		initialPrice: price,
		movedBy: null,
		movedAt: null,
		share,
		state: 'ACTIVE',
		orderId: null,
		attempts: 0,
		nextAt: 0,
		emulated: true,
		armFailures: 0,
		armAt: 0,
		breachedAt: null,
		updatedAt: now,
	});
	return [
		exit('stop', 0, stopLoss, ONE),
		...nearestFirst.map((target, index) => exit('target', index + 1, target.price, target.share)),
	];
}

function exitId(tradeId: TradeId, kind: Exit['kind'], number: number): string {
	return kind === 'stop' ? `${tradeId}:stop` : `${tradeId}:target${number}`;
}

/** Price at which a position of this side could be closed now. */
export function closingPrice(side: Side, quote: Pick<Quote, 'bid' | 'ask'>): Decimal {
	return side === 'buy' ? quote.bid : quote.ask;
}

/** Why an order of this exit is made: a stop that its plan has moved is a trail. */
export function exitOrderReason(exit: Pick<Exit, 'kind' | 'movedBy'>): OrderReason {
	if (exit.kind === 'target') return 'target';
	return exit.movedBy === null || exit.movedBy === 'hand' ? 'stop' : 'trail';
}

function isHit(side: Side, exit: Exit, price: Decimal): boolean {
	const falls = (side === 'buy') === (exit.kind === 'stop');
	return falls ? lte(price, exit.price) : gte(price, exit.price);
}

/**
 * The watched exits that this quote hits. The stop outranks everything: when it is hit too, it is
 * the only one.
 */
export function dueExits(
	side: Side,
	exits: readonly Exit[],
	quote: Pick<Quote, 'bid' | 'ask'>,
	now: number,
): Exit[] {
	const price = closingPrice(side, quote);
	const hit = exits.filter(
		(exit) => exit.state === 'ACTIVE' && exit.nextAt <= now && isHit(side, exit, price),
	);
	const stop = hit.find((exit) => exit.kind === 'stop');
	return stop === undefined ? hit : [stop];
}

/**
 * How much an exit closes. The stop takes everything that is free. A target takes its share of what
 * was entered, floored to the step; the last one, and one that would leave less than the venue
 * trades, takes everything. Zero: its share is too small to be sold apart, so it is left to the
 * next target. What an order of it sold before it was given up counts: it is asked for the rest only.
 * @param free what no other working exit closes already
 * @param sold what orders of this exit have closed already
 */
export function exitQuantity(
	exit: Exit,
	exits: readonly Exit[],
	trade: Pick<Trade, 'enteredQuantity' | 'exitedQuantity'>,
	market: Pick<Market, 'quantityStep' | 'minQuantity' | 'minNotional'>,
	free: Decimal,
	sold: Decimal = ZERO,
): Decimal {
	if (exit.kind === 'stop') return free;
	const laterTarget = exits.some(
		(other) => other.kind === 'target' && other.number > exit.number && other.state === 'ACTIVE',
	);
	const shares = exits.filter((other) => other.kind === 'target').map((other) => other.share);
	// Equal parts of three are 0.333…: a little less than 1 is the whole all the same.
	const whole = gte(add(...shares), WHOLE);
	if (!laterTarget && whole) return free;
	const left = max(sub(mul(trade.enteredQuantity, exit.share), sold), ZERO);
	const wanted = min(floorToStep(left, market.quantityStep), free);
	const tooSmall = (quantity: Decimal): boolean =>
		lt(quantity, market.minQuantity) || lt(mul(quantity, exit.price), market.minNotional);
	if (isZero(wanted) || tooSmall(wanted)) return laterTarget || !isZero(sold) ? ZERO : free;
	const rest = sub(openQuantity(trade), wanted);
	return !isZero(rest) && tooSmall(rest) ? free : wanted;
}
