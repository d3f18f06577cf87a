import { FirecontrolError } from '../../model';
import type { VenueMode } from '../venue-name';
import { isSupportedVenue } from '../venue-table';
import { profileOf } from './profiles';
import type { VenueProfile } from './profile';
import { CCXT_VENUES } from './venue-list';

/** A venue that can be chosen. */
export interface VenueChoice {
	/** ccxt's id. */
	readonly id: string;
	readonly name: string;
	/** Whether orders can go there. */
	readonly supportedLive: boolean;
	/** Whether it has a place for play money that can be used. */
	readonly sandbox: boolean;
}

/** All venues that ccxt knows, those that can be traded on first. Loads nothing. */
export function listVenues(): readonly VenueChoice[] {
	const all = CCXT_VENUES.map(([id, name, sandbox]): VenueChoice => {
		const supportedLive = isSupportedVenue(id);
		return { id, name, supportedLive, sandbox: sandbox && supportedLive };
	});
	return all.sort((a, b) => Number(b.supportedLive) - Number(a.supportedLive));
}

/**
 * What is needed to trade at a venue.
 * @throws FirecontrolError `VENUE_UNSUPPORTED`, `VENUE_NO_SANDBOX`
 */
export function supportedProfile(ccxtId: string, mode: VenueMode): VenueProfile {
	const name = CCXT_VENUES.find(([id]) => id === ccxtId)?.[1] ?? ccxtId;
	const profile = profileOf(ccxtId);
	if (profile === null) {
		throw new FirecontrolError(
			'VENUE_UNSUPPORTED',
			`Orders cannot go to ${name}: its order ids, refusals and look-ups have not been proved yet. Choose one of the supported venues, or add it (CONTRIBUTING, "Add a venue").`,
			{ details: { venue: ccxtId } },
		);
	}
	const sandbox = CCXT_VENUES.some(([id, , has]) => id === ccxtId && has);
	if (mode === 'sandbox' && !sandbox) {
		throw new FirecontrolError(
			'VENUE_NO_SANDBOX',
			`${name} has no sandbox. Try your set-up with a paper account, or at a venue that has one.`,
			{ details: { venue: ccxtId } },
		);
	}
	return profile;
}
