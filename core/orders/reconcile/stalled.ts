import type { Kernel } from '../../db';
import { SECOND, type AccountId } from '../../model';
import { openIssuesOfKind } from '../issues/issues.queries';
import { settleIssue, upsertIssue } from '../issues/issues.repository';
import { venueLooks, type VenueLook } from './progress.repository';

/**
 * When the account was last looked at by the job that is furthest behind, ms UTC. One whose venue
 * fails is looked at all the same: that it fails is another issue.
 */
export function lastLookAt({ openedAt, progress }: VenueLook): number {
	if (progress === null) return openedAt;
	const { state, failingSince, ordersAt, positionsAt, updatedAt } = progress;
	if (state === 'DUE' || failingSince !== null) return updatedAt;
	return Math.min(ordersAt ?? updatedAt, positionsAt ?? updatedAt);
}

function keyOf(accountId: AccountId) {
	return { accountId, symbol: null, kind: 'COMPARING_STALLED' } as const;
}

/**
 * Job beside those that compare: raises an issue, once, for every account at a venue that none of
 * them has looked at for too long, because they hang, fail or do not get to it; ends it when it was
 * looked at again. @returns how many accounts stand still
 */
export async function watchComparing(kernel: Kernel): Promise<number> {
	const { conn, clock, rules } = kernel;
	const limit = rules.policy.reconciliation.stalledAfterSeconds;
	const open = new Set(
		(await openIssuesOfKind(conn, 'COMPARING_STALLED')).map(({ accountId }) => accountId),
	);
	let stalled = 0;
	for (const look of await venueLooks(conn)) {
		const { accountId, venue } = look;
		const seconds = Math.floor((clock.now() - lastLookAt(look)) / SECOND);
		if (seconds <= limit) continue;
		stalled += 1;
		if (open.delete(accountId)) continue;
		await kernel.transaction(async (trx) =>
			upsertIssue(trx, kernel, {
				...keyOf(accountId), severity: 'critical',
				detail: `The account has not been compared with ${venue} for ${seconds} s (limit ${limit} s), although the engine runs. Exits are still watched, but fills and orders there may be missing in our books. Look at the engine's jobs reconcile-start, reconcile-orders and reconcile-holdings, and restart the engine if they hang.`,
			}),
		);
	}
	const resolution = 'the account is compared again';
	for (const accountId of open) {
		await kernel.transaction(async (trx) =>
			settleIssue(trx, kernel, keyOf(accountId), { resolution }),
		);
	}
	return stalled;
}
