import { parseStored, type AccountId } from '../model';
import type { AccountKeys, KeyRights } from './account-keys';

/** Columns of `account_keys`. */
export interface AccountKeysRow {
	account_id: AccountId;
	/** Unique: one venue key belongs to one account. */
	fingerprint: string;
	/** `VenueKeys`, sealed. */
	sealed: string;
	/** `KeyRights` as seen at connect, as JSON. */
	rights: string;
	connected_at: number;
	rotated_at: number | null;
}

export function toAccountKeys(row: AccountKeysRow): AccountKeys {
	return {
		accountId: row.account_id,
		fingerprint: row.fingerprint,
		rights: parseStored<KeyRights>(row.rights),
		connectedAt: row.connected_at,
		rotatedAt: row.rotated_at,
	};
}
