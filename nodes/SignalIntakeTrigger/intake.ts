import type { ITriggerFunctions, ITriggerResponse } from 'n8n-workflow';
import { nodeKey } from '../shared/actor';
import { EVERY_SECOND } from '../shared/emission';
import { openCore } from '../shared/openCore';
import { SignalPump } from './pump';
import { sampleItem } from './sample';
import { readParams } from './SignalIntakeTrigger.params';

/** The pump of a published workflow; by hand in the editor, a sample, with no lease taken. */
export async function startIntake(ctx: ITriggerFunctions): Promise<ITriggerResponse> {
	if (ctx.getMode() === 'manual') {
		return {
			manualTriggerFunction: async () => {
				ctx.emit([[{ json: await sampleItem(await openCore(ctx)) }]]);
			},
		};
	}
	const intake = nodeKey(ctx);
	const core = await openCore(ctx);
	const { signalsPerExecution } = readParams(ctx);
	const pump = new SignalPump(core, intake, ctx, signalsPerExecution);
	const forget = core.signals.onArrival(intake, pump.tick);
	ctx.helpers.registerCron({ expression: EVERY_SECOND }, pump.tick);
	return {
		closeFunction: async () => {
			forget();
			pump.close();
		},
	};
}
