import type { AccountId, TripId } from '../../model';
import type { Trip } from '../../safety';
import type { AccountFlattening } from '../emergency';
import type { AccountLane } from './account-lane';
import { within, type Scene } from './scene';

/** Whether the trip wants positions closed, and kept closed. */
const closes = ({ state }: Trip): boolean => state === 'FLATTENING' || state === 'LOCKED';

interface Draft {
	readonly entries: Map<string, AccountLane['entries'][number]>;
	readonly trips: Set<TripId>;
	symbols: Set<string> | null;
	since: number;
	busy: boolean;
}

/** Symbols of both together; null means all. */
function joined(a: ReadonlySet<string> | null, b: string | null): Set<string> | null {
	return a === null || b === null ? null : new Set([...a, b]);
}

/** A trip that names a symbol means only that; every other one means the whole account. */
const symbolOf = ({ symbol }: Trip): string | null => symbol;

/**
 * What is to be done now, account by account: what stops concern it, taken together. An account
 * whose flattening is over and on which nothing is open any more has no turn, nor has one that an
 * operator has released from the stop.
 * @param venues of accounts
 */
export function lanesOf(
	trips: readonly Trip[],
	scene: Scene,
	rows: readonly AccountFlattening[],
	venues: ReadonlyMap<AccountId, string>,
): AccountLane[] {
	const drafts = new Map<AccountId, Draft>();
	const draft = (id: AccountId): Draft => {
		const made = drafts.get(id) ?? {
			entries: new Map(), trips: new Set(), symbols: new Set<string>(), since: Number.MAX_SAFE_INTEGER, busy: false,
		};
		drafts.set(id, made);
		return made;
	};
	for (const trip of trips) {
		const released = new Set(
			rows.filter(({ tripId, state }) => tripId === trip.id && state === 'RELEASED').map(({ accountId }) => accountId),
		);
		const ours = ({ accountId }: { readonly accountId: AccountId }): boolean => !released.has(accountId);
		const all = within(scene, trip);
		const meant = { trades: all.trades.filter(ours), entries: all.entries.filter(ours) };
		for (const order of meant.entries) {
			const lane = draft(order.accountId);
			lane.entries.set(order.id, order);
			lane.busy = true;
		}
		if (!closes(trip)) continue;
		const pending = rows.filter((row) => row.tripId === trip.id && ours(row));
		const open = [...meant.trades, ...meant.entries].map(({ accountId }) => accountId);
		for (const id of new Set([...open, ...pending.map(({ accountId }) => accountId)])) {
			const lane = draft(id);
			lane.trips.add(trip.id);
			lane.symbols = joined(lane.symbols, symbolOf(trip));
			lane.since = Math.min(lane.since, trip.openedAt);
			const verified = pending.some(({ accountId, state }) => accountId === id && state === 'FLAT');
			lane.busy ||= open.includes(id) || !verified;
		}
	}
	return [...drafts].flatMap(([accountId, { entries, trips: wanting, symbols, since, busy }]) => {
		const venue = venues.get(accountId);
		if (venue === undefined || !busy) return [];
		return [{ accountId, venue, entries: [...entries.values()], symbols, since, trips: wanting }];
	});
}
