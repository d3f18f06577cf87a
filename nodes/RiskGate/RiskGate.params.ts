import type { IExecuteFunctions } from 'n8n-workflow';
import type { Core } from '../../core';
import { nodeActor } from '../shared/actor';
import { runKind } from '../shared/manualRun';
import { readId, readNullableId } from '../shared/params';

type JudgeCommand = Parameters<Core['risk']['judge']>[0];

export function readParams(ctx: IExecuteFunctions, itemIndex: number): JudgeCommand {
	return {
		signalId: readId(ctx, 'signalId', 'signal_id', itemIndex, 'sig'),
		accountId: readNullableId(ctx, 'accountId', 'account_id', itemIndex, 'acc'),
		...runKind(ctx, itemIndex),
		actor: nodeActor(ctx),
	};
}
