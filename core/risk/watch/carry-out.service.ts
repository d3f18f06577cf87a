import { appendAudit } from '../../audit';
import type { Kernel, Trx } from '../../db';
import { appendEvent } from '../../events';
import { findAccount, lockAccount, nextRiskDayAt, saveAccount } from '../../members';
import { isRefused, roundDown, type AccountId } from '../../model';
import { listOpenTrips, lockLatch, trip, type Trip, type TripCause } from '../../safety';
import { decide, type Surroundings } from './decide';
import type { Standing } from './standing';
import type { AccountMemory, MoneyCause, WatchDecision } from './watch';
import { lockMemory, saveMemory } from './watch.repository';

/** Actor of everything that the watch does. */
export const WATCH_ACTOR = 'engine';
const SHOWN = 2;

/** Causes of the open trips of each account itself. */
export function causesByAccount(open: readonly Trip[]): Map<string, Set<TripCause>> {
	const causes = new Map<string, Set<TripCause>>();
	for (const { scope, scopeId, cause } of open) {
		if (scope !== 'account' || scopeId === null) continue;
		causes.set(scopeId, (causes.get(scopeId) ?? new Set()).add(cause));
	}
	return causes;
}

async function stop(
	trx: Trx,
	kernel: Kernel,
	{ accountId, memberId, zone, now }: Standing,
	cause: MoneyCause,
	reason: string,
): Promise<void> {
	const account = { scope: 'account', scopeId: accountId, memberId, cause, reason, actor: WATCH_ACTOR } as const;
	if (cause === 'drawdown') {
		await trip(trx, kernel, { ...account, state: 'FLATTENING', rearm: 'hand' });
		return;
	}
	const rearmAt = nextRiskDayAt({ zone }, now);
	await trip(trx, kernel, { ...account, state: 'PAUSED', rearm: 'next_day', rearmAt });
}

async function startPeak(trx: Trx, kernel: Kernel, standing: Standing, peak: Standing['peak']) {
	const account = await lockAccount(trx, standing.accountId);
	await saveAccount(trx, account, { ...account, peakEquity: peak, updatedAt: kernel.clock.now() });
	await appendAudit(trx, kernel, {
		actor: WATCH_ACTOR,
		action: 'account.peak_restarted',
		subjectId: standing.accountId,
		details: { before: account.peakEquity, peak },
	});
}

async function apply(
	trx: Trx,
	kernel: Kernel,
	standing: Standing,
	decision: WatchDecision,
): Promise<void> {
	const { accountId, memberId, currency, used, usedPercent, limit } = standing;
	const about = { memberId, accountId, subjectId: accountId, actor: WATCH_ACTOR };
	switch (decision.kind) {
		case 'trip':
			return stop(trx, kernel, standing, decision.cause, decision.reason);
		case 'new_peak':
			return startPeak(trx, kernel, standing, decision.peak);
		case 'level': {
			if (isRefused(used) || usedPercent === null) return;
			const { level, previous } = decision;
			const payload = {
				level, previous, used, limit, currency, used_percent: roundDown(usedPercent, SHOWN),
			};
			await appendEvent(trx, kernel, { ...about, type: 'risk.level_changed', payload });
			return;
		}
		case 'warn': {
			const { warning, symbol, tradeId, observed, usedPercent: share } = decision;
			const payload = {
				warning, symbol, trade_id: tradeId, observed, limit: decision.limit,
				used_percent: share, currency,
			};
			await appendEvent(trx, kernel, { ...about, type: 'risk.warning', payload });
		}
	}
}

/** What is decided for an account anew under the locks, so that of two processes one carries it out. */
export async function carryOut(
	kernel: Kernel,
	standing: Standing,
	around: Surroundings,
	stops: boolean,
): Promise<AccountMemory> {
	const { accountId, now } = standing;
	return kernel.transaction(async (trx) => {
		if (stops) await lockLatch(trx, 'exclusive');
		const open = stops ? causesByAccount(await listOpenTrips(trx)).get(accountId) : around.openCauses;
		const before = await lockMemory(trx, accountId, now);
		const fresh = { ...around, openCauses: open ?? new Set<TripCause>() };
		const { memory, decisions } = decide(standing, before, kernel.rules.policy, fresh);
		for (const decision of decisions) {
			// Without the latch nothing is stopped: the next look takes it first.
			if (decision.kind === 'trip' && !stops) continue;
			await apply(trx, kernel, standing, decision);
		}
		if (memory !== before) await saveMemory(trx, memory, now);
		return memory;
	});
}

/** Pauses these accounts for what happened to their venue; those that are paused for it stay. */
export async function pauseAccounts(
	kernel: Kernel,
	accounts: readonly { readonly id: AccountId; readonly reason: string }[],
	cause: Extract<TripCause, 'feed_lost' | 'api_errors'>,
	chunk = 50,
): Promise<void> {
	for (let start = 0; start < accounts.length; start += chunk) {
		await kernel.transaction(async (trx) => {
			await lockLatch(trx, 'exclusive');
			for (const { id, reason } of accounts.slice(start, start + chunk)) {
				const memberId = (await findAccount(trx, id))?.memberId ?? null;
				await trip(trx, kernel, {
					scope: 'account', scopeId: id, memberId, state: 'PAUSED', cause, reason,
					rearm: 'healthy', actor: WATCH_ACTOR,
				});
			}
		});
	}
}
