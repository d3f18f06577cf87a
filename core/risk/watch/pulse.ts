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
 * Finds that the engine was dead. A dead engine writes nothing itself: meanwhile the gate denies by
 * the age of its heartbeat, and the next process that lives writes the stop here, before its own
 * first sign of life, and ends it once it has lived for long enough. An engine that was stopped on
 * purpose handed its work over and was not dead. @returns whether it was dead
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
