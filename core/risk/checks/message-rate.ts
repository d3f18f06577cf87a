import { venueLimits } from '../../model';
import { block, pass, type Check } from './check';

const NAME = 'message_rate';

/** Orders, replaces and cancels in the last second, with this one; exits count and are never held back. */
export const messageRate: Check = ({ policy, venue, messages }) => {
	const limit = venueLimits(policy.compliance, venue.name).messagesPerSecond;
	const observed = messages.lastSecond + 1;
	if (limit === null) return pass(NAME);
	const finding = { limit, observed, context: { venue: venue.name } };
	return observed > limit ? block(NAME, 'MESSAGE_RATE', finding) : pass(NAME, finding);
};
