import { isoTime } from '../../model';
import { block, pass, type Check } from './check';

const NAME = 'loss_cooldown';

/** No break after losses in a row is running. */
export const lossCooldown: Check = ({ behaviour, policy }) => {
	const { cooldownUntil, consecutiveLosses: observed } = behaviour;
	const finding = { limit: policy.behaviour.cooldownLosses, observed };
	if (cooldownUntil === null) return pass(NAME, finding);
	return block(NAME, 'LOSS_COOLDOWN', { ...finding, context: { until: isoTime(cooldownUntil) } });
};
