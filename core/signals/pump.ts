import type { Kernel, Trx } from '../db';
import { MINUTE, SECOND, shorten, type SignalId } from '../model';
import type { Signal } from './signal';
import {
	forgetBefore, giveBack, lockDueSignals, lockExpiredSignals, lockHeld, markDone, renewLeases,
	takeSignals,
} from './signals.repository';
import { fromRow } from './signals.table';

/** How an execution ended: `unsettled` when nobody reported in time. */
export type PumpOutcome = 'succeeded' | 'failed' | 'unsettled';

/** What higher features know about a signal's course; given by the wiring. */
export interface SignalProgress {
	/** Those of `ids` that have a verdict. */
	judged(trx: Trx, ids: readonly SignalId[]): Promise<ReadonlySet<SignalId>>;
	/**
	 * Those of `ids` with nothing left to do: verdicts exist, and either the execution succeeded or
	 * every approved verdict has its ticket and every fired ticket its order or refusal.
	 */
	finished(
		trx: Trx, ids: readonly SignalId[], outcome: PumpOutcome,
	): Promise<ReadonlySet<SignalId>>;
}

/** Seconds until a signal is pumped again, by how often it was pumped. */
const BACK_OFF_SECONDS = [2, 5, 10, 20, 40, 60];
/** Time after expiry in which the pump may still bring a signal to its verdict. */
const EXPIRY_GRACE_MS = MINUTE;
const EXPIRY_BATCH = 200;
const FORGET_AFTER_MS = 60 * MINUTE;
const ERROR_LENGTH = 500;

function backOff(attempts: number): number {
	const last = BACK_OFF_SECONDS.length - 1;
	return (BACK_OFF_SECONDS[Math.min(Math.max(attempts, 1) - 1, last)] ?? 60) * SECOND;
}

/** Leases of stored signals: from the inbox into executions, until the database says done. */
export function createPump(kernel: Kernel, progress: SignalProgress) {
	const leaseMs = kernel.rules.policy.intake.leaseSeconds * SECOND;
	const { dialect } = kernel.pool;

	async function lease(intake: string, limit: number): Promise<Signal[]> {
		const now = kernel.clock.now();
		return kernel.transaction(async (trx) => {
			const rows = await lockDueSignals(trx, dialect, { intake, now, limit });
			const again = rows.filter((row) => row.attempts > 0).map((row) => row.id);
			const finished: ReadonlySet<SignalId> =
				again.length === 0 ? new Set() : await progress.finished(trx, again, 'unsettled');
			if (finished.size > 0) await markDone(trx, [...finished], now);
			const taken = rows.filter((row) => !finished.has(row.id));
			if (taken.length > 0) {
				await takeSignals(trx, taken.map((row) => row.id), kernel.holder, now + leaseMs);
			}
			return taken.map(fromRow);
		});
	}

	async function settle(
		ids: readonly SignalId[], outcome: PumpOutcome, error: string | null = null,
	): Promise<{ done: SignalId[]; left: SignalId[] }> {
		if (ids.length === 0) return { done: [], left: [] };
		const now = kernel.clock.now();
		return kernel.transaction(async (trx) => {
			const finished = await progress.finished(trx, ids, outcome);
			const done = ids.filter((id) => finished.has(id));
			const left = ids.filter((id) => !finished.has(id));
			if (done.length > 0) await markDone(trx, done, now);
			if (outcome !== 'unsettled' && left.length > 0) {
				const byPause = new Map<number, SignalId[]>();
				for (const { id, attempts } of await lockHeld(trx, left, kernel.holder)) {
					const pause = backOff(attempts);
					byPause.set(pause, [...(byPause.get(pause) ?? []), id]);
				}
				const text = error === null ? null : shorten(error, ERROR_LENGTH);
				for (const [pause, some] of byPause) await giveBack(trx, some, now + pause, text);
			}
			return { done, left };
		});
	}

	async function expireNeverPumped(): Promise<SignalId[]> {
		const now = kernel.clock.now();
		const expiredBefore = now - EXPIRY_GRACE_MS;
		return kernel.transaction(async (trx) => {
			const rows = await lockExpiredSignals(trx, dialect, { now, expiredBefore, limit: EXPIRY_BATCH });
			if (rows.length === 0) return [];
			const judged = await progress.judged(trx, rows.map((row) => row.id));
			const ids = rows.map((row) => row.id).filter((id) => !judged.has(id));
			if (ids.length > 0) await takeSignals(trx, ids, kernel.holder, now + leaseMs);
			return ids;
		});
	}

	return {
		lease,
		settle,
		expireNeverPumped,
		renew: async (ids: readonly SignalId[]): Promise<number> =>
			ids.length === 0
				? 0
				: renewLeases(kernel.conn, ids, kernel.holder, kernel.clock.now() + leaseMs),
		forgetSeen: async (): Promise<number> =>
			forgetBefore(kernel.conn, kernel.clock.now() - FORGET_AFTER_MS),
	};
}
