import { queueUp, type Conn, type Trx } from '../db';
import { FirecontrolError, type TripId } from '../model';
import {
	concerns,
	strictest,
	type HealthSubject,
	type TradingState,
	type TradingSubject,
	type Trip,
} from './trading-state';
import { toTrip, toTripRow, type LatchRow, type TripRow } from './trips.table';

const LATCH = 1;
/** Any fixed number but that of migrations: the queue in front of the latch. */
const LATCH_QUEUE = 4_127_020;

/**
 * Locks the stop latch until the transaction ends and gives its version. Whoever lets an order out
 * takes a share; whoever stops or re-arms takes it alone. So after a stop has committed nothing is
 * let out on an older look at the state. It is the first lock of the order latch → member → account
 * → ticket → order. A stop waits for the openings before it, never for later ones. (SQLite has one
 * writer, so there every transaction holds it already.)
 */
export async function lockLatch(trx: Trx, mode: 'share' | 'exclusive'): Promise<number> {
	await queueUp(trx, LATCH_QUEUE, mode);
	const query = trx<LatchRow>('trading_latch').where({ id: LATCH });
	const row = await (mode === 'share' ? query.forShare() : query.forUpdate()).first();
	if (row !== undefined) return row.version;
	throw new FirecontrolError(
		'LATCH_MISSING',
		'The row of the table trading_latch is gone, so it is not known whether trading is stopped. Restore it: insert id 1, version 0.',
	);
}

/** Moves the latch's version on, under its exclusive lock. */
export async function turnLatch(trx: Trx): Promise<void> {
	await trx<LatchRow>('trading_latch').where({ id: LATCH }).increment('version', 1);
}

/** Open trips, oldest first. */
export async function listOpenTrips(conn: Conn): Promise<Trip[]> {
	const rows = await conn<TripRow>('trips').whereNull('cleared_at').orderBy(['opened_at', 'id']);
	return rows.map(toTrip);
}

/** The strictest state of the open trips that concern the subject, with those trips. */
export async function tradingStateFor(
	trx: Conn,
	subject: TradingSubject,
): Promise<{ state: TradingState; trips: Trip[] }> {
	const open = await listOpenTrips(trx);
	const trips = open.filter((trip) => concerns(trip, subject));
	return { state: strictest(trips.map((trip) => trip.state)), trips };
}

export async function findTrip(conn: Conn, id: TripId): Promise<Trip | null> {
	const row = await conn<TripRow>('trips').where({ id }).first();
	return row === undefined ? null : toTrip(row);
}

export async function insertTrip(trx: Trx, trip: Trip): Promise<void> {
	await trx<TripRow>('trips').insert(toTripRow(trip));
}

export async function updateTrip(trx: Trx, trip: Trip): Promise<void> {
	await trx<TripRow>('trips').where({ id: trip.id }).update(toTripRow(trip));
}

/**
 * Since when what the trip waits for is well, and nothing else of its row: reports come without the
 * latch, and one that was read before the trip ended must not open it again.
 */
export async function noteHealth(trx: Trx, id: TripId, healthySince: number | null): Promise<void> {
	await trx<TripRow>('trips')
		.where({ id })
		.whereNull('cleared_at')
		.update({ healthy_since: healthySince });
}

/** Open trips whose time has come, and those that were reported well since some time. */
export async function tripsToRearm(conn: Conn, now: number): Promise<Trip[]> {
	const rows = await conn<TripRow>('trips')
		.whereNull('cleared_at')
		.where((due) =>
			due
				.where((byTime) => byTime.whereIn('rearm', ['next_day', 'timed']).where('rearm_at', '<=', now))
				.orWhere((byHealth) => byHealth.where({ rearm: 'healthy' }).where('healthy_since', '<=', now)),
		)
		.orderBy(['opened_at', 'id']);
	return rows.map(toTrip);
}

/** Open trips that wait for this to be well again. */
export async function waitingForHealth(conn: Conn, subject: HealthSubject): Promise<Trip[]> {
	const { scope, scopeId = null, symbol = null, cause } = subject;
	const rows = await conn<TripRow>('trips')
		.whereNull('cleared_at')
		.where({ rearm: 'healthy', scope, scope_id: scopeId, symbol, cause })
		.orderBy(['opened_at', 'id']);
	return rows.map(toTrip);
}

/** Forgets since when what open trips wait for is well. @returns of how many */
export async function forgetHealth(conn: Conn): Promise<number> {
	return conn<TripRow>('trips')
		.whereNull('cleared_at')
		.where({ rearm: 'healthy' })
		.whereNotNull('healthy_since')
		.update({ healthy_since: null });
}

/** Trips by id, open or over. */
export async function listTrips(conn: Conn, ids: readonly TripId[]): Promise<Trip[]> {
	const rows = await conn<TripRow>('trips').whereIn('id', [...ids]).orderBy(['opened_at', 'id']);
	return rows.map(toTrip);
}
