import { add, gt, gte, isRefused, lte, mul } from '../../model';
import { block, deny, ifCapacity, pass, shown, warn, type Check } from './check';

const NAME = 'daily_loss';

/** Today's losses, what is open and reserved, and this order together stay within the daily stop. */
export const dailyLoss: Check = ({ policy }, { risk, budgets, exposure }) => {
	const { dailyUsed, realisedLoss } = exposure;
	const limit = budgets.dailyLoss;
	if (isRefused(risk)) return deny(NAME, risk);
	if (isRefused(limit)) return deny(NAME, limit);
	if (isRefused(dailyUsed)) return deny(NAME, dailyUsed);
	const used = add(dailyUsed, risk);
	const finding = { limit: shown(limit), observed: shown(used) };
	if (gt(used, limit)) {
		const alone = lte(add(realisedLoss, risk), limit);
		return ifCapacity(block(NAME, 'DAILY_LOSS_LIMIT', finding), alone);
	}
	const near = gte(used, mul(limit, policy.risk.dailyLossWarnShare));
	return near ? warn(NAME, 'DAILY_LOSS_NEAR', finding) : pass(NAME, finding);
};
