import type { IDataObject } from 'n8n-workflow';
import { isRefused, refuse, type AccountReport, type Core, type ReconcileReport } from '../../../core';
import { issueItem, timeOf } from '../../shared/items';
import { refuseLiveByHand } from '../../shared/manualRun';
import type { OutputItem } from '../../shared/runItems';
import type { ReconciliationCommand } from '../OrderTracker.reconciliation.params';
import { DONE, refusedItem } from './outputs';

const about = ({ accountId }: AccountReport): IDataObject => ({ account_id: accountId });

function accountEntry(report: AccountReport): IDataObject {
	return {
		...about(report),
		venue: report.venue,
		all_clear: report.allClear,
		checked_at: timeOf(report.checkedAt),
		issues: report.issues.length,
		adopted: report.adopted.length,
		adjusted: report.adjusted.length,
		booked: report.booked.length,
		skipped: report.skipped.length,
	};
}

/** The report of all accounts in one item: workflows branch on `all_clear`. */
function reportItem(report: ReconcileReport): IDataObject {
	const { accounts } = report;
	return {
		all_clear: report.allClear,
		checked_at: timeOf(report.checkedAt),
		accounts: accounts.map(accountEntry),
		issues: accounts.flatMap(({ issues }) => issues.map(issueItem)),
		adopted: accounts.flatMap((each) =>
			each.adopted.map(({ kind, name, quantity, orderId }) => ({
				...about(each), kind, name, quantity, order_id: orderId,
			})),
		),
		adjusted: accounts.flatMap((each) =>
			each.adjusted.map(({ id, kind, asset, amount, before, after, reason, orderId }) => ({
				...about(each), adjustment_id: id, kind, asset, amount, before, after, reason, order_id: orderId,
			})),
		),
		booked: accounts.flatMap((each) =>
			each.booked.map((orderId) => ({ ...about(each), order_id: orderId })),
		),
		skipped: accounts.flatMap((each) =>
			each.skipped.map(({ what, reason, why }) => ({ ...about(each), what, reason, why })),
		),
	};
}

/**
 * Compares one account, or all, with their venues now. By hand in the editor paper accounts alone,
 * unless the option says otherwise: corrections change what an account may do.
 */
export async function reconcile(
	core: Core,
	{ accountId, actor, run }: Extract<ReconciliationCommand, { kind: 'reconcile' }>,
): Promise<OutputItem> {
	if (accountId !== null) {
		const refused =
			(await core.members.account(accountId)) === null
				? refuse('ACCOUNT_UNKNOWN', { id: accountId })
				: await refuseLiveByHand(core, run, accountId);
		if (isRefused(refused)) return refusedItem(refused, { account_id: accountId });
	}
	const paperOnly = run.manualRun && !run.allowLive;
	const report = await core.reconciliation.run({ accountId, actor, paperOnly });
	if (accountId !== null && report.accounts.length === 0) {
		return refusedItem(refuse('ACCOUNT_INACTIVE'), { account_id: accountId });
	}
	return { output: DONE, json: reportItem(report) };
}
