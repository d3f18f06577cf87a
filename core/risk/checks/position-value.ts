import { isRefused, lte, mul } from '../../model';
import { block, deny, pass, shown, type Check } from './check';

const NAME = 'position_value';

/** On cash accounts one position is worth at most a fixed share of the equity. */
export const positionValue: Check = (_, { size, reference, budgets }) => {
	const limit = budgets.positionValue;
	if (limit === null) return pass(NAME);
	if (isRefused(limit)) return deny(NAME, limit);
	if (isRefused(size)) return deny(NAME, size);
	if (isRefused(reference)) return deny(NAME, reference);
	const worth = mul(size.quantity, reference);
	const finding = { limit: shown(limit), observed: shown(worth) };
	return lte(worth, limit) ? pass(NAME, finding) : block(NAME, 'POSITION_VALUE_LIMIT', finding);
};
