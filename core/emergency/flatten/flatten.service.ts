import { asUrgent } from '../../exchange';
import { accountsByIds } from '../../members';
import { messageOf, SECOND, type AccountId } from '../../model';
import { listOpenTrips, type Trip } from '../../safety';
import { accountsOfFlattenings } from '../flattenings.repository';
import { flattenAccount, type AccountLane, type LaneResult } from './account-lane';
import { begin, conclude } from './conclude.service';
import type { EmergencyDeps } from './deps';
import { lanesOf } from './lanes';
import { readScene } from './scene';
import { sideBySide } from './side-by-side';

/** What one turn did. */
export interface FlattenReport {
	/** Accounts that had a turn. */
	readonly accounts: number;
	/** Trips that became LOCKED with it. */
	readonly locked: number;
}

/**
 * Accounts worked on at the same time: most of it is waiting for venues, and each begins by taking its
 * entries back, so that none of them waits for another account's positions.
 */
const LANES_AT_ONCE = 128;
/** A lane that takes longer is left to itself: the next turn begins without it. */
const PATIENCE_MS = 2 * SECOND;

const NOTHING: FlattenReport = { accounts: 0, locked: 0 };

/** Pause before an account is tried again after so many failures in a row, ms: 1, 2, 4 … */
export function pauseAfter(failures: number, retrySecondsMax: number): number {
	if (failures === 0) return 0;
	return Math.min(2 ** (failures - 1), retrySecondsMax) * SECOND;
}

/** What this process knows of how accounts do; everything else is rows. */
interface Memory {
	/** Accounts whose turn has not ended. One that still waits for its turn may be had by a later run. */
	readonly under: Map<AccountId, 'waiting' | 'running'>;
	readonly failures: Map<AccountId, number>;
	readonly nextAt: Map<AccountId, number>;
	/** What the last turn found, until a later one finds something else. */
	readonly results: Map<AccountId, LaneResult & Pick<AccountLane, 'trips'>>;
	/** The stops of which the last run found nothing to do, and when that was; ms UTC. */
	idle: { readonly stops: string; readonly at: number } | null;
}

/** Stops that have nothing left to do may last for days: what still turns up is found within this. */
const IDLE_LOOK_MS = 5 * SECOND;

const stopsOf = (trips: readonly Trip[]): string => trips.map(({ id, state }) => `${id} ${state}`).join();

/** Whether the same stops had nothing to do a moment ago. One that flattens is never idle. */
function isIdle({ idle }: Memory, trips: readonly Trip[], now: number): boolean {
	if (trips.some(({ state }) => state === 'FLATTENING')) return false;
	return idle !== null && idle.stops === stopsOf(trips) && now - idle.at < IDLE_LOOK_MS;
}

async function patience(): Promise<void> {
	return new Promise((resolve) => {
		setTimeout(resolve, PATIENCE_MS).unref();
	});
}

async function turn(deps: EmergencyDeps, memory: Memory, lane: AccountLane): Promise<void> {
	const { accountId } = lane;
	const { clock, log, rules } = deps.kernel;
	// Another run has had it since.
	if (memory.under.get(accountId) !== 'waiting') return;
	memory.under.set(accountId, 'running');
	const failed = memory.failures.get(accountId) ?? 0;
	let result: LaneResult;
	try {
		result = await asUrgent(async () => flattenAccount(deps, lane, failed));
	} catch (error) {
		result = { entriesDoneAt: null, leftovers: [], failure: messageOf(error) };
	} finally {
		memory.under.delete(accountId);
	}
	const failures = result.failure === null ? 0 : failed + 1;
	if (failures === 1) {
		log.warn('An account could not be closed yet; it is tried again.', {
			account_id: accountId,
			error: result.failure,
		});
	}
	const pause = pauseAfter(failures, rules.policy.emergency.retrySecondsMax);
	memory.failures.set(accountId, failures);
	memory.nextAt.set(accountId, clock.now() + pause);
	memory.results.set(accountId, { ...result, trips: lane.trips });
}

async function lanesDue(deps: EmergencyDeps, memory: Memory, trips: readonly Trip[]): Promise<AccountLane[]> {
	const { conn, clock } = deps.kernel;
	const now = clock.now();
	const scene = await readScene(conn, now, trips);
	const rows = await accountsOfFlattenings(conn, trips.map(({ id }) => id));
	const ids = [...scene.trades, ...scene.entries, ...rows].map(({ accountId }) => accountId);
	const accounts = await accountsByIds(conn, [...new Set(ids)]);
	const venues = new Map(accounts.map(({ id, venue }) => [id, venue]));
	return lanesOf(trips, scene, rows, venues).filter(
		({ accountId }) => memory.under.get(accountId) !== 'running' && now >= (memory.nextAt.get(accountId) ?? 0),
	);
}

/**
 * Makes the job that carries stops out. One run: for every account within an open stop, side by
 * side, takes back entries, closes positions where the stop says so, and asks the venue whether that
 * is true; then notes how far each stop has come. A venue that fails or hangs keeps only its own
 * accounts waiting. May run at any time, twice, and after a crash.
 */
export function createFlattener(
	deps: EmergencyDeps,
	lanesAtOnce = LANES_AT_ONCE,
): () => Promise<FlattenReport> {
	const memory: Memory = {
		under: new Map(), failures: new Map(), nextAt: new Map(), results: new Map(), idle: null,
	};
	return async () => {
		const trips = (await listOpenTrips(deps.kernel.conn)).filter(({ state }) => state !== 'PAUSED');
		const now = deps.kernel.clock.now();
		if (trips.length === 0 || isIdle(memory, trips, now)) return NOTHING;
		await begin(deps, trips);
		const lanes = await lanesDue(deps, memory, trips);
		memory.idle = lanes.length === 0 && memory.under.size === 0 ? { stops: stopsOf(trips), at: now } : null;
		for (const { accountId } of lanes) if (!memory.under.has(accountId)) memory.under.set(accountId, 'waiting');
		const all = sideBySide(lanes, lanesAtOnce, async (lane) => turn(deps, memory, lane));
		await (lanes.length > 1 ? Promise.race([all, patience()]) : all);
		const locked = await conclude(deps, trips, memory);
		return { accounts: lanes.length, locked };
	};
}
