import { venueLimits } from '../../model';
import { block, pass, type Check } from './check';

const NAME = 'messages_per_day';

/** Orders, replaces and cancels of the account on its risk day, with this one. */
export const messagesPerDay: Check = ({ policy, venue, messages }) => {
	const limit = venueLimits(policy.compliance, venue.name).messagesPerDay;
	const observed = messages.today + 1;
	if (limit === null) return pass(NAME);
	const finding = { limit, observed, context: { venue: venue.name } };
	return observed > limit ? block(NAME, 'MESSAGES_PER_DAY', finding) : pass(NAME, finding);
};
