import { parseStored, type AccountId } from '../../model';
import type { RiskLevel } from '../risk';
import type { AccountMemory } from './watch';

/** Columns of `account_watches`. */
export interface AccountWatchRow {
	account_id: AccountId;
	risk_day: string;
	level: RiskLevel | null;
	told: string;
	warned: string;
	drawdown_since: number | null;
	drop_since: number | null;
	unknown_since: number | null;
	peak_from: number | null;
	updated_at: number;
}

export function toMemory(row: AccountWatchRow): AccountMemory {
	return {
		accountId: row.account_id,
		riskDay: row.risk_day,
		level: row.level,
		told: parseStored<AccountMemory['told']>(row.told),
		warned: parseStored<AccountMemory['warned']>(row.warned),
		drawdownSince: row.drawdown_since,
		dropSince: row.drop_since,
		unknownSince: row.unknown_since,
		peakFrom: row.peak_from,
	};
}

export function toAccountWatchRow(memory: AccountMemory, now: number): AccountWatchRow {
	return {
		account_id: memory.accountId,
		risk_day: memory.riskDay,
		level: memory.level,
		told: JSON.stringify(memory.told),
		warned: JSON.stringify(memory.warned),
		drawdown_since: memory.drawdownSince,
		drop_since: memory.dropSince,
		unknown_since: memory.unknownSince,
		peak_from: memory.peakFrom,
		updated_at: now,
	};
}
