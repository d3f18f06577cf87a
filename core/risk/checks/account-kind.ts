import { isRefused } from '../../model';
import { knownLimits } from '../prices';
import { block, deny, pass, type Check } from './check';

const NAME = 'account_kind';

/** Tiers that only practise trade on paper. */
export const accountKind: Check = (snapshot) => {
	const limits = knownLimits(snapshot);
	if (isRefused(limits)) return deny(NAME, limits);
	const { kind } = snapshot.account;
	const finding = { limit: limits.paperOnly ? 'paper' : 'any', observed: kind };
	if (!limits.paperOnly || kind === 'paper') return pass(NAME, finding);
	return block(NAME, 'ACCOUNT_KIND', { ...finding, context: { tier: limits.tier } });
};
