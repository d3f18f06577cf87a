import { block, pass, type Check } from './check';

const NAME = 'engine_heartbeat';

/**
 * The engine is alive wherever a stop would not rest at the venue without it: where the venue keeps no
 * stops, and for entries that wait there, since the engine puts the stop beside them when they fill.
 * Seconds.
 */
export const engineHeartbeat: Check = ({ now, policy, venue, signal, engineBeatAt }) => {
	const limit = policy.risk.heartbeatFreshSeconds;
	const age = engineBeatAt === null ? null : (now - engineBeatAt) / 1000;
	const finding = { limit, observed: age };
	const restsAtOnce = venue.restingStop && signal.orderType === 'market';
	if (restsAtOnce || (age !== null && Math.abs(age) <= limit)) return pass(NAME, finding);
	return block(NAME, 'MONITOR_DEAD', finding);
};
