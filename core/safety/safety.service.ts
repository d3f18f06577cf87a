import { appendAudit } from '../audit';
import type { Conn, Kernel, Trx } from '../db';
import { appendEvent } from '../events';
import {
	FirecontrolError,
	isId,
	newId,
	SECOND,
	type AccountId,
	type MemberId,
	type TripId,
} from '../model';
import {
	scopeFault,
	type HealthSubject,
	type Rearm,
	type Scope,
	type TradingState,
	type Trip,
	type TripCause,
} from './trading-state';
import {
	findTrip,
	insertTrip,
	listOpenTrips,
	lockLatch,
	noteHealth,
	tripsToRearm,
	turnLatch,
	updateTrip,
	waitingForHealth,
} from './trips.repository';

/** A reason to stop. */
export interface NewTrip {
	readonly scope: Scope;
	/** Tier, member id or account id, as the scope asks. */
	readonly scopeId?: string | null;
	readonly symbol?: string | null;
	readonly state: TradingState;
	readonly cause: TripCause;
	/** What happened, for people. */
	readonly reason: string;
	readonly rearm: Rearm;
	/** ms UTC; for `next_day` and `timed`. */
	readonly rearmAt?: number | null;
	/** Whom to tell about it, where the scope does not say. */
	readonly memberId?: MemberId | null;
	readonly actor: string;
}

/** Who ends a trip, and why. */
export interface Clearance {
	readonly actor: string;
	readonly reason: string;
}

function addressOf(trip: Trip): { memberId: MemberId | null; accountId: AccountId | null } {
	return {
		memberId: isId('mbr', trip.scopeId) ? trip.scopeId : null,
		accountId: isId('acc', trip.scopeId) ? trip.scopeId : null,
	};
}

function checked(input: NewTrip): NewTrip {
	const byTime = input.rearm === 'next_day' || input.rearm === 'timed';
	const timeFault =
		byTime === (typeof input.rearmAt === 'number')
			? null
			: `The re-arm "${input.rearm}" ${byTime ? 'needs' : 'takes no'} time.`;
	const fault = scopeFault(input.scope, input.scopeId ?? null, input.symbol ?? null) ?? timeFault;
	if (fault === null && input.state !== 'ACTIVE') return input;
	throw new FirecontrolError('TRIP_INVALID', fault ?? 'A trip to ACTIVE would stop nothing.', {
		details: { scope: input.scope, rearm: input.rearm },
	});
}

/** What a trip was opened for: one that flattens is LOCKED once everything is flat. */
function sameStop(open: TradingState, wanted: TradingState): boolean {
	return open === wanted || (wanted === 'FLATTENING' && open === 'LOCKED');
}

/** An open trip that says the same already. Those of people stand each for itself. */
async function standing(trx: Trx, input: NewTrip): Promise<Trip | undefined> {
	if (input.cause === 'person') return undefined;
	return (await listOpenTrips(trx)).find(
		(open) =>
			open.scope === input.scope &&
			open.scopeId === (input.scopeId ?? null) &&
			open.symbol === (input.symbol ?? null) &&
			sameStop(open.state, input.state) &&
			open.cause === input.cause &&
			open.rearm === input.rearm,
	);
}

/**
 * Stops trading in a scope, in the caller's transaction and under the exclusive latch. The same
 * automatic trip again gives the open one, with the later re-arm time of the two.
 * @throws FirecontrolError `TRIP_INVALID`
 */
export async function trip(trx: Trx, kernel: Kernel, input: NewTrip): Promise<Trip> {
	const wanted = checked(input);
	await lockLatch(trx, 'exclusive');
	const known = await standing(trx, wanted);
	if (known !== undefined) {
		const rearmAt = wanted.rearmAt ?? null;
		const longer = rearmAt !== null && rearmAt > (known.rearmAt ?? 0);
		// What just happened again is not well.
		if (!longer && known.healthySince === null) return known;
		const later = { ...known, rearmAt: longer ? rearmAt : known.rearmAt, healthySince: null };
		await updateTrip(trx, later);
		return later;
	}
	const made: Trip = {
		id: newId('trp', kernel.clock, kernel.rng),
		scope: wanted.scope,
		scopeId: wanted.scopeId ?? null,
		symbol: wanted.symbol ?? null,
		state: wanted.state,
		cause: wanted.cause,
		reason: wanted.reason,
		rearm: wanted.rearm,
		rearmAt: wanted.rearmAt ?? null,
		openedBy: wanted.actor,
		openedAt: kernel.clock.now(),
		clearedBy: null,
		clearedAt: null,
		clearReason: null,
		healthySince: null,
		policyVersion: kernel.rules.version,
	};
	await insertTrip(trx, made);
	await turnLatch(trx);
	await tellTripped(trx, kernel, made, wanted.memberId ?? null);
	return made;
}

async function tellTripped(
	trx: Trx,
	kernel: Kernel,
	made: Trip,
	memberId: MemberId | null,
): Promise<void> {
	const { scope, scopeId, symbol, state, cause, reason, rearm, rearmAt } = made;
	const address = addressOf(made);
	await appendAudit(trx, kernel, {
		actor: made.openedBy,
		action: 'trip.opened',
		subjectId: made.id,
		memberId: address.memberId ?? memberId,
		accountId: address.accountId,
		details: { scope, scope_id: scopeId, symbol, state, cause, reason, rearm, rearm_at: rearmAt },
	});
	await appendEvent(trx, kernel, {
		type: 'trading_state.tripped',
		memberId: address.memberId ?? memberId,
		accountId: address.accountId,
		subjectId: made.id,
		actor: made.openedBy,
		payload: { trip_id: made.id, scope, state, cause, reason },
	});
}

/**
 * Ends a trip; the others stay. One that has ended already stays as it is.
 * @throws FirecontrolError `TRIP_UNKNOWN`; `TRIP_BY_HAND` when the engine tries one of a person's
 */
export async function clearTrip(
	trx: Trx,
	kernel: Kernel,
	tripId: TripId,
	clearance: Clearance,
): Promise<Trip> {
	await lockLatch(trx, 'exclusive');
	const open = await findTrip(trx, tripId);
	if (open === null) throw new FirecontrolError('TRIP_UNKNOWN', `There is no trip ${tripId}.`);
	if (open.clearedAt !== null) return open;
	const byMachine = clearance.actor === 'engine' || clearance.actor === 'system';
	if (open.rearm === 'hand' && byMachine) {
		throw new FirecontrolError('TRIP_BY_HAND', `The trip ${tripId} ends only by a person's hand.`);
	}
	const cleared: Trip = {
		...open,
		clearedBy: clearance.actor,
		clearedAt: kernel.clock.now(),
		clearReason: clearance.reason,
	};
	await updateTrip(trx, cleared);
	await turnLatch(trx);
	await appendAudit(trx, kernel, {
		actor: clearance.actor,
		action: 'trip.cleared',
		subjectId: tripId,
		...addressOf(open),
		details: { scope: open.scope, scope_id: open.scopeId, reason: clearance.reason },
	});
	await appendEvent(trx, kernel, {
		type: 'trading_state.rearmed',
		...addressOf(open),
		subjectId: tripId,
		actor: clearance.actor,
		payload: { trip_id: tripId, scope: open.scope },
	});
	return cleared;
}

/**
 * Everything in the trip's scope is closed: FLATTENING becomes LOCKED. Any other trip stays as it is.
 * @throws FirecontrolError `TRIP_UNKNOWN`
 */
export async function lockTrip(trx: Trx, kernel: Kernel, tripId: TripId): Promise<Trip> {
	await lockLatch(trx, 'exclusive');
	const open = await findTrip(trx, tripId);
	if (open === null) throw new FirecontrolError('TRIP_UNKNOWN', `There is no trip ${tripId}.`);
	if (open.clearedAt !== null || open.state !== 'FLATTENING') return open;
	const locked: Trip = { ...open, state: 'LOCKED' };
	await updateTrip(trx, locked);
	await turnLatch(trx);
	await appendAudit(trx, kernel, {
		actor: 'engine',
		action: 'trip.locked',
		subjectId: tripId,
		details: { scope: open.scope, scope_id: open.scopeId, symbol: open.symbol },
	});
	return locked;
}

/**
 * Notes whether what open `healthy` trips wait for is well. The time counts from the first good
 * report without a bad one since; `rearmDue` ends the trip once it is long enough. Call it as often
 * as you look: a report that changes nothing writes nothing.
 */
export async function reportHealth(
	trx: Trx,
	kernel: Kernel,
	subject: HealthSubject,
	healthy: boolean,
): Promise<void> {
	for (const open of await waitingForHealth(trx, subject)) {
		if (healthy === (open.healthySince !== null)) continue;
		await noteHealth(trx, open.id, healthy ? kernel.clock.now() : null);
	}
}

/** Milliseconds that must be well before the engine ends the trip. */
function healthyMs({ cause }: Trip, { rules }: Kernel): number {
	const { healthySeconds, apiErrorsHealthySeconds } = rules.policy.emergency;
	return (cause === 'api_errors' ? apiErrorsHealthySeconds : healthySeconds) * SECOND;
}

/** Whether the engine may end the trip now. One that still flattens has nothing to go back to. */
function isRipe(trip: Trip, kernel: Kernel): boolean {
	if (trip.state === 'FLATTENING') return false;
	if (trip.rearm !== 'healthy') return true;
	return (
		trip.healthySince !== null && kernel.clock.now() - trip.healthySince >= healthyMs(trip, kernel)
	);
}

const REARMED: Readonly<Record<Exclude<Rearm, 'hand'>, string>> = {
	next_day: 'The next risk day has begun.',
	timed: 'The time is over.',
	healthy: 'It has been well for long enough.',
};

/** The doors of safety that open transactions of their own. */
export interface Safety {
	/** Open trips, oldest first. */
	open(): Promise<Trip[]>;
	/** Job: ends the trips whose time has come and those that have been well for long enough. */
	rearmDue(): Promise<Trip[]>;
}

export function createSafety(kernel: Kernel): Safety {
	return {
		open: async () => listOpenTrips(kernel.conn),
		async rearmDue() {
			const due = async (conn: Conn): Promise<Trip[]> =>
				(await tripsToRearm(conn, kernel.clock.now())).filter((open) => isRipe(open, kernel));
			if ((await due(kernel.conn)).length === 0) return [];
			return kernel.transaction(async (trx) => {
				await lockLatch(trx, 'exclusive');
				const cleared: Trip[] = [];
				for (const { id, rearm } of await due(trx)) {
					const reason = rearm === 'hand' ? '' : REARMED[rearm];
					cleared.push(await clearTrip(trx, kernel, id, { actor: 'engine', reason }));
				}
				return cleared;
			});
		},
	};
}
