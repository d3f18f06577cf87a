import { FirecontrolError, reasonText } from '../../model';
import { probeVenue } from '../ccxt/probe';
import { supportedProfile } from '../ccxt/venue-choice';
import { readVenueCredential } from './connection';

/** What the venue says of a key, in words. */
function rightsText(canTrade: boolean | null, canWithdraw: boolean | null): string {
	if (canTrade === null || canWithdraw === null) {
		return 'The venue does not tell what this key may do: make sure there that it cannot withdraw.';
	}
	return 'The key may trade and may not withdraw.';
}

/**
 * Tries a `Firecontrol Exchange` credential at its venue and says what was found, for people.
 * @throws FirecontrolError `CREDENTIAL_INCOMPLETE`, `VENUE_KEY_READ_ONLY`, and what the probe throws
 */
export async function testVenueCredential(values: unknown): Promise<string> {
	const { venue, mode, apiKey, secret, ...rest } = readVenueCredential(values);
	if (mode === 'paper') {
		supportedProfile(venue, 'live');
		return 'A paper account needs no key, so nobody was asked.';
	}
	const target = { ...rest, ccxtId: venue, mode, apiKey: apiKey ?? '', secret: secret ?? '' };
	const { markets, balances, canTrade, canWithdraw } = await probeVenue(target);
	if (canTrade === false) {
		throw new FirecontrolError('VENUE_KEY_READ_ONLY', reasonText('VENUE_KEY_READ_ONLY', {}));
	}
	const assets = Object.keys(balances).length;
	const place = mode === 'live' ? venue : `${venue}'s sandbox`;
	return `${place} answers: ${markets} markets, a balance in ${assets} asset(s). ${rightsText(canTrade, canWithdraw)}`;
}
