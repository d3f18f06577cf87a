import { add, isRefused, lte } from '../../model';
import { block, deny, ifCapacity, pass, shown, type Check } from './check';

const NAME = 'total_open_risk';

/** What all open trades, reservations and this order may lose stays within a share of the equity. */
export const totalOpenRisk: Check = (_, { risk, budgets, exposure }) => {
	const limit = budgets.openRisk;
	if (isRefused(risk)) return deny(NAME, risk);
	if (isRefused(limit)) return deny(NAME, limit);
	if (isRefused(exposure.openRisk)) return deny(NAME, exposure.openRisk);
	const total = add(exposure.openRisk, risk);
	const finding = { limit: shown(limit), observed: shown(total) };
	if (lte(total, limit)) return pass(NAME, finding);
	return ifCapacity(block(NAME, 'TOTAL_OPEN_RISK', finding), lte(risk, limit));
};
