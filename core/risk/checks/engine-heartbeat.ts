import { block, pass, type Check } from './check';

const NAME = 'engine_heartbeat';

/** Where stops do not rest at the venue, the engine that guards them is alive. Seconds. */
export const engineHeartbeat: Check = ({ now, policy, venue, engineBeatAt }) => {
	const limit = policy.risk.heartbeatFreshSeconds;
	const age = engineBeatAt === null ? null : (now - engineBeatAt) / 1000;
	const finding = { limit, observed: age };
	if (venue.restingStop || (age !== null && age <= limit)) return pass(NAME, finding);
	return block(NAME, 'MONITOR_DEAD', finding);
};
