import { scryptSync } from 'node:crypto';
import { appendAudit } from './audit';
import { lockSetting, settleSetting, succeedKey, writeSetting, type Kernel } from './db';
import { resealAccountKeys } from './members';
import { FirecontrolError, sha256 } from './model';
import { resealChannels } from './notifications';

/** A key of exactly 32 bytes in hex is used as it is; anything else is stretched. */
const RAW_KEY = /^[0-9a-f]{64}$/i;
const KEY_BYTES = 32;
const KEY_SALT = 'firecontrol.sealing.1';
/** Setting that tells with which key the database seals, without giving the key away. */
const PRINT = 'sealing_key_print';

/** The key that seals, made of what the operator entered. @throws FirecontrolError `ENCRYPTION_KEY_MISSING` */
export function sealingKeyOf(encryptionKey: string): Uint8Array {
	if (encryptionKey === '') {
		throw new FirecontrolError(
			'ENCRYPTION_KEY_MISSING',
			'The Firecontrol Database credential has no encryption key. Enter one, the same on every host.',
		);
	}
	if (RAW_KEY.test(encryptionKey)) return Buffer.from(encryptionKey, 'hex');
	return scryptSync(encryptionKey, KEY_SALT, KEY_BYTES);
}

function printOf(key: Uint8Array): string {
	return sha256(Buffer.concat([Buffer.from('firecontrol.key-check.'), key])).slice(0, 32);
}

function wrongKey(previousGiven: boolean): FirecontrolError {
	return new FirecontrolError(
		'SEALING_KEY_WRONG',
		previousGiven
			? 'Neither the encryption key nor the previous one is the key that this database is sealed with. Enter that one as the previous key of the Firecontrol Database credential.'
			: 'The encryption key is not the one this database was made with. Enter that one in the Firecontrol Database credential; to change the key, enter the former one there as the previous key.',
	);
}

/** Everything sealed and the print of the key change together, or not at all. */
async function rotate(kernel: Kernel, previous: Uint8Array, current: Uint8Array): Promise<void> {
	const from = { sealingKey: previous };
	const to = { sealingKey: current };
	await kernel.transaction(async (trx) => {
		const print = await lockSetting<string>(trx, PRINT);
		// Another process was here first.
		if (print === printOf(current)) return;
		if (print !== printOf(previous)) throw wrongKey(true);
		const now = kernel.clock.now();
		const accounts = await resealAccountKeys(trx, from, to, now);
		const channels = await resealChannels(trx, from, to, now);
		await writeSetting(trx, PRINT, printOf(current), now);
		await appendAudit(trx, kernel, {
			actor: 'operator',
			action: 'encryption_key.changed',
			details: { accounts, channels },
		});
	});
	succeedKey(kernel.pool.key, previous, current);
	kernel.log.info('The encryption key was changed: everything sealed is sealed anew.');
}

/**
 * Makes sure that this key opens what is sealed in the database. Where it does not, but the previous
 * one does, everything is sealed anew under this key: so an operator changes the key.
 * @throws FirecontrolError `SEALING_KEY_WRONG`
 */
export async function settleEncryptionKey(
	kernel: Kernel,
	current: Uint8Array,
	previous: Uint8Array | null,
): Promise<void> {
	const first = await settleSetting(kernel.conn, PRINT, printOf(current), kernel.clock.now());
	if (first === printOf(current)) {
		// Another process changed it; what this one opened with the former key goes on with the new one.
		if (previous !== null) succeedKey(kernel.pool.key, previous, current);
		return;
	}
	// Another key than the database was made with would make everything sealed in it unreadable.
	if (previous === null) throw wrongKey(false);
	await rotate(kernel, previous, current);
}
