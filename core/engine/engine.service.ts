import { appendAudit } from '../audit';
import {
	beat,
	holdsLease,
	listHeartbeats,
	readHeartbeat,
	releaseLease,
	takeLease,
	type Kernel,
	type Lease,
} from '../db';
import { appendEvent } from '../events';
import { messageOf, SECOND, shorten } from '../model';
import { STOPPED } from '../risk';
import { forgetHealth } from '../safety';
import { isDue, type Job, type JobHealth } from './job';

/** Name of the heartbeat by which the gate knows that stops are watched. */
export const ENGINE_HEARTBEAT = 'engine';
const ACTOR = 'engine';
/** A process that dies leaves its jobs to another after this long. */
const LEASE_MS = 10 * SECOND;
/** Another process holds the job: ask again after this long. */
const REFUSED_PAUSE_MS = 2 * SECOND;
/** A run longer than this hangs: its lease is no longer renewed and another process may start. */
const RUN_MAX_MS = 60 * SECOND;
/** An unchanged heartbeat is written again no sooner than this. */
const BEAT_MS = 2 * SECOND;
const DETAIL_MAX = 500;
/** How long `stop` waits for what still runs. */
const STOP_MAX_MS = 5 * SECOND;

/** What one tick did. */
export interface TickReport {
	readonly ran: readonly string[];
	readonly failed: readonly string[];
}

/** Whether the engine lives, and how each job does. */
export interface EngineHealth {
	/** The engine's heartbeat is fresh. */
	readonly alive: boolean;
	/** Age of the engine's heartbeat in ms; null when it never beat. */
	readonly ageMs: number | null;
	readonly jobs: readonly JobHealth[];
}

/** The host calls `tick` about once a second, in one process or in several. */
export interface Engine {
	/**
	 * Runs every job that is due and not running anywhere, and waits for those it started. A failing
	 * job is reported and never stops the others. Rejects only when the loop itself cannot run.
	 */
	tick(): Promise<TickReport>;
	health(): Promise<EngineHealth>;
	/**
	 * Waits for what runs here and hands the jobs over to other processes at once, instead of after
	 * ten seconds. A later tick takes part again.
	 */
	stop(): Promise<void>;
}

/** What this process knows of a job. */
interface Seat {
	readonly job: Job;
	lease: Lease | null;
	runningSince: number | null;
	run: Promise<boolean> | null;
	lastStart: number | null;
	refusedAt: number | null;
	beatAt: number;
	beatState: 'ok' | 'failing' | null;
}

const leaseName = (job: Job): string => `job:${job.name}`;

function needsLease(seat: Seat, now: number): boolean {
	if (seat.lease !== null && seat.lease.expiresAt - now > LEASE_MS / 2) return false;
	return seat.refusedAt === null || now - seat.refusedAt >= REFUSED_PAUSE_MS;
}

/** Takes or renews, in one transaction, the leases of jobs that are due or running. */
async function takeLeases(kernel: Kernel, seats: readonly Seat[], now: number): Promise<void> {
	const wanted = seats.filter((seat) => needsLease(seat, now));
	if (wanted.length === 0) return;
	const leases = await kernel.transaction(async (trx) => {
		const taken: (Lease | null)[] = [];
		for (const { job } of wanted) {
			taken.push(await takeLease(trx, leaseName(job), kernel.holder, now, LEASE_MS));
		}
		return taken;
	});
	wanted.forEach((seat, index) => {
		const lease = leases[index] ?? null;
		if (lease === null && seat.lease !== null) seat.job.end?.();
		seat.lease = lease;
		seat.refusedAt = seat.lease === null ? now : null;
	});
}

/** Writes the job's heartbeat, and an issue when it begins to fail; nothing once the lease is lost. */
async function report(kernel: Kernel, seat: Seat, lease: Lease, error: string | null) {
	const now = kernel.clock.now();
	const state = error === null ? 'ok' : 'failing';
	if (state === seat.beatState && now - seat.beatAt < BEAT_MS) return;
	const name = leaseName(seat.job);
	await kernel.transaction(async (trx) => {
		if (!(await holdsLease(trx, lease, now))) return;
		const before = await readHeartbeat(trx, name);
		await beat(trx, { name, at: now, state, detail: error });
		if ((before?.state ?? 'ok') === state) return;
		const message = `The engine's job ${seat.job.name} fails: ${error ?? ''} It is tried again every ${seat.job.everyMs / SECOND} s.`;
		if (error !== null) {
			await appendEvent(trx, kernel, {
				type: 'issue.raised',
				subjectId: name,
				actor: ACTOR,
				payload: { code: 'JOB_FAILING', message, severity: seat.job.vital ? 'critical' : 'high' },
			});
		}
		await appendAudit(trx, kernel, {
			actor: ACTOR,
			action: error === null ? 'job.recovered' : 'job.failing',
			subjectId: name,
			details: { error },
		});
	});
	seat.beatState = state;
	seat.beatAt = now;
}

async function runSeat(kernel: Kernel, seat: Seat, lease: Lease): Promise<boolean> {
	let error: string | null = null;
	try {
		await seat.job.run(lease);
	} catch (thrown) {
		error = shorten(messageOf(thrown), DETAIL_MAX);
		kernel.log.error(`Engine job ${seat.job.name} failed.`, { error });
	}
	try {
		await report(kernel, seat, lease, error);
	} finally {
		seat.runningSince = null;
		seat.run = null;
	}
	return error === null;
}

/**
 * Whether this process watches the stops: it holds every vital job and none of them hangs. Only
 * then does it say that the engine lives; a process that waits for a dead one's leases does not.
 */
function watches(kernel: Kernel, seats: readonly Seat[], now: number): boolean {
	const limit = kernel.rules.policy.risk.heartbeatFreshSeconds * SECOND;
	return seats
		.filter(({ job }) => job.vital === true)
		.every(({ lease, runningSince }) => {
			const held = lease !== null && lease.expiresAt > now;
			return held && (runningSince === null || now - runningSince <= limit);
		});
}

/** Starts every due job whose lease is here and that no overlapping tick has started meanwhile. */
function start(kernel: Kernel, due: readonly Seat[], now: number): Seat[] {
	const started: Seat[] = [];
	for (const seat of due) {
		const { lease } = seat;
		if (lease === null || lease.expiresAt <= now || seat.runningSince !== null) continue;
		seat.runningSince = now;
		seat.lastStart = now;
		seat.run = runSeat(kernel, seat, lease);
		started.push(seat);
	}
	return started;
}

/**
 * Nobody looked since the engine was stopped or died: what was well then may have been unwell since,
 * so that the time for which stops wait for it counts anew.
 */
async function lookAnew({ conn, rules }: Kernel, now: number): Promise<void> {
	const last = await readHeartbeat(conn, ENGINE_HEARTBEAT);
	const limit = rules.policy.risk.heartbeatFreshSeconds * SECOND;
	if (last !== null && last.detail !== STOPPED && now - last.at <= limit) return;
	await forgetHealth(conn);
}

async function tick(kernel: Kernel, seats: readonly Seat[]): Promise<TickReport> {
	const now = kernel.clock.now();
	const due = seats.filter(
		(seat) => seat.runningSince === null && isDue(seat.job, seat.lastStart, now),
	);
	const running = seats.filter(
		({ runningSince }) => runningSince !== null && now - runningSince < RUN_MAX_MS,
	);
	await takeLeases(kernel, [...due, ...running], now);
	if (watches(kernel, seats, now)) await lookAnew(kernel, now);
	const opening = start(kernel, due.filter(({ job }) => job.opening === true), now);
	const opened = opening.map((seat) => seat.run);
	await Promise.allSettled(opened);
	if (watches(kernel, seats, now)) {
		await beat(kernel.conn, { name: ENGINE_HEARTBEAT, at: now, state: 'ok', detail: null });
	}
	const others = start(kernel, due.filter(({ job }) => job.opening !== true), now);
	const started = [...opening, ...others];
	const ended = await Promise.allSettled([...opened, ...others.map((seat) => seat.run)]);
	const broken = ended.find((end) => end.status === 'rejected');
	if (broken?.status === 'rejected') throw broken.reason;
	const ok = ended.map((end) => end.status === 'fulfilled' && end.value === true);
	return {
		ran: started.map(({ job }) => job.name),
		failed: started.filter((_, index) => ok[index] !== true).map(({ job }) => job.name),
	};
}

/** A run that hangs must not keep the process from ending. */
async function patience(): Promise<void> {
	return new Promise((resolve) => {
		setTimeout(resolve, STOP_MAX_MS).unref();
	});
}

async function stop(kernel: Kernel, seats: readonly Seat[]): Promise<void> {
	await Promise.race([Promise.allSettled(seats.map((seat) => seat.run)), patience()]);
	const watched = watches(kernel, seats, kernel.clock.now());
	const leases = seats.flatMap(({ lease }) => (lease === null ? [] : [lease]));
	for (const seat of seats) {
		seat.job.end?.();
		seat.lease = null;
	}
	if (leases.length === 0) return;
	try {
		await kernel.transaction(async (trx) => {
			for (const lease of leases) await releaseLease(trx, lease);
			if (!watched) return;
			// Stopped on purpose, not dead: the work is handed over.
			const at = kernel.clock.now();
			await beat(trx, { name: ENGINE_HEARTBEAT, at, state: 'ok', detail: STOPPED });
		});
	} catch (error) {
		// They run out by themselves; a database that is gone must not keep the process from ending.
		kernel.log.warn('The engine could not hand its jobs over.', { error: messageOf(error) });
	}
}

async function health(kernel: Kernel, jobs: readonly Job[]): Promise<EngineHealth> {
	const beats = new Map((await listHeartbeats(kernel.conn)).map((each) => [each.name, each]));
	const own = beats.get(ENGINE_HEARTBEAT);
	const ageMs = own === undefined ? null : kernel.clock.now() - own.at;
	const fresh = kernel.rules.policy.risk.heartbeatFreshSeconds * SECOND;
	return {
		alive: ageMs !== null && ageMs <= fresh,
		ageMs,
		jobs: jobs.map((job) => {
			const last = beats.get(leaseName(job));
			const { name, everyMs } = job;
			if (last === undefined) return { name, everyMs, at: null, state: 'never', detail: null };
			return { name, everyMs, at: last.at, state: last.state, detail: last.detail };
		}),
	};
}

/** The loop over `jobs` in this process; others on the same database share the jobs by leases. */
export function createEngine(kernel: Kernel, jobs: readonly Job[]): Engine {
	const seats = jobs.map((job): Seat => ({
		job,
		lease: null,
		runningSince: null,
		run: null,
		lastStart: null,
		refusedAt: null,
		beatAt: 0,
		beatState: null,
	}));
	return {
		tick: async () => tick(kernel, seats),
		health: async () => health(kernel, jobs),
		stop: async () => stop(kernel, seats),
	};
}
