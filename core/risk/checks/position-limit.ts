import { isRefused } from '../../model';
import { maxPositions } from '../limits';
import { knownLimits } from '../prices';
import { block, deny, ifCapacity, pass, type Check } from './check';

const NAME = 'position_limit';

/** Distinct symbols open or reserved, this one included, stay within the limit. */
export const positionLimit: Check = (snapshot, { exposure }) => {
	const limits = knownLimits(snapshot);
	if (isRefused(limits)) return deny(NAME, limits);
	const limit = maxPositions(snapshot, limits);
	const finding = { limit, observed: exposure.otherSymbols };
	if (exposure.otherSymbols < limit) return pass(NAME, finding);
	return ifCapacity(block(NAME, 'POSITION_LIMIT', finding), limit > 0);
};
