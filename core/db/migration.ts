import type { Trx } from './open';

/** One step of the schema. Never edited after a release. */
export interface Migration {
	readonly name: string;
	up(trx: Trx): Promise<void>;
	down(trx: Trx): Promise<void>;
}
