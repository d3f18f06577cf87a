import { isoTime } from '../../model';
import { weekendOf } from '../weekend';
import { block, pass, warn, type Check } from './check';

const NAME = 'weekend';

/**
 * Over the weekend of a venue that trades in sessions less is risked, or nothing is opened: prices
 * jump from one session to the next, past stops. Venues that trade at all hours are exempt.
 */
export const weekend: Check = (snapshot) => {
	const { venue, policy } = snapshot;
	const found = weekendOf(snapshot);
	if (found.kind === 'none') return pass(NAME, { observed: venue.sessions });
	const finding = { limit: policy.weekend.rule, observed: venue.sessions };
	const { riskFactor: factor, positions } = policy.weekend;
	const context = { venue: venue.name, until: isoTime(found.until), factor, positions };
	return found.kind === 'blocked'
		? block(NAME, 'WEEKEND', { ...finding, context })
		: warn(NAME, 'WEEKEND_REDUCED', { ...finding, context });
};
