import type { AccountId } from '../../model';

/** DUE: not compared since the engine started, so no new entries. DONE: compared and kept so. */
export type ProgressState = 'DUE' | 'DONE';

/** How far an account was compared with its venue. Times in ms UTC. */
export interface Progress {
	readonly accountId: AccountId;
	readonly state: ProgressState;
	/** Start of the engine that it belongs to: the fencing token of the job that marks. */
	readonly session: number;
	/** When orders were last compared since it became due. */
	readonly ordersAt: number | null;
	/** When balances and positions were last read. */
	readonly positionsAt: number | null;
	/** Everything of the venue up to here has been compared. */
	readonly seenUntil: number | null;
	/** When it was first compared completely. */
	readonly completedAt: number | null;
	readonly failingSince: number | null;
	/** Since when it is well again after a failure. */
	readonly healthySince: number | null;
	/** The last failure, in words. */
	readonly detail: string | null;
	readonly updatedAt: number;
}

export interface ProgressRow {
	account_id: AccountId;
	state: ProgressState;
	session: number;
	orders_at: number | null;
	positions_at: number | null;
	seen_until: number | null;
	completed_at: number | null;
	failing_since: number | null;
	healthy_since: number | null;
	detail: string | null;
	updated_at: number;
}

export function toProgress(row: ProgressRow): Progress {
	return {
		accountId: row.account_id,
		state: row.state,
		session: row.session,
		ordersAt: row.orders_at,
		positionsAt: row.positions_at,
		seenUntil: row.seen_until,
		completedAt: row.completed_at,
		failingSince: row.failing_since,
		healthySince: row.healthy_since,
		detail: row.detail,
		updatedAt: row.updated_at,
	};
}

export function toProgressRow(progress: Progress): ProgressRow {
	return {
		account_id: progress.accountId,
		state: progress.state,
		session: progress.session,
		orders_at: progress.ordersAt,
		positions_at: progress.positionsAt,
		seen_until: progress.seenUntil,
		completed_at: progress.completedAt,
		failing_since: progress.failingSince,
		healthy_since: progress.healthySince,
		detail: progress.detail,
		updated_at: progress.updatedAt,
	};
}
