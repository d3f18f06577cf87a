import type { Core } from '../../../core';
import { timeOf } from '../../shared/items';
import type { OutputItem } from '../../shared/runItems';
import type { ReadinessCommand } from '../OrderTracker.readiness.params';
import { DONE } from './outputs';

type Command<K extends ReadinessCommand['kind']> = Extract<ReadinessCommand, { kind: K }>;

/** Lets a source trade live on somebody's word. */
export async function overrideReadiness(
	core: Core,
	{ accountId, source, reason, hours, actor }: Command<'overrideReadiness'>,
): Promise<OutputItem> {
	const made = await core.readiness.override({ accountId, source, reason, hours, actor });
	return {
		output: DONE,
		json: {
			override_id: made.id,
			account_id: made.accountId,
			source: made.source,
			reason: made.reason,
			actor: made.actor,
			created_at: timeOf(made.createdAt),
			expires_at: timeOf(made.expiresAt),
		},
	};
}
