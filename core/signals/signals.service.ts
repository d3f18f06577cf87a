import type { Kernel } from '../db';
import { messageOf, type SignalId } from '../model';
import { authenticateRequest, type Authentication } from './authenticate';
import { fanOutSignal, type FanOut } from './fan-out';
import { createIntake, type Received } from './intake';
import { readJson } from './json';
import { parseSignal } from './parse';
import { createPump, type Overdue, type PumpOutcome, type SignalProgress } from './pump';
import { createRateLimiter } from './rate-limit';
import type { IntakeRequest, KeyScope, Signal, SignalKey } from './signal';
import type { Fault } from './signals.errors';
import { findSignal } from './signals.repository';
import { arrivedNow } from './store';

/** Is told, in this process, that an intake has new signals. */
export type ArrivalListener = () => void;

/** The inbox and its pump. */
export interface Signals {
	/** The whole POST call: who, how many, what; stored, then answered. Never throws. */
	receive(
		request: IntakeRequest, keys: readonly SignalKey[], intake: string,
	): Promise<Received>;
	/** Who sends another call (status, fire), or the answer that refuses it. Stores nothing. */
	authenticate(
		request: IntakeRequest, keys: readonly SignalKey[], scope: KeyScope,
	): Authentication;
	/** Calls `listener` after each call that stored signals for the intake; returns the way to stop. */
	onArrival(intake: string, listener: ArrivalListener): () => void;
	/** Takes up to `limit` due signals of the intake, in order of arrival, for the lease's time. */
	lease(intake: string, limit: number): Promise<Signal[]>;
	/** Prolongs the leases this process still has; returns how many. */
	renew(ids: readonly SignalId[]): Promise<number>;
	/**
	 * Ends leases after an execution: what is finished is done, the rest is pumped again, after a
	 * back-off. An unsettled execution may still run: its unfinished signals keep their lease.
	 */
	settle(
		ids: readonly SignalId[], outcome: PumpOutcome, error?: string | null,
	): Promise<{ done: SignalId[]; left: SignalId[] }>;
	get(id: SignalId): Promise<Signal | null>;
	/**
	 * Reads fields of the native form as a signal that arrives now, by the rules of intake. Stores
	 * nothing: for judging what nobody has sent.
	 */
	preview(fields: object, source: string): Signal | readonly Fault[];
	/** Everyone a signal goes to. @throws FirecontrolError `SIGNAL_UNKNOWN` */
	fanOut(id: SignalId): Promise<FanOut>;
	/**
	 * Leases signals that are not done a minute after their expiry, for the engine to end them;
	 * settle them as `succeeded` then. Closes are not among them: they count at any age.
	 */
	expireOverdue(): Promise<Overdue>;
	/** Forgets duplicates and signatures whose time is over; returns the number of rows. */
	forgetSeen(): Promise<number>;
}

/** The service of this feature; `progress` is what higher features know of a signal's course. */
export function createSignals(kernel: Kernel, progress: SignalProgress): Signals {
	const { intake: rules } = kernel.rules.policy;
	const receive = createIntake(kernel, createRateLimiter(kernel.clock, rules));
	const listeners = new Map<string, Set<ArrivalListener>>();

	function tell(intake: string): void {
		for (const listener of listeners.get(intake) ?? []) {
			try {
				listener();
			} catch (error) {
				// The signal is stored: the answer stands, and the pump also looks by itself.
				kernel.log.warn('A pump could not be woken.', { intake, error: messageOf(error) });
			}
		}
	}

	return {
		...createPump(kernel, progress),
		async receive(request, keys, intake) {
			const received = await receive(request, keys, intake);
			if (received.stored.length > 0) tell(intake);
			return received;
		},
		authenticate: (request, keys, scope) =>
			authenticateRequest(
				request, keys, scope, readJson(request.rawBody), kernel.clock.now(),
				rules.signatureToleranceSeconds,
			),
		onArrival(intake, listener) {
			const known = listeners.get(intake) ?? new Set();
			listeners.set(intake, known.add(listener));
			return () => void known.delete(listener);
		},
		preview(fields, source) {
			const read = parseSignal(fields, [], source);
			if (read.kind === 'faults') return read.faults;
			return arrivedNow(kernel, read.content, { intake: 'preview', keyName: source });
		},
		get: async (id) => findSignal(kernel.conn, id),
		fanOut: async (id) => fanOutSignal(kernel, id),
	};
}
