import { setTimeout as pause } from 'node:timers/promises';
import type { ITriggerFunctions, Logger } from 'n8n-workflow';
import { messageOf, type Core, type Signal } from '../../core';
import { emitItems, type Ended } from '../shared/emission';
import { signalItem } from '../shared/items';
import { Loop } from '../shared/loop';
import { SIGNALS_PER_EXECUTION_MAX } from './SignalIntakeTrigger.description';

/** How long the pump waits for an execution before it starts the next one. */
const PACE_MS = 5_000;
/**
 * Executions at once. Small ones in numbers, so that n8n's own book-keeping of one does not hold up
 * the next. Of those with room for all that waits another one is started only when the last has
 * taken a while, which is the time of a venue far away: what comes meanwhile makes the next batch.
 */
const SMALL_AT_ONCE = 32;
const LARGE_AT_ONCE = 8;
const LARGE_APART_MS = 200;
const RENEW_EVERY_MS = 10_000;
/**
 * How long leases are renewed for an execution of which nothing is heard: in queue mode the news
 * of an end can get lost, and a failed execution must give its signals back.
 */
const RENEW_FOR_MS = 120_000;
/** How long after a start signals wait for the engine, without which the gate refuses them. */
const ENGINE_WAIT_MS = 15_000;

type SignalId = Signal['id'];

/** The signals of an execution that runs, as far as is known. */
interface Batch {
	ids: readonly SignalId[];
	readonly startedAt: number;
	renewedAt: number;
}

/** Hands stored signals to the workflow and settles them by how its executions ended. */
export class SignalPump {
	readonly #loop: Loop;

	readonly #running = new Set<Batch>();

	/** Executions that the pump waits for. */
	readonly #paced = new Set<Promise<void>>();

	/** Signals whose executions succeeded: settled together, before the next ones are leased. */
	#succeeded: SignalId[] = [];

	readonly #atOnceMax: number;

	/** Whether one execution has room for all that waits. */
	readonly #large: boolean;

	readonly #startedAt = performance.now();

	readonly #log: Logger;

	#engineSeen = false;

	constructor(
		private readonly core: Core,
		private readonly intake: string,
		private readonly ctx: ITriggerFunctions,
		/** Most signals of one execution. */
		private readonly batchMax: number,
	) {
		this.#log = ctx.logger;
		this.#large = batchMax >= SIGNALS_PER_EXECUTION_MAX;
		this.#atOnceMax = this.#large ? LARGE_AT_ONCE : SMALL_AT_ONCE;
		this.#loop = new Loop(
			async () => this.#pump(),
			(error) => this.#complain('Signals could not be read from the inbox', error),
		);
	}

	/** Every second, and at once when a signal was stored in this process. */
	readonly tick = (): void => {
		this.#loop.run();
		this.#renew();
	};

	close(): void {
		this.#loop.close();
	}

	async #pump(): Promise<void> {
		if (!(await this.#engineIsThere())) return;
		while (!this.#loop.closed) {
			const free = this.#atOnceMax - this.#paced.size;
			// Small ones half at a time: one transaction then leases, and one settles, for several.
			if (free < (this.#large ? 1 : this.#atOnceMax / 2)) {
				await Promise.race(this.#paced);
				continue;
			}
			if (this.#large && this.#paced.size > 0) {
				await Promise.race([...this.#paced, pause(LARGE_APART_MS)]);
			}
			await this.#settleSucceeded();
			const wanted = this.#large ? this.batchMax : free * this.batchMax;
			const signals = await this.core.signals.lease(this.intake, wanted);
			if (signals.length === 0) return;
			for (let start = 0; start < signals.length; start += this.batchMax) {
				const paced = this.#emit(signals.slice(start, start + this.batchMax)).finally(() =>
					this.#paced.delete(paced),
				);
				this.#paced.add(paced);
			}
		}
	}

	/** Ends with the execution, or when it takes longer than the pump waits for one. */
	async #emit(signals: readonly Signal[]): Promise<void> {
		const now = performance.now();
		const batch: Batch = { ids: signals.map(({ id }) => id), startedAt: now, renewedAt: now };
		this.#running.add(batch);
		try {
			const emission = emitItems(this.ctx, signals.map(signalItem));
			const ended = await emission.within(PACE_MS);
			if (ended !== null) await this.#settle(batch, ended);
			else void emission.ended.then(async (late) => this.#settle(batch, late));
		} catch (error) {
			this.#running.delete(batch);
			this.#complain('No execution could be started; the signals come again', error);
		}
	}

	async #settle(batch: Batch, { outcome, error }: Ended): Promise<void> {
		if (!this.#running.delete(batch)) return;
		if (outcome === 'succeeded') {
			this.#succeeded.push(...batch.ids);
			this.#loop.run();
		} else {
			await this.#write(batch.ids, outcome, error);
		}
	}

	async #settleSucceeded(): Promise<void> {
		const ids = this.#succeeded;
		if (ids.length === 0) return;
		this.#succeeded = [];
		await this.#write(ids, 'succeeded', null);
	}

	async #write(ids: readonly SignalId[], outcome: Ended['outcome'], error: string | null): Promise<void> {
		try {
			await this.core.signals.settle(ids, outcome, error);
		} catch (thrown) {
			this.#complain('Signals could not be settled; they come again when their lease ends', thrown);
		}
	}

	#renew(): void {
		const now = performance.now();
		for (const batch of this.#running) {
			if (now - batch.renewedAt < RENEW_EVERY_MS) continue;
			batch.renewedAt = now;
			void this.#keep(batch);
		}
	}

	/** Lets go of what is finished, and keeps the rest from being pumped again for a while. */
	async #keep(batch: Batch): Promise<void> {
		try {
			const { left } = await this.core.signals.settle(batch.ids, 'unsettled');
			batch.ids = left;
			const given = performance.now() - batch.startedAt > RENEW_FOR_MS;
			if (left.length === 0 || given) this.#running.delete(batch);
			else await this.core.signals.renew(left);
		} catch (error) {
			this.#complain('The lease of signals could not be renewed', error);
		}
	}

	async #engineIsThere(): Promise<boolean> {
		if (this.#engineSeen) return true;
		const waited = performance.now() - this.#startedAt;
		const { alive } = await this.core.engine.health();
		this.#engineSeen = alive || waited >= ENGINE_WAIT_MS;
		if (this.#engineSeen && !alive) {
			this.#log.warn('No engine has reported; signals go on without it. Publish 00-engine.');
		}
		return this.#engineSeen;
	}

	#complain(what: string, error: unknown): void {
		this.#log.error(`Firecontrol: ${what}: ${messageOf(error)}`);
	}
}
