import { block, pass, type Check } from './check';

const NAME = 'client_id_lookup';

/** What fires by itself must be found again by our own id when its outcome is not known. */
export const clientIdLookup: Check = ({ mode, venue }) =>
	mode === 'FULL_AUTO' && !venue.clientIdLookup ? block(NAME, 'VENUE_NO_CLIENT_ID') : pass(NAME);
