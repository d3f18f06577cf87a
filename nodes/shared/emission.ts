import { setTimeout as pause } from 'node:timers/promises';
import type { IDataObject, IRun, ITriggerFunctions } from 'n8n-workflow';

/** How an execution ended. */
export interface Ended {
	readonly outcome: 'succeeded' | 'failed';
	readonly error: string | null;
}

/** An execution that was started; in queue mode n8n may never tell how it ended. */
export interface Emission {
	readonly ended: Promise<Ended>;
	/** The end, or null when it is not known within so many milliseconds. */
	within(milliseconds: number): Promise<Ended | null>;
}

function endOf(run: IRun): Ended {
	const error = run.data?.resultData?.error;
	if (run.status !== 'error' && run.status !== 'crashed' && run.status !== 'canceled' && !error) {
		return { outcome: 'succeeded', error: null };
	}
	return { outcome: 'failed', error: error?.message ?? `The execution ended as ${run.status}.` };
}

/** Starts one execution with these items. */
export function emitItems(ctx: ITriggerFunctions, items: readonly IDataObject[]): Emission {
	const done = ctx.helpers.createDeferredPromise<IRun>();
	ctx.emit([items.map((json) => ({ json }))], undefined, done);
	const ended = done.promise.then(endOf, (error: unknown): Ended => {
		return { outcome: 'failed', error: error instanceof Error ? error.message : String(error) };
	});
	return {
		ended,
		within: async (milliseconds) => {
			const timer = new AbortController();
			const late = pause(milliseconds, null, { ref: false, signal: timer.signal }).catch(() => null);
			const first = await Promise.race([ended, late]);
			timer.abort();
			return first;
		},
	};
}

/** Six fields: every second. */
export const EVERY_SECOND = '* * * * * *';
