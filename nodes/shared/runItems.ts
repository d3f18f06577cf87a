import type { IBinaryKeyData, IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { toNodeError } from './toNodeError';

/** One item to send on, by the number of the output; 0 when not said. */
export interface OutputItem {
	readonly output?: number;
	readonly json: IDataObject;
	readonly binary?: IBinaryKeyData;
}

export interface RunItemsOptions {
	/** How many outputs the node has. */
	readonly outputs: number;
	/** Where an item goes that failed under "Continue". Never an output that leads to an order. */
	readonly errorOutput: number;
	/**
	 * Items that wait for others: those of one lane run in order, lanes side by side, a few at a time.
	 * One lane for all when not given.
	 */
	readonly laneOf?: (itemIndex: number) => string;
}

/** Lanes at once: a venue far away then costs one answer's time, not one an item. */
const LANES_AT_ONCE = 16;

type Outcome = { readonly items: readonly OutputItem[] } | { readonly error: unknown };

/** Runs every item in its lane; after a failure that ends the node, none is begun any more. */
async function runLanes(
	count: number,
	laneOf: (itemIndex: number) => string,
	run: (itemIndex: number) => Promise<OutputItem | readonly OutputItem[]>,
	goesOn: boolean,
): Promise<Map<number, Outcome>> {
	const lanes = Map.groupBy(Array.from({ length: count }).keys(), laneOf);
	const queue = [...lanes.values()];
	const outcomes = new Map<number, Outcome>();
	let failed = false;
	const worker = async (): Promise<void> => {
		for (let lane = queue.shift(); lane !== undefined; lane = queue.shift()) {
			for (const item of lane) {
				if (failed && !goesOn) return;
				try {
					outcomes.set(item, { items: [await run(item)].flat() });
				} catch (error) {
					failed = true;
					outcomes.set(item, { error });
				}
			}
		}
	};
	await Promise.all(Array.from({ length: Math.min(LANES_AT_ONCE, queue.length) }, worker));
	return outcomes;
}

/**
 * The one loop over input items: runs each, pairs what comes out with what went in, in the order of
 * the input, and turns errors into n8n's, or into error items where the operator chose to continue.
 */
export async function runItems(
	ctx: IExecuteFunctions,
	{ outputs, errorOutput, laneOf = () => '' }: RunItemsOptions,
	run: (itemIndex: number) => Promise<OutputItem | readonly OutputItem[]>,
): Promise<INodeExecutionData[][]> {
	const results: INodeExecutionData[][] = Array.from({ length: outputs }, () => []);
	const goesOn = ctx.continueOnFail();
	const outcomes = await runLanes(ctx.getInputData().length, laneOf, run, goesOn);
	for (const [item, outcome] of [...outcomes].sort(([a], [b]) => a - b)) {
		if ('items' in outcome) {
			for (const { output = 0, json, binary } of outcome.items) {
				const files = binary === undefined ? {} : { binary };
				results[output]?.push({ json, ...files, pairedItem: { item } });
			}
			continue;
		}
		const nodeError = toNodeError(ctx.getNode(), outcome.error, item);
		if (!goesOn) throw nodeError;
		results[errorOutput]?.push({
			json: { error: nodeError.message, code: codeOf(outcome.error) },
			error: nodeError,
			pairedItem: { item },
		});
	}
	return results;
}

/** Items of one account in their order, accounts side by side: they share nothing but the venue. */
export function laneOfAccount(ctx: IExecuteFunctions): (itemIndex: number) => string {
	const items = ctx.getInputData();
	return (itemIndex) => String(items[itemIndex]?.json.account_id ?? '');
}

function codeOf(error: unknown): string | null {
	if (typeof error !== 'object' || error === null || !('code' in error)) return null;
	return typeof error.code === 'string' ? error.code : null;
}
