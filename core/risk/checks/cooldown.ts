import { isRefused, MINUTE, SECOND } from '../../model';
import { knownLimits } from '../prices';
import { block, deny, pass, type Check } from './check';

const NAME = 'cooldown';

/** The tier's pause between two opening orders of the member, on whichever account. Seconds. */
export const cooldown: Check = (snapshot) => {
	const limits = knownLimits(snapshot);
	if (isRefused(limits)) return deny(NAME, limits);
	const { lastOrderAt } = snapshot.member;
	const limit = (limits.cooldownMinutes * MINUTE) / SECOND;
	if (lastOrderAt === null) return pass(NAME, { limit });
	const observed = (snapshot.now - lastOrderAt) / SECOND;
	const finding = { limit, observed };
	if (observed >= limit) return pass(NAME, finding);
	const context = { tier: limits.tier, wait_s: Math.ceil(limit - observed) };
	return block(NAME, 'COOLDOWN', { ...finding, context });
};
