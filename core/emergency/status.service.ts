import type { Kernel } from '../db';
import { currentTier, findAccount } from '../members';
import type { AccountId, TripId } from '../model';
import {
	concerns, findTrip, listOpenTrips, tradingStateFor, strictest, type TradingSubject, type Trip,
} from '../safety';
import type { EmergencyStatus, TripStatus } from './emergency';
import { accountsOfFlattenings, flatteningsOf } from './flattenings.repository';
import { rearmFrom } from './rearm';

/** Trips with what was or is being done about them. */
export async function describeTrips(kernel: Kernel, trips: readonly Trip[]): Promise<TripStatus[]> {
	const { conn, rules } = kernel;
	const ids = trips.map(({ id }) => id);
	const flattenings = await flatteningsOf(conn, ids);
	const accounts = await accountsOfFlattenings(conn, ids);
	return trips.map((trip) => {
		const flattening = flattenings.get(trip.id);
		const own = accounts.filter(({ tripId }) => tripId === trip.id);
		return {
			trip,
			flattening: flattening === undefined ? null : { ...flattening, accounts: own },
			rearmFrom: rearmFrom(trip, rules.policy.emergency),
		};
	});
}

/** What the open trips say, of which only `ruling` stop the subject itself. */
async function asStatus(
	kernel: Kernel,
	trips: readonly Trip[],
	ruling: (trip: Trip) => boolean,
): Promise<EmergencyStatus> {
	const stateOf = (some: readonly Trip[]) => strictest(some.map(({ state }) => state));
	return {
		state: stateOf(trips.filter(ruling)),
		strictest: stateOf(trips),
		trips: await describeTrips(kernel, trips),
	};
}

/** Whether trading is stopped for the subject; for null, for everybody, with all open trips. */
export async function statusOf(
	kernel: Kernel,
	subject: TradingSubject | null,
): Promise<EmergencyStatus> {
	if (subject === null) {
		return asStatus(kernel, await listOpenTrips(kernel.conn), ({ scope }) => scope === 'global');
	}
	const { trips } = await tradingStateFor(kernel.conn, subject);
	return asStatus(kernel, trips, () => true);
}

/** What stops an account, in whatever symbol; null when there is no such account. */
export async function statusOfAccount(
	kernel: Kernel,
	accountId: AccountId,
): Promise<EmergencyStatus | null> {
	const { conn, clock } = kernel;
	const account = await findAccount(conn, accountId);
	if (account === null) return null;
	const { memberId } = account;
	const tier = await currentTier(conn, memberId, clock.now());
	const open = await listOpenTrips(conn);
	// A stop of a symbol concerns whoever may trade it.
	const trips = open.filter((trip) => concerns(trip, { tier, memberId, accountId, symbol: trip.symbol }));
	return asStatus(kernel, trips, ({ symbol }) => symbol === null);
}

/** One trip, open or over; null when there is none. */
export async function tripStatus(kernel: Kernel, id: TripId): Promise<TripStatus | null> {
	const found = await findTrip(kernel.conn, id);
	if (found === null) return null;
	return (await describeTrips(kernel, [found]))[0] ?? null;
}
