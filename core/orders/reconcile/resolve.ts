import { lockAccount } from '../../members';
import { isRefused, refuse, type IssueId, type Refused } from '../../model';
import type { OrderDeps } from '../deps';
import { isChecked, type Issue } from '../issues/issue';
import { endIssue, findIssue } from '../issues/issues.repository';
import { findOrder } from '../orders.repository';
import { bookFound, endAbsent } from './resolve-order';

/** How a person settles an issue. */
export const RESOLUTIONS = ['acknowledged', 'not_at_venue', 'found'] as const;
export type Resolution = (typeof RESOLUTIONS)[number];

/** What a person says of an issue. */
export interface IssueAnswer {
	readonly issueId: IssueId;
	readonly resolution: Resolution;
	/** Which order at the venue is ours; for `found`. */
	readonly venueOrderId?: string | null;
	readonly note?: string | null;
	readonly actor: string;
}

async function close(deps: OrderDeps, answer: IssueAnswer): Promise<Issue | Refused> {
	const { kernel } = deps;
	const { issueId, resolution, note = null, actor } = answer;
	return kernel.transaction(async (trx) => {
		const seen = await findIssue(trx, issueId);
		if (seen === null) return refuse('ISSUE_UNKNOWN', { id: issueId });
		await lockAccount(trx, seen.accountId);
		const issue = await findIssue(trx, issueId);
		if (issue === null) return refuse('ISSUE_UNKNOWN', { id: issueId });
		// Booking the order's outcome has settled it meanwhile: the person's word stays beside it.
		if (issue.resolvedAt !== null) return issue;
		return endIssue(trx, kernel, issue, { resolution, note, actor });
	});
}

/** An order of unknown outcome: only an answer about the order settles it. */
async function answerOrder(
	deps: OrderDeps,
	issue: Issue,
	answer: IssueAnswer,
): Promise<Issue | Refused> {
	const order = issue.orderId === null ? null : await findOrder(deps.kernel.conn, issue.orderId);
	if (order === null) return refuse('ORDER_NOT_FOUND', { id: issue.orderId });
	if (order.state !== 'UNKNOWN') return refuse('ORDER_NOT_UNKNOWN', { state: order.state });
	const { resolution, venueOrderId = null, actor } = answer;
	if (resolution === 'acknowledged' || (resolution === 'found' && venueOrderId === null)) {
		return refuse('ISSUE_NEEDS_ANSWER');
	}
	const settled =
		resolution === 'found'
			? await bookFound(deps, order, venueOrderId ?? '')
			: await endAbsent(deps, order, actor);
	return isRefused(settled) ? settled : close(deps, answer);
}

/**
 * Settles an issue by a person's word. What the engine checks itself cannot be wished away; an order
 * of unknown outcome needs to be told what became of it, and that is checked at the venue as far as
 * the venue can tell.
 */
export async function resolveIssue(
	deps: OrderDeps,
	answer: IssueAnswer,
): Promise<Issue | Refused> {
	const issue = await findIssue(deps.kernel.conn, answer.issueId);
	if (issue === null) return refuse('ISSUE_UNKNOWN', { id: answer.issueId });
	const { kind, detail } = issue;
	if (issue.resolvedAt !== null) return refuse('ISSUE_OVER', { resolution: issue.resolution });
	if (kind === 'ORDER_UNRESOLVED') return answerOrder(deps, issue, answer);
	if (answer.resolution !== 'acknowledged') {
		return refuse('ISSUE_NOT_AN_ORDER', { observed: answer.resolution, kind });
	}
	if (isChecked(kind)) return refuse('ISSUE_STILL_THERE', { kind, detail });
	return close(deps, answer);
}
