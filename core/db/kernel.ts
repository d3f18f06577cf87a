import type { Clock, LeaseHolder, Policy, Rng } from '../model';
import { newId, policyVersion, STANDARD_POLICY, systemClock, systemRng } from '../model';
import type { Conn, Pool, Trx } from './open';
import { currentKey } from './sealing-keys';
import { inTransaction } from './transaction';

/** Where messages for the operator's log go. Never give it a secret. */
export interface Logger {
	info(message: string, facts?: Readonly<Record<string, unknown>>): void;
	warn(message: string, facts?: Readonly<Record<string, unknown>>): void;
	error(message: string, facts?: Readonly<Record<string, unknown>>): void;
}

const silent: Logger = { info: () => {}, warn: () => {}, error: () => {} };

/** The active policy and the version that rows record. */
export interface ActivePolicy {
	readonly policy: Policy;
	readonly version: string;
}

/** What every service is built on: database, time, chance, rules, log. */
export interface Kernel {
	readonly pool: Pool;
	/** For single statements outside a transaction. */
	readonly conn: Conn;
	readonly clock: Clock;
	readonly rng: Rng;
	readonly log: Logger;
	/** This process and opening, as holder of leases. */
	readonly holder: LeaseHolder;
	readonly rules: ActivePolicy;
	/** 32 bytes that seal keys and channel settings at rest; null where nothing is sealed. */
	readonly sealingKey: Uint8Array | null;
	transaction<T>(work: (trx: Trx) => Promise<T>): Promise<T>;
}

/** Parts that tests, benches and the backtester replace. */
export interface KernelOptions {
	readonly clock?: Clock;
	readonly rng?: Rng;
	readonly log?: Logger;
	readonly policy?: Policy;
	readonly sealingKey?: Uint8Array;
}

export function createKernel(pool: Pool, options: KernelOptions = {}): Kernel {
	const clock = options.clock ?? systemClock;
	const rng = options.rng ?? systemRng;
	const policy = options.policy ?? STANDARD_POLICY;
	const ownKey = options.sealingKey ?? null;
	return {
		pool,
		conn: pool.conn,
		clock,
		rng,
		log: options.log ?? silent,
		holder: newId('hld', clock, rng),
		rules: { policy, version: policyVersion(policy) },
		get sealingKey() {
			return ownKey === null ? null : currentKey(pool.key, ownKey);
		},
		transaction: async (work) => inTransaction(pool, work),
	};
}
