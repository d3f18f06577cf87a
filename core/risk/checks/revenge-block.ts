import { isoTime, MINUTE } from '../../model';
import { block, pass, type Check } from './check';

const NAME = 'revenge_block';

/** The member's last losing trade, on any account, is some minutes ago. */
export const revengeBlock: Check = ({ behaviour: { lastLossAt }, now, policy }) => {
	const limit = policy.behaviour.revengeMinutes;
	if (lastLossAt === null) return pass(NAME, { limit });
	const until = lastLossAt + limit * MINUTE;
	const finding = { limit, observed: isoTime(lastLossAt) };
	if (now >= until) return pass(NAME, finding);
	const context = { lost_at: isoTime(lastLossAt), until: isoTime(until) };
	return block(NAME, 'REVENGE_BLOCK', { ...finding, context });
};
