import { pass, warn, type Check } from './check';

const NAME = 'medic_mode';

/** Tells that the account trades small today; sizes and positions are cut where they are planned. */
export const medicMode: Check = ({ behaviour: { medic, riskFactor }, policy }) => {
	const { lossPercent: limit, positions } = policy.behaviour.medic;
	if (!medic) return pass(NAME, { limit });
	return warn(NAME, 'MEDIC_MODE', { limit, context: { positions, factor: riskFactor } });
};
