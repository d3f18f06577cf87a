import { NodeOperationError, type ITriggerFunctions } from 'n8n-workflow';
import { isEventType, type EventType } from '../../core';

const BATCH_MAX = 100;

/** What this node listens to. */
export interface EventsCommand {
	readonly types: readonly EventType[];
	readonly batchSize: number;
	/** Where a node begins that has not listened before. */
	readonly from: 'start' | 'now';
}

export function readParams(ctx: ITriggerFunctions): EventsCommand {
	const chosen = ctx.getNodeParameter('types', []);
	const types = Array.isArray(chosen) ? chosen.map(String).filter(isEventType) : [];
	if (types.length === 0) {
		throw new NodeOperationError(ctx.getNode(), 'Choose at least one event type.');
	}
	const options: object = Object(ctx.getNodeParameter('options', {}));
	const size = 'batchSize' in options ? Number(options.batchSize) : BATCH_MAX;
	const earlier = 'includeEarlier' in options && options.includeEarlier === true;
	return {
		types,
		batchSize: Math.min(BATCH_MAX, Math.max(1, Math.trunc(size) || BATCH_MAX)),
		from: earlier ? 'start' : 'now',
	};
}
