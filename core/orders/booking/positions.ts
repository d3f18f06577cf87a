import {
	bookedFee, bookedValue, capabilitiesOf, currencyScale, parseVenue, type VenueFill,
} from '../../exchange';
import type { Decimal, Side } from '../../model';
import { abs, add, div, eq, FirecontrolError, gt, isZero, mul, neg, roundHalfEven, sub, ZERO } from '../../model';
import { currenciesOf, NO_RATES, type FeeRates } from './fee-rates';
import type { Position, Trade } from '../trade';

/** An execution as it is booked: the fee in the account's currency. */
export interface BookableFill {
	readonly side: Side;
	readonly quantity: Decimal;
	readonly price: Decimal;
	readonly fee: Decimal;
	/** What of the bought asset itself the venue kept as its fee; the fee is this at the price. */
	readonly baseFee?: Decimal;
}

/** What one fill changes. */
export interface Booked {
	readonly trade: Trade;
	readonly position: Position;
	/** Change of the account's cash. */
	readonly cashDelta: Decimal;
	/** Result realised by it, after fees: its own and its part of the entry's. */
	readonly realisedNet: Decimal;
}

/** Entered and not yet exited. */
export function openQuantity(trade: Pick<Trade, 'enteredQuantity' | 'exitedQuantity'>): Decimal {
	return sub(trade.enteredQuantity, trade.exitedQuantity);
}

/** Average price of what was entered; null before the first fill. For display and risk, not money. */
export function entryPrice(trade: Pick<Trade, 'entryValue' | 'enteredQuantity'>): Decimal | null {
	return isZero(trade.enteredQuantity) ? null : div(trade.entryValue, trade.enteredQuantity);
}

/** Average price of what was exited; null before the first exit. */
export function exitPrice(trade: Pick<Trade, 'exitValue' | 'exitedQuantity'>): Decimal | null {
	return isZero(trade.exitedQuantity) ? null : div(trade.exitValue, trade.exitedQuantity);
}

/** Fees paid that no realised result contains yet. */
export function unbookedFees(trade: Pick<Trade, 'fees' | 'feesBooked'>): Decimal {
	return sub(trade.fees, trade.feesBooked);
}

/**
 * A venue's fee in the account's currency, rounded up. A fee taken in the base asset is valued at
 * the fill's price. Null for a currency we have no price of.
 */
export function feeInCurrency(
	fill: { readonly symbol: string; readonly price: Decimal; readonly fee: Decimal; readonly feeCurrency: string },
	currency: string,
	rates: FeeRates = NO_RATES,
): Decimal | null {
	if (isZero(fill.fee) || fill.feeCurrency === currency) return bookedFee(fill.fee, currency);
	const { base } = currenciesOf(fill.symbol);
	const price = fill.feeCurrency === base ? fill.price : rates.get(fill.feeCurrency);
	return price === undefined ? null : bookedFee(mul(fill.fee, price), currency);
}

/** Whether the venue trades contracts: nothing of one can be kept as a fee. */
function tradesContracts(venue: string): boolean {
	const ccxtId = parseVenue(venue)?.ccxtId;
	return ccxtId !== undefined && capabilitiesOf(ccxtId)?.shortSelling === true;
}

/**
 * What the venue kept of the asset that was bought: on spot, where the fee of a purchase is taken
 * from it. Zero for any other fee.
 */
export function baseFee(
	fill: Pick<VenueFill, 'fee' | 'feeCurrency' | 'side' | 'symbol'> & { readonly venue: string },
): Decimal {
	const spot = !fill.symbol.includes(':') && !tradesContracts(fill.venue);
	const kept = spot && fill.side === 'buy' && fill.feeCurrency === currenciesOf(fill.symbol).base;
	return kept ? fill.fee : ZERO;
}

function bookEntry(trade: Trade, position: Position, fill: BookableFill, value: Decimal): Booked {
	const long = fill.side === 'buy';
	const kept = fill.baseFee ?? ZERO;
	// A fee kept in the asset was paid for with the purchase: it is part of the value, not on top.
	const within = isZero(kept) ? ZERO : fill.fee;
	const quantity = sub(fill.quantity, kept);
	const cost = sub(value, within);
	return {
		trade: {
			...trade,
			enteredQuantity: add(trade.enteredQuantity, quantity),
			entryValue: add(trade.entryValue, cost),
			fees: add(trade.fees, fill.fee),
		},
		position: {
			...position,
			quantity: long ? add(position.quantity, quantity) : sub(position.quantity, quantity),
			cost: long ? add(position.cost, cost) : sub(position.cost, cost),
			tradeId: trade.id,
		},
		cashDelta: add(long ? neg(value) : value, within, neg(fill.fee)),
		realisedNet: ZERO,
	};
}

/** Part of `whole` that goes with `quantity` of `held`; the last part takes all that is left. */
function part(whole: Decimal, quantity: Decimal, held: Decimal, currency: string): Decimal {
	if (eq(quantity, held)) return whole;
	return roundHalfEven(div(mul(whole, quantity), held), currencyScale(currency));
}

function bookExit(
	trade: Trade,
	position: Position,
	fill: BookableFill,
	value: Decimal,
	currency: string,
): Booked {
	const held = openQuantity(trade);
	if (gt(fill.quantity, held) || gt(fill.quantity, abs(position.quantity))) {
		throw new FirecontrolError(
			'EXIT_EXCEEDS_POSITION',
			`The venue reports an exit of ${fill.quantity} ${trade.symbol}, but only ${held} is open. Compare the account with the venue.`,
			{ details: { trade_id: trade.id, quantity: fill.quantity, held } },
		);
	}
	const long = trade.side === 'buy';
	const cost = part(position.cost, fill.quantity, abs(position.quantity), currency);
	const gross = long ? sub(value, cost) : sub(neg(cost), value);
	const entryFees = part(unbookedFees(trade), fill.quantity, held, currency);
	const feesBooked = add(entryFees, fill.fee);
	const net = sub(gross, feesBooked);
	return {
		trade: {
			...trade,
			exitedQuantity: add(trade.exitedQuantity, fill.quantity),
			exitValue: add(trade.exitValue, value),
			fees: add(trade.fees, fill.fee),
			feesBooked: add(trade.feesBooked, feesBooked),
			realisedGross: add(trade.realisedGross, gross),
			realisedNet: add(trade.realisedNet, net),
		},
		position: {
			...position,
			quantity: long ? sub(position.quantity, fill.quantity) : add(position.quantity, fill.quantity),
			cost: sub(position.cost, cost),
		},
		cashDelta: sub(long ? value : neg(value), fill.fee),
		realisedNet: net,
	};
}

/**
 * Books one execution. Its value is rounded once, half-even, to the currency's scale; a partial
 * close takes its proportional part of cost and entry fees, the last close takes what is left, so
 * that Σ cash changes = Σ realised results when nothing is open, to the last digit.
 * @throws FirecontrolError `EXIT_EXCEEDS_POSITION`
 */
export function bookFill(
	trade: Trade,
	position: Position,
	fill: BookableFill,
	currency: string,
): Booked {
	const value = bookedValue(fill.quantity, fill.price, currency);
	return fill.side === trade.side
		? bookEntry(trade, position, fill, value)
		: bookExit(trade, position, fill, value, currency);
}

/** Value of a position at a price, signed. */
export function positionValue(position: Pick<Position, 'quantity'>, price: Decimal): Decimal {
	return mul(position.quantity, price);
}

/** Result if it were closed at `price`, before fees. */
export function unrealised(position: Pick<Position, 'quantity' | 'cost'>, price: Decimal): Decimal {
	return sub(positionValue(position, price), position.cost);
}
