import type { IDataObject, ITriggerFunctions } from 'n8n-workflow';
import { messageOf, type Core, type EventType } from '../../core';
import { emitItems, type Ended } from './emission';
import { eventItem } from './items';
import { Loop } from './loop';

/** How long the pump waits for an execution before it hands out the next batch. */
const PACE_MS = 5_000;

export interface EventPumpOptions {
	/** Names the cursor; one per node of a workflow, so that a restart goes on where it was. */
	readonly consumer: string;
	readonly types: readonly EventType[];
	readonly batchSize: number;
}

/** Hands events to a workflow, batch by batch, and tells the core how each batch ended. */
export class EventPump {
	readonly #loop: Loop;

	constructor(
		private readonly core: Core,
		private readonly ctx: ITriggerFunctions,
		private readonly options: EventPumpOptions,
	) {
		this.#loop = new Loop(
			async () => this.#pump(),
			(error) => this.#complain('Events could not be read', error),
		);
	}

	readonly tick = (): void => this.#loop.run();

	close(): void {
		this.#loop.close();
	}

	async #pump(): Promise<void> {
		const { consumer, types, batchSize } = this.options;
		while (!this.#loop.closed) {
			const delivery = await this.core.events.claim(consumer, types, batchSize);
			if (delivery === null) return;
			const items: IDataObject[] = delivery.events.map(eventItem);
			const emission = emitItems(this.ctx, items);
			const ended = await emission.within(PACE_MS);
			if (ended !== null) await this.#settle(delivery.deliveryId, ended);
			else void emission.ended.then(async (late) => this.#settle(delivery.deliveryId, late));
		}
	}

	async #settle(deliveryId: number, ended: Ended): Promise<void> {
		try {
			if (ended.outcome === 'succeeded') await this.core.events.confirm(deliveryId);
			else await this.core.events.fail(deliveryId, ended.error ?? 'The execution failed.');
		} catch (error) {
			this.#complain('The end of a delivery could not be recorded', error);
		}
	}

	#complain(what: string, error: unknown): void {
		this.ctx.logger.error(`Firecontrol: ${what}: ${messageOf(error)}`);
	}
}
