import type { Kernel, Trx } from '../db';
import { MINUTE, SECOND, shorten, type SignalId } from '../model';
import type { Signal } from './signal';
import {
	forgetBefore, giveBack, lockDueSignals, lockExpiredSignals, lockHeld, markDone, renewLeases,
	takeSignals,
} from './signals.repository';
import { fromRow, type SignalRow } from './signals.table';

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

/** Signals that are not done a minute after their expiry. */
export interface Overdue {
	/** Nobody judged them for any account. */
	readonly unjudged: readonly SignalId[];
	/** Judged, but their executions never carried them to the end. */
	readonly unfinished: readonly SignalId[];
}

/** Seconds until a signal is pumped again, by how often it was pumped. */
const BACK_OFF_SECONDS = [2, 5, 10, 20, 40, 60];
/**
 * From its third try on a signal goes alone: what makes an execution fail, time and again, must not
 * take along those that happened to be in the same one.
 */
const TRIES_TOGETHER = 2;
/** Time after expiry in which the pump may still bring a signal to its verdict. */
const EXPIRY_GRACE_MS = MINUTE;
const EXPIRY_BATCH = 200;
const FORGET_AFTER_MS = 60 * MINUTE;
const ERROR_LENGTH = 500;

function backOff(attempts: number): number {
	const last = BACK_OFF_SECONDS.length - 1;
	return (BACK_OFF_SECONDS[Math.min(Math.max(attempts, 1) - 1, last)] ?? 60) * SECOND;
}

interface Leasing {
	readonly kernel: Kernel;
	readonly progress: SignalProgress;
	readonly leaseMs: number;
}

/** Batches of due signals, leased for `leaseMs`. */
function createLeasing({ kernel, progress, leaseMs }: Leasing) {
	const { dialect } = kernel.pool;
	/** Whether the last batch of the intake was a signal that goes alone: the two take turns. */
	const wasAlone = new Map<string, boolean>();

	async function due(trx: Trx, intake: string, limit: number, now: number): Promise<SignalRow[]> {
		const together = async (): Promise<SignalRow[]> =>
			lockDueSignals(trx, dialect, { intake, now, limit, triedBelow: TRIES_TOGETHER });
		const alone = async (): Promise<SignalRow[]> =>
			lockDueSignals(trx, dialect, { intake, now, limit: 1, triedFrom: TRIES_TOGETHER });
		const [one, other] = wasAlone.get(intake) === true ? [together, alone] : [alone, together];
		const rows = await one();
		const found = rows.length > 0 ? rows : await other();
		wasAlone.set(intake, (found[0]?.attempts ?? 0) >= TRIES_TOGETHER);
		return found;
	}

	/** One batch, or null when what was due turned out to be finished: there may be more. */
	async function take(intake: string, limit: number): Promise<Signal[] | null> {
		const now = kernel.clock.now();
		return kernel.transaction(async (trx) => {
			const rows = await due(trx, intake, limit, now);
			const again = rows.filter((row) => row.attempts > 0).map((row) => row.id);
			const finished: ReadonlySet<SignalId> =
				again.length === 0 ? new Set() : await progress.finished(trx, again, 'unsettled');
			if (finished.size > 0) await markDone(trx, [...finished], now);
			const taken = rows.filter((row) => !finished.has(row.id));
			if (taken.length > 0) {
				await takeSignals(trx, taken.map((row) => row.id), kernel.holder, now + leaseMs);
			}
			return taken.length === 0 && finished.size > 0 ? null : taken.map(fromRow);
		});
	}

	return async function lease(intake: string, limit: number): Promise<Signal[]> {
		for (;;) {
			const taken = await take(intake, limit);
			if (taken !== null) return taken;
		}
	};
}

/** Leases of stored signals: from the inbox into executions, until the database says done. */
export function createPump(kernel: Kernel, progress: SignalProgress) {
	const leaseMs = kernel.rules.policy.intake.leaseSeconds * SECOND;
	const { dialect } = kernel.pool;

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

	async function expireOverdue(): Promise<Overdue> {
		const now = kernel.clock.now();
		const expiredBefore = now - EXPIRY_GRACE_MS;
		return kernel.transaction(async (trx) => {
			const rows = await lockExpiredSignals(trx, dialect, { now, expiredBefore, limit: EXPIRY_BATCH });
			const ids = rows.map((row) => row.id);
			if (ids.length === 0) return { unjudged: [], unfinished: [] };
			const judged = await progress.judged(trx, ids);
			await takeSignals(trx, ids, kernel.holder, now + leaseMs);
			return {
				unjudged: ids.filter((id) => !judged.has(id)),
				unfinished: ids.filter((id) => judged.has(id)),
			};
		});
	}

	return {
		lease: createLeasing({ kernel, progress, leaseMs }),
		settle,
		expireOverdue,
		renew: async (ids: readonly SignalId[]): Promise<number> =>
			ids.length === 0
				? 0
				: renewLeases(kernel.conn, ids, kernel.holder, kernel.clock.now() + leaseMs),
		forgetSeen: async (): Promise<number> =>
			forgetBefore(kernel.conn, kernel.clock.now() - FORGET_AFTER_MS),
	};
}
