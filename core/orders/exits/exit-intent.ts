import type { Market } from '../../exchange';
import { utcDay } from '../../members';
import { algorithmId, clientOrderId, newId, opposite, ZERO, type Decimal } from '../../model';
import type { OrderDeps } from '../deps';
import { newOrder } from '../entries/entry';
import type { ExitIntent, Leg, Order, OrderIntent, OrderReason } from '../order';
import type { Trade } from '../trade';

/** What closes `quantity` of a trade: at market, or, with a trigger price, as a stop that rests. */
export function intentToClose(
	trade: Trade,
	quantity: Decimal,
	market: Market,
	stop: Pick<OrderIntent, 'price' | 'triggerPrice' | 'type'> | null = null,
): OrderIntent {
	return {
		accountId: trade.accountId,
		memberId: trade.memberId,
		signalId: trade.signalId,
		ticketId: null,
		source: trade.source,
		venue: trade.venue,
		symbol: market.symbol,
		side: opposite(trade.side),
		type: stop?.type ?? 'market',
		quantity,
		givenQuantity: null,
		price: stop?.price ?? null,
		triggerPrice: stop?.triggerPrice ?? null,
		referencePrice: trade.stopLoss ?? ZERO,
		stopLoss: trade.stopLoss ?? ZERO,
		targets: [],
		// An exit risks nothing and needs no cash.
		risk: ZERO,
		cash: ZERO,
		policyVersion: trade.policyVersion,
	};
}

/** What an exit order is besides its intent. */
export interface ExitDraft {
	readonly leg: Leg;
	readonly reason: OrderReason;
	readonly actor: string;
	/** Orders that the venue holds against each other have a group of their own. */
	readonly pair?: string;
	/** Number of this order among those of its trade and leg, from 1: part of the client order id. */
	readonly attempt: number;
}

/**
 * An exit order in its first state. Where stops rest at the venue, all exits of a trade are one
 * group: its stop on the one side, what else closes it on the other.
 */
export function exitOrder(
	deps: OrderDeps,
	trade: Trade,
	intent: ExitIntent,
	draft: ExitDraft,
): Order {
	const { clock, rng, rules } = deps.kernel;
	const now = clock.now();
	const order = newOrder(
		intent,
		{
			id: newId('ord', clock, rng),
			clientOrderId: clientOrderId(trade.id, draft.leg, draft.attempt),
			tradeId: trade.id,
			leg: draft.leg,
			reason: draft.reason,
			reduceOnly: true,
			actor: draft.actor,
			algoId: algorithmId(rules.policy.compliance, trade.source),
			memberDay: utcDay(now),
			sendAfter: now,
		},
		now,
	);
	const { restingStop } = deps.exchanges.for(trade.venue).capabilities;
	// Sent by the engine when the price was there, in place of an order that rests.
	const planned = draft.leg !== 'close' && intent.type === 'market';
	return {
		...order,
		ocoGroup: draft.pair ?? (restingStop ? trade.id : null),
		emulated: planned ? [draft.leg === 'stop' ? 'stop' : 'target'] : [],
	};
}
