import { decimal, isRefused, lte } from '../../model';
import { largestWithin } from '../sizing';
import { block, deny, pass, shown, type Check } from './check';

const NAME = 'risk_per_trade';
/** Of markets that are not known. */
const FINEST_STEP = decimal('0.00000001');

/** The loss if stopped, with fees, stays within the tier's share of the equity. */
export const riskPerTrade: Check = ({ market }, { risk, unitRisk, budgets }) => {
	if (isRefused(risk)) return deny(NAME, risk);
	if (isRefused(unitRisk)) return deny(NAME, unitRisk);
	if (isRefused(budgets.risk)) return deny(NAME, budgets.risk);
	const finding = { limit: shown(budgets.risk), observed: shown(risk) };
	if (lte(risk, budgets.risk)) return pass(NAME, finding);
	const fits = largestWithin(budgets.risk, unitRisk, market?.quantityStep ?? FINEST_STEP);
	return block(NAME, 'RISK_PER_TRADE', { ...finding, context: { max_quantity: fits } });
};
