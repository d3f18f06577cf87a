import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { toNodeError } from './toNodeError';

/** One item to send on, by the number of the output; 0 when not said. */
export interface OutputItem {
	readonly output?: number;
	readonly json: IDataObject;
}

export interface RunItemsOptions {
	/** How many outputs the node has. */
	readonly outputs: number;
	/** Where an item goes that failed under "Continue". Never an output that leads to an order. */
	readonly errorOutput: number;
}

/**
 * The one loop over input items: runs each, pairs what comes out with what went in, and turns
 * errors into n8n's, or into error items where the operator chose to continue.
 */
export async function runItems(
	ctx: IExecuteFunctions,
	{ outputs, errorOutput }: RunItemsOptions,
	run: (itemIndex: number) => Promise<OutputItem | readonly OutputItem[]>,
): Promise<INodeExecutionData[][]> {
	const results: INodeExecutionData[][] = Array.from({ length: outputs }, () => []);
	for (const item of ctx.getInputData().keys()) {
		try {
			for (const { output = 0, json } of [await run(item)].flat()) {
				results[output]?.push({ json, pairedItem: { item } });
			}
		} catch (error) {
			const nodeError = toNodeError(ctx.getNode(), error, item);
			if (!ctx.continueOnFail()) throw nodeError;
			results[errorOutput]?.push({
				json: { error: nodeError.message, code: codeOf(error) },
				error: nodeError,
				pairedItem: { item },
			});
		}
	}
	return results;
}

function codeOf(error: unknown): string | null {
	if (typeof error !== 'object' || error === null || !('code' in error)) return null;
	return typeof error.code === 'string' ? error.code : null;
}
