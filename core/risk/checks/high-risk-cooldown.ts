import { isoTime } from '../../model';
import { block, pass, type Check } from './check';

const NAME = 'high_risk_cooldown';

/** No break after losses at high risk is running. */
export const highRiskCooldown: Check = ({ behaviour: { highRiskCooldownUntil: until }, now }) => {
	if (until === null) return pass(NAME);
	const finding = { limit: isoTime(until), observed: isoTime(now) };
	return block(NAME, 'HIGH_RISK_COOLDOWN', { ...finding, context: { until: isoTime(until) } });
};
