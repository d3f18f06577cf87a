import type { Kernel, Trx } from '../../db';
import type { VenueOrder } from '../../exchange';
import { lockAccount, utcDay, type Account } from '../../members';
import { newId, ZERO, type AccountId } from '../../model';
import { newOrder } from '../entries/entry';
import type { Order } from '../order';
import { move, type MovingOrder } from '../booking/order-update';
import { insertOrders } from '../orders.repository';
import { ordersByClientIds, takenClientIds } from './facts.queries';
import { namelessId, venueKey } from './foreign-id';

/** Who makes orders that are not ours, in the words of the audit trail. */
const VENUE_ACTOR = 'venue';

function adopted(
	kernel: Kernel,
	account: Account,
	venue: VenueOrder,
	clientOrderId: string,
): MovingOrder {
	const now = kernel.clock.now();
	const draft = newOrder(
		{
			accountId: account.id,
			memberId: account.memberId,
			signalId: null,
			ticketId: null,
			source: null,
			venue: account.venue,
			symbol: venue.symbol,
			side: venue.side,
			type: venue.type,
			quantity: venue.quantity,
			givenQuantity: null,
			price: venue.price,
			triggerPrice: venue.triggerPrice,
			// Nobody judged it: there is nothing to compare a fill with.
			referencePrice: ZERO,
			stopLoss: ZERO,
			targets: [],
			risk: ZERO,
			cash: ZERO,
			policyVersion: kernel.rules.version,
		},
		{
			id: newId('ord', kernel.clock, kernel.rng),
			clientOrderId,
			tradeId: null,
			leg: 'external',
			reason: 'manual',
			reduceOnly: venue.reduceOnly,
			actor: VENUE_ACTOR,
			algoId: null,
			memberDay: utcDay(venue.createdAt),
			sendAfter: venue.createdAt,
		},
		venue.createdAt,
	);
	const order: Order = {
		...draft,
		origin: 'EXTERNAL',
		venueOrderId: venue.venueOrderId,
		postOnly: venue.postOnly,
		timeInForce: venue.timeInForce,
		referencePrice: null,
	};
	const found = 'found at the venue';
	const sent = move({ order, steps: [] }, 'Submit', venue.createdAt, {}, found);
	const taken = move(sent, 'Accept', venue.createdAt, {}, found);
	return move(taken, 'Open', now, {}, found);
}

/** Client order ids under which these orders stand in our books already, or would. */
async function namesFor(
	trx: Trx,
	accountId: AccountId,
	venueOrders: readonly VenueOrder[],
): Promise<{ known: Set<string>; nameOf: (order: VenueOrder) => string }> {
	const own = venueOrders.map((order) => order.clientOrderId).filter((id) => id !== '');
	const nameless = venueOrders.map((order) => namelessId(accountId, order));
	const rows = await ordersByClientIds(trx, accountId, [...own, ...nameless]);
	const known = new Set(rows.map(venueKey));
	const taken = await takenClientIds(trx, own);
	const given = new Set<string>();
	return {
		known,
		nameOf: (order) => {
			const id = order.clientOrderId;
			if (id === '' || taken.has(id) || given.has(id)) return namelessId(accountId, order);
			given.add(id);
			return id;
		},
	};
}

/**
 * Takes orders of others into our books as EXTERNAL: seen, followed, never cancelled by us unless a
 * person says so. Those that are in our books already stay as they are.
 * @returns the new ones
 */
export async function adoptForeign(
	trx: Trx,
	kernel: Kernel,
	accountId: AccountId,
	venueOrders: readonly VenueOrder[],
): Promise<Order[]> {
	const account = await lockAccount(trx, accountId);
	const { known, nameOf } = await namesFor(trx, accountId, venueOrders);
	const fresh = venueOrders
		.filter((venue) => !known.has(venueKey(venue)))
		.map((venue) => adopted(kernel, account, venue, nameOf(venue)));
	await insertOrders(trx, fresh);
	return fresh.map(({ order }) => order);
}
