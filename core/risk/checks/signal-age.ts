import { block, pass, type Check } from './check';

const NAME = 'signal_age';

/** The signal was neither old nor dated in the future when it arrived. Seconds. */
export const signalAge: Check = ({ policy, signal }) => {
	const { staleSeconds, futureSeconds } = policy.intake;
	const age = (signal.receivedAt - signal.createdAt) / 1000;
	if (age > staleSeconds) {
		const context = { age_s: age, limit_s: staleSeconds };
		return block(NAME, 'SIGNAL_STALE', { limit: staleSeconds, observed: age, context });
	}
	if (-age > futureSeconds) {
		const context = { ahead_s: -age, limit_s: futureSeconds };
		return block(NAME, 'SIGNAL_FROM_FUTURE', { limit: -futureSeconds, observed: age, context });
	}
	return pass(NAME, { limit: staleSeconds, observed: age });
};
