import type { ITriggerFunctions, ITriggerResponse } from 'n8n-workflow';
import { nodeKey } from '../shared/actor';
import { EVERY_SECOND } from '../shared/emission';
import { openCore } from '../shared/openCore';
import { SignalPump } from './pump';
import { sampleItem } from './sample';
import { SIGNALS_PER_EXECUTION_MAX } from './SignalIntakeTrigger.description';

function signalsPerExecution(ctx: ITriggerFunctions): number {
	const chosen = Number(ctx.getNodeParameter('advanced.signalsPerExecution', SIGNALS_PER_EXECUTION_MAX));
	return Number.isInteger(chosen) && chosen >= 1 ? Math.min(chosen, SIGNALS_PER_EXECUTION_MAX) : SIGNALS_PER_EXECUTION_MAX;
}

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
	const pump = new SignalPump(core, intake, ctx, signalsPerExecution(ctx));
	const forget = core.signals.onArrival(intake, pump.tick);
	ctx.helpers.registerCron({ expression: EVERY_SECOND }, pump.tick);
	return {
		closeFunction: async () => {
			forget();
			pump.close();
		},
	};
}
