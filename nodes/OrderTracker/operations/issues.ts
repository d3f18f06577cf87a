import { isRefused, type Core } from '../../../core';
import { issueItem } from '../../shared/items';
import { refuseLiveByHand } from '../../shared/manualRun';
import type { OutputItem } from '../../shared/runItems';
import type { ReconciliationCommand } from '../OrderTracker.reconciliation.params';
import { DONE, refusedItem } from './outputs';

type Command<K extends ReconciliationCommand['kind']> = Extract<ReconciliationCommand, { kind: K }>;

/** Issues, the worst first. */
export async function listIssues(
	core: Core,
	{ accountId, state, limit }: Command<'issues'>,
): Promise<OutputItem[]> {
	const issues = await core.reconciliation.issues({
		state,
		limit,
		...(accountId === null ? {} : { accountId }),
	});
	return issues.map((issue) => ({ output: DONE, json: issueItem(issue) }));
}

/** Settles one issue by the operator's word. */
export async function resolve(
	core: Core,
	{ issueId, resolution, venueOrderId, note, actor, run }: Command<'resolve'>,
): Promise<OutputItem> {
	const issue = await core.reconciliation.issue(issueId);
	const answer = { issueId, resolution, venueOrderId, note, actor };
	const resolved =
		(issue === null ? null : await refuseLiveByHand(core, run, issue.accountId)) ??
		(await core.reconciliation.resolve(answer));
	if (!isRefused(resolved)) return { output: DONE, json: issueItem(resolved) };
	const now = await core.reconciliation.issue(issueId);
	return refusedItem(resolved, now === null ? { issue_id: issueId } : issueItem(now));
}
