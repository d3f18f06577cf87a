import { gte, isRefused, refuse } from '../../model';
import { knownLimits } from '../prices';
import { block, deny, pass, policyNumber, type Check } from './check';

const NAME = 'confidence';

/** The confidence reaches the floor of the tier, and that of the mode which fires by itself. */
export const confidence: Check = (snapshot) => {
	const limits = knownLimits(snapshot);
	const observed = snapshot.signal.confidence;
	if (isRefused(limits)) return deny(NAME, limits);
	const floor = snapshot.mode === 'FULL_AUTO' ? limits.autoConfidence : 0;
	const required = policyNumber(Math.max(limits.minConfidence, floor));
	if (observed === null) return deny(NAME, refuse('CONFIDENCE_MISSING', { limit: required }));
	const finding = { limit: required, observed };
	return gte(observed, required) ? pass(NAME, finding) : block(NAME, 'CONFIDENCE_LOW', finding);
};
