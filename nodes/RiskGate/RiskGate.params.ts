import type { IExecuteFunctions } from 'n8n-workflow';
import type { Core } from '../../core';
import { nodeActor } from '../shared/actor';
import { runKind } from '../shared/manualRun';
import { readId, readOptionalId } from '../shared/params';

type JudgeCommand = Parameters<Core['risk']['judge']>[0];

export function readParams(ctx: IExecuteFunctions, itemIndex: number): JudgeCommand {
	return {
		signalId: readId(ctx, 'signalId', itemIndex, 'sig'),
		accountId: readOptionalId(ctx, 'accountId', itemIndex, 'acc'),
		...runKind(ctx, itemIndex),
		actor: nodeActor(ctx),
	};
}
