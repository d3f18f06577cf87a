import { gte, isRefused, refuse } from '../../model';
import { knownLimits, signalClass } from '../prices';
import { block, deny, pass, policyNumber, type Check } from './check';

const NAME = 'class_floor';

/** The confidence reaches the floor of the signal's class for this tier. */
export const classFloor: Check = (snapshot) => {
	const limits = knownLimits(snapshot);
	const observed = snapshot.signal.confidence;
	if (isRefused(limits)) return deny(NAME, limits);
	const judged = signalClass(snapshot.signal);
	const required = policyNumber(limits.classFloors[judged]);
	if (observed === null) return deny(NAME, refuse('CONFIDENCE_MISSING', { limit: required }));
	const finding = { limit: required, observed };
	if (gte(observed, required)) return pass(NAME, finding);
	return block(NAME, 'CLASS_FLOOR', { ...finding, context: { class: judged } });
};
