import { isRefused, lte } from '../../model';
import { block, deny, ifCapacity, pass, shown, type Check } from './check';

const NAME = 'balance';

/** The cash need, with its margin, fits into the cash that is neither spent nor reserved. */
export const balance: Check = (_, { cash, budgets, exposure }) => {
	if (isRefused(cash)) return deny(NAME, cash);
	const finding = { limit: shown(exposure.freeCash), observed: shown(cash) };
	if (lte(cash, exposure.freeCash)) return pass(NAME, finding);
	const { equity } = budgets;
	return ifCapacity(
		block(NAME, 'BALANCE_INSUFFICIENT', finding),
		!isRefused(equity) && lte(cash, equity),
	);
};
