import { FirecontrolError } from '../../model';
import type { ProbeTarget, VenueProbe } from '../connect/connection';
import { totalsOf } from './balances';
import { traced } from './call';
import { CALL_TIMEOUT, createClient } from './client';
import { questionFailed } from './errors';
import type { CcxtClient } from './library';
import { rightsOf, type Rights } from './rights';
import { refuseLiveAddress } from './sandbox-guard';
import { supportedProfile } from './venue-choice';

/** Lists of markets are megabytes at some venues. */
const PROBE_LIMIT = 3 * CALL_TIMEOUT;

/** A question with a limit in time. */
async function ask<T>(venue: string, work: () => Promise<T>): Promise<T> {
	const result = await traced(PROBE_LIMIT, work);
	if (result.kind === 'failed') throw questionFailed(venue, result.error);
	return result.value;
}

async function look(client: CcxtClient): Promise<Pick<VenueProbe, 'balances' | 'markets'>> {
	await client.loadMarkets();
	return {
		markets: Object.keys(client.markets ?? {}).length,
		balances: totalsOf(await client.fetchBalance()),
	};
}

/**
 * Asks a venue with an account's keys: which markets, what balance, which rights. Nothing is kept.
 * @throws FirecontrolError `VENUE_UNSUPPORTED`, `VENUE_NO_SANDBOX`, `VENUE_ADDRESS_LIVE`,
 *   `VENUE_KEY_CAN_WITHDRAW`, `VENUE_AUTH`, `VENUE_UNAVAILABLE`
 */
export async function probeVenue(target: ProbeTarget): Promise<VenueProbe> {
	const { ccxtId, mode, apiKey, secret, passphrase, apiUrl, streamUrl } = target;
	const profile = supportedProfile(ccxtId, mode);
	if (mode === 'sandbox') refuseLiveAddress(profile, { apiUrl, streamUrl });
	const keys = { apiKey, secret, passphrase };
	const client = createClient(profile, { mode, apiUrl, streamUrl, keys });
	try {
		// The rights first: with a key that may withdraw nothing else is asked.
		const rights: Rights = await ask(ccxtId, async () => rightsOf(profile.ccxtId, client, mode));
		if (rights.canWithdraw === true) {
			throw new FirecontrolError(
				'VENUE_KEY_CAN_WITHDRAW',
				`This key may withdraw money from ${ccxtId}. Make one that may read and trade only, and delete this one there.`,
				{ details: { venue: ccxtId } },
			);
		}
		return { ...(await ask(ccxtId, async () => look(client))), ...rights };
	} finally {
		await client.close();
	}
}
