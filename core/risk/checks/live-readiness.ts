import { block, pass, warn, type Check } from './check';

const NAME = 'live_readiness';

/**
 * Real money is risked only on a source that has shown itself ready on one of the member's paper
 * accounts, or that somebody answers for, on record.
 */
export const liveReadiness: Check = ({ account, policy, readiness, signal }) => {
	if (account.kind !== 'live') return pass(NAME, { observed: account.kind });
	const limit = policy.readiness.readyScore;
	const observed = readiness?.best?.score ?? null;
	const finding = { limit, observed, context: { source: signal.source } };
	if (observed !== null && observed >= limit) return pass(NAME, finding);
	if (readiness !== null && readiness.override !== null) {
		const { actor, reason } = readiness.override;
		const context = { source: signal.source, actor, reason };
		return warn(NAME, 'READINESS_OVERRIDDEN', { ...finding, context });
	}
	return block(NAME, observed === null ? 'READINESS_UNKNOWN' : 'READINESS_LOW', finding);
};
