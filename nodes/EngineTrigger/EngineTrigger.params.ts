import type { ITriggerFunctions } from 'n8n-workflow';

/** How the engine's host is to behave. */
export interface EngineCommand {
	/** Whether each issue starts the workflow. */
	readonly emitIssues: boolean;
}

export function readParams(ctx: ITriggerFunctions): EngineCommand {
	const options = ctx.getNodeParameter('options', {});
	const given = typeof options === 'object' && options !== null && 'emitIssues' in options;
	return { emitIssues: given && options.emitIssues === true };
}
