import type { Lease } from '../db';

/** Recurring work of the engine. */
export interface Job {
	/** Names the lease and the heartbeat, both `job:<name>`. */
	readonly name: string;
	/** Milliseconds from one start to the next. */
	readonly everyMs: number;
	/** Whether the engine counts as dead while this job hangs: then no new risk is opened. */
	readonly vital?: true;
	/** Runs to its end before a tick starts any other job: what all others rest on. Never slow. */
	readonly opening?: true;
	/** One run. The lease's token is the proof that no other process runs it. */
	run(lease: Lease): Promise<unknown>;
	/** Lets go of what it holds between its runs: another process does it now, or the engine stops. */
	end?(): void;
}

/** How a job does, from its heartbeat. */
export interface JobHealth {
	readonly name: string;
	readonly everyMs: number;
	/** End of the last run, ms UTC; null before the first. */
	readonly at: number | null;
	readonly state: 'ok' | 'failing' | 'never';
	/** The error of the last run, if it failed. */
	readonly detail: string | null;
}

/** Cron ticks come a little early or late; a job this close to its time is due. */
const TOLERANCE_MS = 150;

/** Whether a job that started at `lastStart` is due again. */
export function isDue(job: Pick<Job, 'everyMs'>, lastStart: number | null, now: number): boolean {
	return lastStart === null || now - lastStart >= job.everyMs - TOLERANCE_MS;
}
