import type { ITriggerFunctions } from 'n8n-workflow';
import { SIGNALS_PER_EXECUTION_MAX } from './SignalIntakeTrigger.description';

/** How the pump of this node is to work. */
export interface IntakeCommand {
	/** Most signals of one execution. */
	readonly signalsPerExecution: number;
}

export function readParams(ctx: ITriggerFunctions): IntakeCommand {
	const most = SIGNALS_PER_EXECUTION_MAX;
	const chosen = Number(ctx.getNodeParameter('advanced.signalsPerExecution', most));
	const usable = Number.isInteger(chosen) && chosen >= 1;
	return { signalsPerExecution: usable ? Math.min(chosen, most) : most };
}
