import type { IExecuteFunctions } from 'n8n-workflow';
import type { Account } from '../../core';
import { nodeActor } from '../shared/actor';
import { readId, readNumber, readRequiredText, readText } from '../shared/params';

const HOURS_MAX = 24 * 365;

/** What one item asks about readiness. */
export type ReadinessCommand =
	| {
			readonly kind: 'readiness';
			readonly accountId: Account['id'];
			/** Null: every source of the account. */
			readonly source: string | null;
	  }
	| {
			readonly kind: 'overrideReadiness';
			readonly accountId: Account['id'];
			readonly source: string;
			readonly reason: string;
			readonly hours: number | null;
			readonly actor: string;
	  };

export function readReadiness(ctx: IExecuteFunctions, item: number): ReadinessCommand {
	const source = readText(ctx, 'source', item);
	return {
		kind: 'readiness',
		accountId: readId(ctx, 'accountId', 'account_id', item, 'acc'),
		source: source === '' ? null : source,
	};
}

export function readOverride(ctx: IExecuteFunctions, item: number): ReadinessCommand {
	const hours = readNumber(ctx, 'hours', item, { fallback: 24, min: 0, max: HOURS_MAX });
	return {
		kind: 'overrideReadiness',
		accountId: readId(ctx, 'accountId', 'account_id', item, 'acc'),
		source: readRequiredText(ctx, 'source', 'Source', item),
		reason: readRequiredText(ctx, 'reason', 'Reason', item),
		hours: hours === 0 ? null : hours,
		actor: nodeActor(ctx),
	};
}
