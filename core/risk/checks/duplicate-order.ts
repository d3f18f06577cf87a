import { block, pass, type Check } from './check';

const NAME = 'duplicate_order';

/** The same source has not just ordered the same side, symbol and quantity. Seconds. */
export const duplicateOrder: Check = ({ now, policy, duplicateAt }) => {
	const limit = policy.risk.duplicateSeconds;
	if (duplicateAt === null) return pass(NAME, { limit });
	const age = (now - duplicateAt) / 1000;
	const finding = { limit, observed: age };
	return age < limit ? block(NAME, 'DUPLICATE_ORDER', finding) : pass(NAME, finding);
};
