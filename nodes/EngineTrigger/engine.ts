import type { ITriggerFunctions, ITriggerResponse } from 'n8n-workflow';
import { messageOf, type Core } from '../../core';
import { nodeKey } from '../shared/actor';
import { EVERY_SECOND } from '../shared/emission';
import { EventPump } from '../shared/eventPump';
import { openCore } from '../shared/openCore';
import { readParams } from './EngineTrigger.params';

/** Ticks in a row that may fail before the trigger reports itself broken. */
const FAILED_TICKS_MAX = 15;

/** By hand in the editor: how the engine is, and no tick. */
async function showHealth(ctx: ITriggerFunctions): Promise<void> {
	const core = await openCore(ctx);
	const { alive, jobs } = await core.engine.health();
	ctx.emit([[{ json: { alive, jobs: [...jobs] } }]]);
}

/**
 * Calls the engine once a second. Ticks may overlap: the engine starts no job that runs already, and
 * a slow one (mail, say) must not keep the others waiting.
 */
class EngineHost {
	#failures = 0;

	#closed = false;

	constructor(
		private readonly core: Core,
		private readonly ctx: ITriggerFunctions,
	) {}

	readonly tick = (): void => {
		if (!this.#closed) void this.#beat();
	};

	close(): void {
		this.#closed = true;
	}

	async #beat(): Promise<void> {
		try {
			await this.core.engine.tick();
			this.#failures = 0;
		} catch (error) {
			this.#failed(error);
		}
	}

	/** A job's failure is the engine's own affair; here the loop itself could not run. */
	#failed(error: unknown): void {
		if (this.#closed) return;
		this.#failures += 1;
		const what = messageOf(error);
		this.ctx.logger.error(`Firecontrol: the engine could not tick (${this.#failures}): ${what}`);
		if (this.#failures < FAILED_TICKS_MAX) return;
		this.close();
		this.ctx.emitError(error instanceof Error ? error : new Error(what));
	}
}

export async function startEngine(ctx: ITriggerFunctions): Promise<ITriggerResponse> {
	if (ctx.getMode() === 'manual') {
		return { manualTriggerFunction: async () => showHealth(ctx) };
	}
	const core = await openCore(ctx);
	const host = new EngineHost(core, ctx);
	const issues = await issuePump(ctx, core);
	ctx.helpers.registerCron({ expression: EVERY_SECOND }, () => {
		host.tick();
		issues?.tick();
	});
	host.tick();
	return {
		closeFunction: async () => {
			host.close();
			issues?.close();
			// Another process, or the next start, takes the jobs over at once instead of after 10 s.
			await core.engine.stop();
		},
	};
}

async function issuePump(ctx: ITriggerFunctions, core: Core): Promise<EventPump | null> {
	if (!readParams(ctx).emitIssues) return null;
	const consumer = `${nodeKey(ctx)}:issues`;
	await core.events.subscribe(consumer, 'now');
	return new EventPump(core, ctx, { consumer, types: ['issue.raised'], batchSize: 100 });
}
