import { NodeOperationError, type IExecuteFunctions } from 'n8n-workflow';
import { HOUR, timeInZone } from '../../core';
import { nodeActor } from '../shared/actor';
import { readMember } from '../shared/listSearch';
import { readNumber, readOptionalText, readRequiredText, readText, readWord } from '../shared/params';

/** What one item asks about a member's behaviour. */
export type BehaviourCommand =
	| { readonly kind: 'behaviour'; readonly member: string; readonly itemIndex: number }
	| {
			readonly kind: 'selfLockOut';
			readonly member: string;
			/** For so long from now on, or until a moment, both in ms. */
			readonly end: { readonly after: number } | { readonly until: number };
			readonly phrase: string;
			readonly reason: string | null;
			readonly actor: string;
			readonly itemIndex: number;
	  };

const HOURS_MAX = 100_000;

function readUntil(ctx: IExecuteFunctions, itemIndex: number): number {
	const text = readRequiredText(ctx, 'until', 'Until', itemIndex);
	const until = timeInZone(text, ctx.getTimezone());
	if (until !== null) return until;
	const message = `"Until" must be a time such as 2026-11-21T10:00, and was "${text}".`;
	throw new NodeOperationError(ctx.getNode(), message, { itemIndex });
}

function readEnd(ctx: IExecuteFunctions, itemIndex: number): { after: number } | { until: number } {
	if (readWord(ctx, 'lockOut', itemIndex, ['hours', 'until']) === 'until') {
		return { until: readUntil(ctx, itemIndex) };
	}
	const hours = readNumber(ctx, 'hours', itemIndex, { fallback: 24, min: 0, max: HOURS_MAX });
	return { after: Math.round(hours * HOUR) };
}

export function readBehaviour(
	ctx: IExecuteFunctions,
	operation: 'behaviour' | 'selfLockOut',
	itemIndex: number,
): BehaviourCommand {
	const member = readMember(ctx, itemIndex);
	if (operation === 'behaviour') return { kind: 'behaviour', member, itemIndex };
	return {
		kind: 'selfLockOut',
		member,
		end: readEnd(ctx, itemIndex),
		phrase: readText(ctx, 'phrase', itemIndex),
		reason: readOptionalText(ctx, 'reason', itemIndex),
		actor: nodeActor(ctx),
		itemIndex,
	};
}
