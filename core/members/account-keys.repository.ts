import type { Conn, Kernel, Trx } from '../db';
import type { AccountId } from '../model';
import {
	accountKeysMissing, keyFingerprint, type AccountKeys, type KeyRights, type VenueKeys,
} from './account-keys';
import { toAccountKeys, type AccountKeysRow } from './account-keys.table';
import { openSealed, sealJson } from './seal';

type Keyring = Pick<Kernel, 'sealingKey'>;

/**
 * The keys of an account in clear, for the venue's own client and nothing else.
 * @throws FirecontrolError `ACCOUNT_KEYS_MISSING`, `SEALING_KEY_MISSING`, `SEALING_KEY_WRONG`,
 * `SEALED_DAMAGED`
 */
export async function openAccountKeys(
	conn: Conn,
	kernel: Keyring,
	accountId: AccountId,
): Promise<VenueKeys> {
	const row = await conn<AccountKeysRow>('account_keys').where({ account_id: accountId }).first();
	if (row === undefined) throw accountKeysMissing(accountId);
	return openSealed<VenueKeys>(kernel, row.sealed);
}

/** What is known of the account's keys; null while it has none. */
export async function findAccountKeys(conn: Conn, accountId: AccountId): Promise<AccountKeys | null> {
	const row = await conn<AccountKeysRow>('account_keys').where({ account_id: accountId }).first();
	return row === undefined ? null : toAccountKeys(row);
}

/** The account that this venue key belongs to; null while it belongs to none. */
export async function keyOwner(
	conn: Conn,
	ccxtId: string,
	apiKey: string,
): Promise<AccountId | null> {
	const fingerprint = keyFingerprint(ccxtId, apiKey);
	const row = await conn<AccountKeysRow>('account_keys').where({ fingerprint }).first();
	return row?.account_id ?? null;
}

/** What to keep of a connection. */
export interface KeysToSeal {
	readonly accountId: AccountId;
	readonly ccxtId: string;
	readonly keys: VenueKeys;
	readonly rights: KeyRights;
}

/** Seals the keys of an account, in place of those that it had. */
export async function sealAccountKeys(
	trx: Trx,
	kernel: Pick<Kernel, 'sealingKey' | 'clock'>,
	{ accountId, ccxtId, keys, rights }: KeysToSeal,
): Promise<void> {
	const row: AccountKeysRow = {
		account_id: accountId,
		fingerprint: keyFingerprint(ccxtId, keys.apiKey),
		sealed: sealJson(kernel, keys),
		rights: JSON.stringify(rights),
		connected_at: kernel.clock.now(),
		rotated_at: null,
	};
	await trx<AccountKeysRow>('account_keys').insert(row).onConflict('account_id').merge();
}

/** Forgets the keys of an account; says whether it had some. */
export async function deleteAccountKeys(trx: Trx, accountId: AccountId): Promise<boolean> {
	return (await trx<AccountKeysRow>('account_keys').where({ account_id: accountId }).delete()) > 0;
}

/**
 * Seals the keys of all accounts anew, under another encryption key. @returns how many
 * @throws FirecontrolError `SEALING_KEY_WRONG`, `SEALED_DAMAGED`
 */
export async function resealAccountKeys(
	trx: Trx,
	from: Keyring,
	to: Keyring,
	now: number,
): Promise<number> {
	const rows = await trx<AccountKeysRow>('account_keys').orderBy('account_id').forUpdate();
	for (const row of rows) {
		const sealed = sealJson(to, openSealed<VenueKeys>(from, row.sealed));
		await trx<AccountKeysRow>('account_keys')
			.where({ account_id: row.account_id })
			.update({ sealed, rotated_at: now });
	}
	return rows.length;
}
