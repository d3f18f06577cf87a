import { FirecontrolError, sha256, type AccountId } from '../model';

/** What opens an account at a venue. Only ever in memory and sealed: never in logs, items or audit. */
export interface VenueKeys {
	readonly apiKey: string;
	readonly secret: string;
	/** Null on venues that ask for none. */
	readonly passphrase: string | null;
}

/** What a key may do, as far as the venue tells; null where it does not. */
export interface KeyRights {
	readonly canTrade: boolean | null;
	readonly canWithdraw: boolean | null;
}

/** What is known of an account's keys without opening them. Times in ms UTC. */
export interface AccountKeys {
	readonly accountId: AccountId;
	readonly fingerprint: string;
	readonly rights: KeyRights;
	readonly connectedAt: number;
	/** When they were last sealed under another encryption key. */
	readonly rotatedAt: number | null;
}

/**
 * Tells venue keys apart without keeping them. Sandbox, live and proxies of a venue share it, since
 * one key opens one account whatever the way to it.
 * @param ccxtId ccxt's id of the venue
 */
export function keyFingerprint(ccxtId: string, apiKey: string): string {
	return sha256(`firecontrol.venue-key|${ccxtId}|${apiKey}`);
}

/** @returns the error for an account that was never connected, or was disconnected */
export function accountKeysMissing(accountId: AccountId): FirecontrolError {
	return new FirecontrolError(
		'ACCOUNT_KEYS_MISSING',
		`The account ${accountId} has no venue keys. Connect it again with Members: Connect Account.`,
		{ details: { account: accountId } },
	);
}
