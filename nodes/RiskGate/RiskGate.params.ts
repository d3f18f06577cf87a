import { NodeOperationError, type IDataObject, type IExecuteFunctions } from 'n8n-workflow';
import type { Core } from '../../core';
import { nodeActor } from '../shared/actor';
import { runKind } from '../shared/manualRun';
import {
	fieldOf, readId, readNullableId, readNumber, readRequiredText, readText, readWord,
} from '../shared/params';

type JudgeCommand = Parameters<Core['risk']['judge']>[0];
type AccountId = NonNullable<JudgeCommand['accountId']>;

/** What one item asks of the gate. */
export type GateCommand =
	| ({ readonly kind: 'judge' | 'validate' } & JudgeCommand)
	| (Omit<JudgeCommand, 'signalId' | 'accountId'> & {
			readonly kind: 'preview';
			readonly accountId: AccountId;
			/** In the native form of signals. */
			readonly fields: IDataObject;
			readonly source: string;
	  })
	| {
			readonly kind: 'status';
			/** Account id, member id or handle. */
			readonly of: string;
			/** 0: no curve. */
			readonly curveHours: number;
	  };

const SOURCE = 'dry run';

/** Texts that are not empty: what is left out counts as not sent. */
function given(values: IDataObject): IDataObject {
	return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== '' && value !== null));
}

function readFields(ctx: IExecuteFunctions, item: number): IDataObject {
	const more = ctx.getNodeParameter('moreFields', item, {});
	const prices = readText(ctx, 'takeProfit', item).split(',').map((text) => text.trim());
	const targets = prices.filter((text) => text !== '').map((price) => ({ price }));
	return given({
		...(typeof more === 'object' && more !== null ? more : {}),
		symbol: readRequiredText(ctx, 'symbol', 'Symbol', item),
		side: readWord(ctx, 'side', item, ['buy', 'sell']),
		stop_loss: readText(ctx, 'stopLoss', item),
		confidence: readText(ctx, 'confidence', item),
		...(targets.length > 0 ? { take_profit: targets } : {}),
	});
}

/** Whose status: the field, or else what the item brings. */
function readStatus(ctx: IExecuteFunctions, itemIndex: number): GateCommand {
	const brought = fieldOf(ctx, 'account_id', itemIndex) ?? fieldOf(ctx, 'member_id', itemIndex);
	const given = readText(ctx, 'statusOf', itemIndex);
	const of = given !== '' || typeof brought !== 'string' ? given : brought;
	if (of === '') {
		throw new NodeOperationError(ctx.getNode(), '"Of" is empty, and the item brings no account_id.', {
			itemIndex,
			description: 'Give an account ID, a member ID or a handle, or connect a node that brings one.',
		});
	}
	const curveHours = readNumber(ctx, 'curveHours', itemIndex, { fallback: 0, min: 0, max: 87_600 });
	return { kind: 'status', of, curveHours };
}

export function readParams(ctx: IExecuteFunctions, itemIndex: number): GateCommand {
	const kind = readWord(ctx, 'operation', itemIndex, ['judge', 'validate', 'status']);
	if (kind === 'status') return readStatus(ctx, itemIndex);
	const terms = { ...runKind(ctx, itemIndex), actor: nodeActor(ctx) };
	if (kind === 'validate' && readWord(ctx, 'validateWhat', itemIndex, ['fields', 'signal']) === 'fields') {
		const fields = readFields(ctx, itemIndex);
		const accountId = readId(ctx, 'accountId', 'account_id', itemIndex, 'acc');
		return { kind: 'preview', accountId, fields, source: SOURCE, ...terms };
	}
	return {
		kind,
		signalId: readId(ctx, 'signalId', 'signal_id', itemIndex, 'sig'),
		accountId: readNullableId(ctx, 'accountId', 'account_id', itemIndex, 'acc'),
		...terms,
	};
}

/** The fields do not make a signal. */
export function fieldsError(
	ctx: IExecuteFunctions,
	faults: readonly { readonly path: string; readonly message: string }[],
	itemIndex: number,
): NodeOperationError {
	const texts = faults.map(({ path, message }) => `${path}: ${message}`);
	return new NodeOperationError(ctx.getNode(), 'The fields do not make a signal.', {
		itemIndex,
		description: texts.join(' '),
	});
}
