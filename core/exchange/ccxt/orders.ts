import type { Decimal, OrderType } from '../../model';
import { add, decimal, gt, isZero, lt, sub, ZERO } from '../../model';
import type {
	VenueFill, VenueOrder, VenueOrderState, VenueReport, VenueTimeInForce,
} from '../exchange';
import { VENUE_TIMES_IN_FORCE } from '../exchange';
import { decimalOf, isRecord, listOf, needed, recordOf, textOf } from './answer';
import type { Answer } from './library';
import type { Listing } from './listing';
import type { VenueProfile } from './profile';

/** By what an answer of the venue is read. */
export interface Reading {
	readonly profile: VenueProfile;
	readonly listing: Listing;
	/** Our id of the order, where the question was for it. */
	readonly clientOrderId?: string | undefined;
}

const positive = (value: Decimal | null): Decimal | null =>
	value === null || isZero(value) ? null : value;

function timeInForce(answer: Answer): VenueTimeInForce {
	const text = textOf(answer, 'timeInForce');
	return VENUE_TIMES_IN_FORCE.find((known) => known === text) ?? 'GTC';
}

function orderType(answer: Answer, trigger: Decimal | null): OrderType {
	const limit = /limit/i.test(textOf(answer, 'type') ?? '');
	if (trigger === null) return limit ? 'limit' : 'market';
	return limit ? 'stop_limit' : 'stop';
}

function orderState(answer: Answer, filled: Decimal, quantity: Decimal): VenueOrderState {
	switch (textOf(answer, 'status')) {
		case 'closed':
			// Over without the whole quantity: the rest was given up.
			return lt(filled, quantity) ? 'CANCELLED' : 'FILLED';
		case 'canceled':
			return 'CANCELLED';
		case 'expired':
			return 'EXPIRED';
		case 'rejected':
			return 'REJECTED';
		default:
			return gt(filled, ZERO) ? 'PARTIALLY_FILLED' : 'OPEN';
	}
}

function clientIdOf(answer: Answer, { profile, clientOrderId }: Reading): string {
	if (clientOrderId !== undefined) return clientOrderId;
	const venueId = textOf(answer, 'clientOrderId');
	return venueId === null ? '' : profile.fromVenueId(venueId);
}

/** An order as the venue tells it. @throws FirecontrolError `VENUE_ANSWER` when it tells too little */
export function toVenueOrder(answer: Answer, reading: Reading): VenueOrder {
	const trigger = positive(decimalOf(answer, 'triggerPrice') ?? decimalOf(answer, 'stopLossPrice'));
	const type = orderType(answer, trigger);
	const filledQuantity = decimalOf(answer, 'filled') ?? ZERO;
	// Somebody else's order by value has no quantity but what is filled.
	const quantity = decimalOf(answer, 'amount') ?? filledQuantity;
	const state = orderState(answer, filledQuantity, quantity);
	const limited = type === 'limit' || type === 'stop_limit';
	return {
		clientOrderId: clientIdOf(answer, reading),
		venueOrderId: needed(textOf(answer, 'id'), 'order id'),
		symbol: reading.listing.ours(needed(textOf(answer, 'symbol'), 'symbol')),
		side: textOf(answer, 'side') === 'sell' ? 'sell' : 'buy',
		type,
		quantity,
		price: limited ? positive(decimalOf(answer, 'price')) : null,
		triggerPrice: trigger,
		reduceOnly: answer['reduceOnly'] === true,
		timeInForce: timeInForce(answer),
		postOnly: answer['postOnly'] === true || textOf(answer, 'timeInForce') === 'PO',
		state,
		filledQuantity,
		message: state === 'REJECTED' ? 'The venue rejected the order.' : null,
		createdAt: Number(textOf(answer, 'timestamp') ?? 0),
	};
}

/** The fee of an execution; several in one currency are one. */
function feeOf(answer: Answer, quote: string): Pick<VenueFill, 'fee' | 'feeCurrency'> {
	const fees = listOf(answer, 'fees').filter((fee) => decimalOf(fee, 'cost') !== null);
	const all = fees.length > 0 ? fees : [recordOf(answer, 'fee')];
	const first = all.find((fee) => !isZero(decimalOf(fee, 'cost') ?? ZERO)) ?? all[0] ?? {};
	const feeCurrency = textOf(first, 'currency') ?? quote;
	const same = all.filter((fee) => (textOf(fee, 'currency') ?? quote) === feeCurrency);
	return { fee: add(...same.map((fee) => decimalOf(fee, 'cost') ?? ZERO)), feeCurrency };
}

/** An execution as the venue tells it. @throws FirecontrolError `VENUE_ANSWER` when it tells too little */
export function toVenueFill(answer: Answer, reading: Reading): VenueFill {
	const symbol = reading.listing.ours(needed(textOf(answer, 'symbol'), 'symbol'));
	const quote = symbol.split('/')[1] ?? '';
	return {
		// Several venues count executions by market: the market makes the id one of the account.
		venueTradeId: `${symbol}#${needed(textOf(answer, 'id'), 'trade id')}`,
		venueOrderId: needed(textOf(answer, 'order'), 'order id of a trade'),
		clientOrderId: reading.clientOrderId ?? null,
		symbol,
		side: textOf(answer, 'side') === 'sell' ? 'sell' : 'buy',
		quantity: needed(decimalOf(answer, 'amount'), 'quantity of a trade'),
		price: needed(decimalOf(answer, 'price'), 'price of a trade'),
		...feeOf(answer, quote),
		at: Number(textOf(answer, 'timestamp') ?? 0),
	};
}

/** Executions that came with the order itself, as some venues do. */
export function ownFills(answer: Answer, reading: Reading): VenueFill[] {
	const trades = answer['trades'];
	if (!Array.isArray(trades)) return [];
	const order = { order: answer['id'], symbol: answer['symbol'], side: answer['side'] };
	return trades
		.filter(isRecord)
		.filter((trade) => decimalOf(trade, 'amount') !== null)
		.map((trade) => {
			const named = Object.fromEntries(Object.entries(trade).filter(([, value]) => value !== undefined));
			return toVenueFill({ ...order, timestamp: answer['timestamp'], ...named }, reading);
		});
}

/** How much the executions add up to. */
export function filledBy(fills: readonly VenueFill[]): Decimal {
	return add(...fills.map((fill) => fill.quantity));
}

const inOrder = (fills: readonly VenueFill[]): VenueFill[] =>
	[...fills].sort((a, b) => a.at - b.at || (a.venueTradeId < b.venueTradeId ? -1 : 1));

/**
 * An order with its executions. While the venue names more as filled than it lists executions for,
 * the order counts as working with what is listed: nothing ends before all its fills are known.
 */
export function reportOf(order: VenueOrder, fills: readonly VenueFill[]): VenueReport {
	const known = filledBy(fills);
	if (!gt(order.filledQuantity, known)) {
		const filledQuantity = known;
		const whole = isZero(sub(order.quantity, known)) && order.state === 'PARTIALLY_FILLED';
		const state = whole ? 'FILLED' : workingState(order.state, known);
		return { order: { ...order, filledQuantity, state }, fills: inOrder(fills) };
	}
	const state = gt(known, ZERO) ? 'PARTIALLY_FILLED' : 'OPEN';
	return { order: { ...order, filledQuantity: known, state }, fills: inOrder(fills) };
}

function workingState(state: VenueOrderState, filled: Decimal): VenueOrderState {
	return state === 'OPEN' && gt(filled, decimal(0)) ? 'PARTIALLY_FILLED' : state;
}
