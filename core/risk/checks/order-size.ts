import { decimal, gt, isRefused, mul, venueLimits } from '../../model';
import { block, deny, pass, shown, type Check } from './check';

const NAME = 'order_size';

/** No opening order is larger than a slip of the finger could be. */
export const orderSize: Check = ({ policy, venue, market }, { size, reference }) => {
	const { maxQuantity, maxNotional } = venueLimits(policy.compliance, venue.name);
	if (isRefused(size)) return deny(NAME, size);
	const observed = size.quantity;
	if (maxQuantity !== null && gt(observed, decimal(maxQuantity))) {
		return block(NAME, 'ORDER_QUANTITY_LIMIT', { limit: maxQuantity, observed });
	}
	if (maxNotional === null) return pass(NAME, { limit: maxQuantity, observed });
	if (isRefused(reference)) return deny(NAME, reference);
	const worth = mul(observed, reference);
	const finding = { limit: maxNotional, observed: shown(worth), context: { currency: market?.quote ?? '' } };
	return gt(worth, decimal(maxNotional)) ? block(NAME, 'ORDER_VALUE_LIMIT', finding) : pass(NAME, finding);
};
