import type { AccountId } from '../../model';
import type { Timer } from './dead-man';

/** Columns of `dead_man_timers`; `symbol` is '' for a timer over the whole account. */
export interface TimerRow {
	account_id: AccountId;
	symbol: string;
	state: Timer['state'];
	armed_at: number | null;
	refreshed_at: number | null;
	expires_at: number | null;
	may_run_until: number | null;
	retry_at: number | null;
	error: string | null;
	fired_at: number | null;
	changed_at: number;
}

export function toTimer(row: TimerRow): Timer {
	return {
		accountId: row.account_id,
		symbol: row.symbol === '' ? null : row.symbol,
		state: row.state,
		armedAt: row.armed_at,
		refreshedAt: row.refreshed_at,
		expiresAt: row.expires_at,
		mayRunUntil: row.may_run_until,
		retryAt: row.retry_at,
		error: row.error,
		firedAt: row.fired_at,
		changedAt: row.changed_at,
	};
}

export function toTimerRow(timer: Timer): TimerRow {
	return {
		account_id: timer.accountId,
		symbol: timer.symbol ?? '',
		state: timer.state,
		armed_at: timer.armedAt,
		refreshed_at: timer.refreshedAt,
		expires_at: timer.expiresAt,
		may_run_until: timer.mayRunUntil,
		retry_at: timer.retryAt,
		error: timer.error,
		fired_at: timer.firedAt,
		changed_at: timer.changedAt,
	};
}
