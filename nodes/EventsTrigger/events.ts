import type { ITriggerFunctions, ITriggerResponse } from 'n8n-workflow';
import { nodeKey } from '../shared/actor';
import { EVERY_SECOND } from '../shared/emission';
import { EventPump } from '../shared/eventPump';
import { eventItem } from '../shared/items';
import { openCore } from '../shared/openCore';
import { readParams, type EventsCommand } from './EventsTrigger.params';

/** By hand in the editor: the latest matching event again, with no claim and no cursor moved. */
async function showLatest(ctx: ITriggerFunctions, { types }: EventsCommand): Promise<void> {
	const core = await openCore(ctx);
	const [latest] = await core.events.list({ types, limit: 1, newestFirst: true });
	ctx.emit([[latest === undefined ? { json: { message: 'No such event yet.' } } : { json: eventItem(latest) }]]);
}

export async function startEvents(ctx: ITriggerFunctions): Promise<ITriggerResponse> {
	const command = readParams(ctx);
	if (ctx.getMode() === 'manual') {
		return { manualTriggerFunction: async () => showLatest(ctx, command) };
	}
	const core = await openCore(ctx);
	const consumer = nodeKey(ctx);
	const { types, batchSize, from } = command;
	await core.events.subscribe(consumer, from);
	const pump = new EventPump(core, ctx, { consumer, types, batchSize });
	ctx.helpers.registerCron({ expression: EVERY_SECOND }, pump.tick);
	return { closeFunction: async () => pump.close() };
}
