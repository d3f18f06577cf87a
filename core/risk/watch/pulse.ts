import { readHeartbeat, type Kernel } from '../../db';
import { SECOND } from '../../model';
import { listOpenTrips, reportHealth, trip } from '../../safety';
import { WATCH_ACTOR } from './carry-out.service';

/** Name under which the engine reports that it lives. */
const ENGINE = 'engine';
/** What the heartbeat says of an engine that was stopped on purpose. */
export const STOPPED = 'stopped';

const SUBJECT = { scope: 'global', cause: 'engine_dead' } as const;

/**
 * Finds that the engine is or was dead. A dead engine writes nothing itself: whoever is about to judge
 * an opening writes the stop, or else the next process that runs the engine, before its own first sign
 * of life; that one ends it once it has lived for long enough. An engine that was stopped on purpose
 * handed its work over and is not dead: the gate denies by the age of its heartbeat alone.
 * @returns whether it is dead
 */
export async function watchPulse(kernel: Kernel): Promise<boolean> {
	const { conn, clock, rules } = kernel;
	const last = await readHeartbeat(conn, ENGINE);
	if (last === null) return false;
	const silentMs = clock.now() - last.at;
	const dead = silentMs > rules.policy.watch.engineDeadSeconds * SECOND && last.detail !== STOPPED;
	if (dead) {
		const seconds = Math.round(silentMs / SECOND);
		const reason = `The engine gave no sign of life for ${seconds} s: stops that it watches were not watched.`;
		await kernel.transaction(async (trx) =>
			trip(trx, kernel, {
				...SUBJECT, state: 'PAUSED', reason, rearm: 'healthy', actor: WATCH_ACTOR,
			}),
		);
		return true;
	}
	const open = (await listOpenTrips(conn)).find(({ cause }) => cause === 'engine_dead');
	if (open === undefined) return false;
	const well = silentMs <= rules.policy.risk.heartbeatFreshSeconds * SECOND;
	if (well === (open.healthySince !== null)) return false;
	await kernel.transaction(async (trx) => reportHealth(trx, kernel, SUBJECT, well));
	return false;
}

/** The engine's pulse is felt this often by a process that judges, ms. */
const FEEL_EVERY = 5 * SECOND;

/** For processes that judge: stops openings of a dead engine before they are looked at. */
export function feelPulse(kernel: Kernel): () => Promise<void> {
	let feltAt = -FEEL_EVERY;
	return async () => {
		const now = kernel.clock.now();
		if (now - feltAt < FEEL_EVERY) return;
		feltAt = now;
		await watchPulse(kernel);
	};
}
