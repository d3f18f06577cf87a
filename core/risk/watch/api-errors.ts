import type { Kernel } from '../../db';
import { isId, MINUTE, SECOND } from '../../model';
import { forgetVenueFailures, venueFailuresSince } from '../../orders';
import { reportHealth, type Trip } from '../../safety';
import { pauseAccounts } from './carry-out.service';

/** Failures are kept for this long, ms. */
const KEEP = 30 * MINUTE;
/** A call that failed within this, ms, is "now". */
const NOW = 2 * SECOND;

/**
 * Pauses accounts whose calls to their venue fail too often, and says of the paused ones whether
 * calls still fail. @returns how many were paused
 */
export async function watchApiErrors(kernel: Kernel, open: readonly Trip[]): Promise<number> {
	const now = kernel.clock.now();
	const { apiErrorsPerMinute } = kernel.rules.policy.protection;
	const failures = await venueFailuresSince(kernel.conn, now - MINUTE);
	const paused = open.filter(({ cause }) => cause === 'api_errors');
	const known = new Set(paused.map(({ scopeId }) => scopeId));
	const over = failures.filter(
		({ accountId, count }) => count >= apiErrorsPerMinute && !known.has(accountId),
	);
	await pauseAccounts(
		kernel,
		over.map(({ accountId: id, venue, count }) => ({
			id, reason: `${count} calls to ${venue} failed within a minute.`,
		})),
		'api_errors',
	);
	const lastAt = new Map(failures.map((each) => [each.accountId, each.lastAt]));
	const turned = paused.flatMap(({ scopeId, healthySince }) => {
		if (!isId('acc', scopeId)) return [];
		const last = lastAt.get(scopeId) ?? 0;
		const well = healthySince === null ? now - last > NOW : last <= healthySince;
		return well === (healthySince !== null) ? [] : [{ scopeId, well }];
	});
	if (turned.length === 0) return over.length;
	await kernel.transaction(async (trx) => {
		for (const { scopeId, well } of turned) {
			await reportHealth(trx, kernel, { scope: 'account', scopeId, cause: 'api_errors' }, well);
		}
	});
	return over.length;
}

/** Forgets failures that count for nothing any more. */
export async function forgetApiErrors(kernel: Kernel): Promise<void> {
	await forgetVenueFailures(kernel.conn, kernel.clock.now() - KEEP);
}
