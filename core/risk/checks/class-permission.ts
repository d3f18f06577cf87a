import { isRefused } from '../../model';
import { knownLimits, signalClass } from '../prices';
import { block, deny, pass, type Check } from './check';

const NAME = 'class_permission';

/** The tier may execute signals of this class; seeing them is not enough. */
export const classPermission: Check = (snapshot) => {
	const limits = knownLimits(snapshot);
	if (isRefused(limits)) return deny(NAME, limits);
	const observed = signalClass(snapshot.signal);
	const finding = { limit: limits.classesExecuted.join(', '), observed };
	if (limits.classesExecuted.includes(observed)) return pass(NAME, finding);
	const context = { tier: limits.tier, class: observed };
	return block(NAME, 'CLASS_NOT_PERMITTED', { ...finding, context });
};
