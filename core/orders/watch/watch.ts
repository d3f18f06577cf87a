import { PAPER_VENUE } from '../../exchange';
import { messageOf, SECOND, type AccountId } from '../../model';
import type { OrderDeps } from '../deps';
import { forEach } from '../for-each';
import { groupBy } from '../group';
import type { Order } from '../order';
import { createPrices } from './prices';
import { isAtVenue } from '../sending/cancel';
import { workingOrders } from '../orders.queries';
import { createUnreadable } from './unreadable';
import { createVenueHealth } from './venue-health';
import { openPlaces } from './watch.queries';
import { watchLane, type LaneResult } from './watch-lane';

/** What one look did. */
export type WatchResult = LaneResult;

/** Accounts looked at at the same time. */
const LANES_AT_ONCE = 32;
/** A lane that takes longer is left to itself: the next look begins without it. */
const PATIENCE_MS = 2 * SECOND;

/** Where one venue's trouble stays: one account, or all of the paper venue, which is one database. */
interface Lane {
	readonly id: string;
	readonly venue: string;
	readonly accountId: AccountId | null;
	/** Its orders that the venue has. */
	readonly orders: readonly Order[];
}

function laneOf(venue: string, accountId: AccountId): Omit<Lane, 'orders'> {
	if (venue === PAPER_VENUE) return { id: venue, venue, accountId: null };
	return { id: `${venue}|${accountId}`, venue, accountId };
}

/** Every lane with a working order or an open trade. */
async function lanesOf({ kernel }: OrderDeps): Promise<Lane[]> {
	const working = (await workingOrders(kernel.conn)).filter((order) => isAtVenue(order.state));
	const orders = groupBy(working, (order) => laneOf(order.venue, order.accountId).id);
	const places = [...working, ...(await openPlaces(kernel.conn))];
	const lanes = groupBy(places, ({ venue, accountId }) => laneOf(venue, accountId).id);
	return [...lanes].flatMap(([id, [first]]) => {
		if (first === undefined) return [];
		return [{ ...laneOf(first.venue, first.accountId), orders: orders.get(id) ?? [] }];
	});
}

async function patience(): Promise<void> {
	return new Promise((resolve) => {
		setTimeout(resolve, PATIENCE_MS).unref();
	});
}

/**
 * Makes the watch of one process. One look at every open trade: books news of working orders, then
 * tightens stops, sends the exits that the quotes hit and sees to it that the venues hold the stops
 * they should. A few queries and one quote a symbol, whatever the number of trades; no transaction
 * is held over a venue call. A venue or account that fails or hangs keeps only itself waiting.
 */
export function createWatch(deps: OrderDeps): () => Promise<WatchResult> {
	const { kernel } = deps;
	const health = createVenueHealth(kernel);
	const unreadable = createUnreadable(kernel);
	const under = new Set<string>();

	async function run(lane: Lane, total: LaneResult[], errors: unknown[], see: ReturnType<typeof createPrices>) {
		under.add(lane.id);
		try {
			total.push(await watchLane(deps, { ...lane, health, unreadable, see }));
		} catch (error) {
			kernel.log.error('The watch of an account failed; it is tried again.', {
				lane: lane.id,
				error: messageOf(error),
			});
			errors.push(error);
		} finally {
			under.delete(lane.id);
		}
	}

	return async () => {
		const every = await lanesOf(deps);
		const lanes = every.filter(({ id }) => !under.has(id));
		const total: LaneResult[] = [];
		const errors: unknown[] = [];
		const see = createPrices(deps);
		const all = forEach(deps, lanes, async (lane) => run(lane, total, errors, see), LANES_AT_ONCE);
		await (lanes.length > 1 ? Promise.race([all, patience()]) : all);
		await unreadable.forget(every.flatMap(({ orders }) => orders));
		if (errors.length > 0) throw errors[0];
		const sum = (pick: (result: LaneResult) => number): number =>
			total.reduce((before, result) => before + pick(result), 0);
		return {
			watched: sum(({ watched }) => watched),
			exits: sum(({ exits }) => exits),
			updated: sum(({ updated }) => updated),
		};
	};
}
