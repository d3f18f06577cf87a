import { gte, isRefused, refuse } from '../../model';
import { floorOfTierAndMode, requiredConfidence, type RequiredConfidence } from '../confidence';
import { knownLimits } from '../prices';
import { block, deny, pass, policyNumber, type Check } from './check';

const NAME = 'confidence';

/** What raised the requirement, in words. */
function why({ base, afterLosses, news }: RequiredConfidence): string {
	const losses = afterLosses > 0 ? [`${afterLosses} after losses in a row`] : [];
	const events = news > 0 ? [`${news} while news are near`] : [];
	return `That is ${base} and ${[...losses, ...events].join(' and ')}.`;
}

/**
 * The confidence reaches what is required: the floors of tier and mode, or, when losses or news raise
 * it, the highest of all floors with what they add. An unraised class floor is a check of its own.
 */
export const confidence: Check = (snapshot) => {
	const limits = knownLimits(snapshot);
	const observed = snapshot.signal.confidence;
	if (isRefused(limits)) return deny(NAME, limits);
	const needed = requiredConfidence(snapshot, limits);
	const raised = needed.required > needed.base;
	const required = policyNumber(raised ? needed.required : floorOfTierAndMode(snapshot, limits));
	if (observed === null) return deny(NAME, refuse('CONFIDENCE_MISSING', { limit: required }));
	const finding = { limit: required, observed };
	if (gte(observed, required)) return pass(NAME, finding);
	const low = block(NAME, 'CONFIDENCE_LOW', finding);
	return raised ? { ...low, message: `${low.message} ${why(needed)}` } : low;
};
