import { isoTime } from '../../model';
import { block, pass, type Check } from './check';

const NAME = 'self_lockout';

/** The member has not locked themselves out. */
export const selfLockout: Check = ({ behaviour: { selfLockedUntil: until }, now }) => {
	if (until === null) return pass(NAME);
	const finding = { limit: isoTime(until), observed: isoTime(now) };
	return block(NAME, 'SELF_LOCKED', { ...finding, context: { until: isoTime(until) } });
};
