import { abs, div, isRefused, isZero, lt, mul, sub } from '../../model';
import { isAhead, openingSide } from '../prices';
import { block, deny, pass, shown, shownRatio, warn, type Check } from './check';

const NAME = 'reward_risk';

/** The share-weighted target is far enough ahead for the distance of the stop, before fees. */
export const rewardRisk: Check = ({ signal, policy }, plan) => {
	const { reference, stop, target, targets, minTakeProfit } = plan;
	if (isRefused(target)) return deny(NAME, target);
	if (isRefused(stop)) return deny(NAME, stop);
	if (isRefused(reference)) return deny(NAME, reference);
	const wrong = targets.find(({ price }) => !isAhead(openingSide(signal), price, reference));
	if (wrong !== undefined) {
		const finding = { limit: shown(reference), observed: shown(wrong.price) };
		return block(NAME, 'TAKE_PROFIT_WRONG_SIDE', finding);
	}
	const distance = abs(sub(reference, stop));
	if (isZero(distance)) {
		return block(NAME, 'STOP_LOSS_EQUALS_ENTRY', { limit: shown(reference), observed: shown(stop) });
	}
	const reward = abs(sub(target, reference));
	const observed = shownRatio(div(reward, distance));
	const { rewardRiskMin: least, rewardRiskWarn: preferred } = policy.risk;
	if (lt(reward, mul(distance, least))) {
		const nearest = isRefused(minTakeProfit) ? null : shown(minTakeProfit);
		return block(NAME, 'REWARD_RISK', { limit: least, observed, context: { min_take_profit: nearest } });
	}
	return lt(reward, mul(distance, preferred))
		? warn(NAME, 'REWARD_RISK_LOW', { limit: preferred, observed })
		: pass(NAME, { limit: least, observed });
};
