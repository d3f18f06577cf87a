import type { Kernel, Trx } from '../db';
import { openSealed, sealJson } from '../members';
import { fingerprintOf, parseSettings } from './channel-settings';
import { listChannels, writeChannel } from './channel-settings.repository';

/**
 * Seals the settings of all channels anew, under another encryption key. @returns how many
 * @throws FirecontrolError `SEALING_KEY_WRONG`, `SEALED_DAMAGED`
 */
export async function resealChannels(
	trx: Trx,
	from: Pick<Kernel, 'sealingKey'>,
	to: { readonly sealingKey: Uint8Array },
	now: number,
): Promise<number> {
	const rows = await listChannels(trx);
	for (const { channel, sealed } of rows) {
		const settings = parseSettings(channel, openSealed<unknown>(from, sealed));
		await writeChannel(trx, {
			channel,
			sealed: sealJson(to, settings),
			// Made with the key, so that it tells nobody else of a weak password.
			fingerprint: fingerprintOf(settings, to.sealingKey),
			updated_at: now,
		});
	}
	return rows.length;
}
