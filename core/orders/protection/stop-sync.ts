import { SECOND, type AccountId } from '../../model';
import type { OrderDeps } from '../deps';
import { forEach } from '../for-each';
import { groupBy } from '../group';
import { workingOrders } from '../orders.queries';
import type { See } from '../watch/prices';
import { protectTrade } from './protect';
import { exitsBesideStop, isResting, nextStopStep, pairedTarget } from './protection';
import type { Trade } from '../trade';
import type { WatchedTrade } from '../watch/watch.queries';

/** Whose stops are looked at, and by which prices. */
export interface SyncedLane {
	readonly venue: string;
	/** Null: all accounts of the venue. */
	readonly accountId: AccountId | null;
	readonly see: See;
}

/**
 * Brings the venue's stops in line with the exits of the trades: one query for all of them, and
 * work only where they differ. Stops of trades that are over are taken away.
 */
export async function syncStops(
	deps: OrderDeps,
	{ venue, accountId, see }: SyncedLane,
	watched: readonly WatchedTrade[],
): Promise<void> {
	const { kernel, exchanges } = deps;
	const { capabilities } = exchanges.for(venue);
	if (!capabilities.restingStop) return;
	const filter = accountId === null ? {} : { accountId };
	const working = (await workingOrders(kernel.conn, filter)).filter(
		(order) => order.venue === venue && order.reduceOnly && order.tradeId !== null,
	);
	const byTrade = groupBy(working, (order) => order.tradeId);
	const venueGuards = exitsBesideStop(capabilities);
	const rearmAfter = kernel.rules.policy.protection.rearmSeconds * SECOND;
	const differing: Pick<Trade, 'accountId' | 'id' | 'symbol' | 'venue'>[] = [];
	for (const { trade, exits } of watched) {
		const { market } = await see(venue, trade.symbol);
		if (market === null) continue;
		const stop = exits.find((exit) => exit.kind === 'stop') ?? null;
		const target = pairedTarget(exits, capabilities);
		const guarded = { trade, stop, target, working: byTrade.get(trade.id) ?? [], market, venueGuards };
		if (nextStopStep(guarded, kernel.clock.now(), rearmAfter).kind !== 'none') differing.push(trade);
	}
	const open = new Set(watched.map(({ trade }) => trade.id));
	for (const order of working) {
		const { tradeId, symbol } = order;
		if (tradeId === null || open.has(tradeId) || !isResting(order)) continue;
		if (order.pending !== 'cancel') {
			differing.push({ id: tradeId, accountId: order.accountId, symbol, venue });
		}
	}
	await forEach(deps, differing, async (trade) => void (await protectTrade(deps, trade)));
}
