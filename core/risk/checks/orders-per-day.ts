import { isRefused } from '../../model';
import { knownLimits } from '../prices';
import { block, deny, pass, type Check } from './check';

const NAME = 'orders_per_day';

/** Opening orders of the member's day, with this one, stay within the tier's number. */
export const ordersPerDay: Check = (snapshot) => {
	const limits = knownLimits(snapshot);
	if (isRefused(limits)) return deny(NAME, limits);
	const finding = { limit: limits.ordersPerDay, observed: snapshot.member.ordersToday };
	return finding.observed < finding.limit
		? pass(NAME, finding)
		: block(NAME, 'ORDERS_PER_DAY', finding);
};
