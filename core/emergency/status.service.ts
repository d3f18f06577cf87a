import type { Kernel } from '../db';
import type { TripId } from '../model';
import {
	findTrip, listOpenTrips, tradingStateFor, strictest, type TradingSubject, type Trip,
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

/** Whether trading is stopped for the subject; for null, everywhere: all open trips. */
export async function statusOf(
	kernel: Kernel,
	subject: TradingSubject | null,
): Promise<EmergencyStatus> {
	if (subject === null) {
		const trips = await listOpenTrips(kernel.conn);
		const state = strictest(trips.map((trip) => trip.state));
		return { state, trips: await describeTrips(kernel, trips) };
	}
	const { state, trips } = await tradingStateFor(kernel.conn, subject);
	return { state, trips: await describeTrips(kernel, trips) };
}

/** One trip, open or over; null when there is none. */
export async function tripStatus(kernel: Kernel, id: TripId): Promise<TripStatus | null> {
	const found = await findTrip(kernel.conn, id);
	if (found === null) return null;
	return (await describeTrips(kernel, [found]))[0] ?? null;
}
