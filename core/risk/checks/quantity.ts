import { gt, isMultipleOf, isRefused, isZero, lt, mul } from '../../model';
import { venueMaximum } from '../plan';
import { knownMarket } from '../prices';
import { block, deny, pass, shown, type Check } from './check';

const NAME = 'quantity';

/** The quantity is one that the venue takes: minimum, maximum, step and least value. */
export const quantity: Check = (snapshot, { size, reference }) => {
	const market = knownMarket(snapshot);
	if (isRefused(market)) return deny(NAME, market);
	if (isRefused(size)) return deny(NAME, size);
	const most = venueMaximum(snapshot, market);
	const observed = size.quantity;
	if (lt(observed, market.minQuantity) || isZero(observed)) {
		return block(NAME, 'QUANTITY_TOO_SMALL', { limit: market.minQuantity, observed });
	}
	if (gt(observed, most)) return block(NAME, 'QUANTITY_TOO_LARGE', { limit: most, observed });
	if (!isMultipleOf(observed, market.quantityStep)) {
		return block(NAME, 'QUANTITY_STEP', { limit: market.quantityStep, observed });
	}
	if (isRefused(reference)) return deny(NAME, reference);
	const worth = mul(observed, reference);
	if (lt(worth, market.minNotional)) {
		return block(NAME, 'NOTIONAL_TOO_SMALL', { limit: market.minNotional, observed: shown(worth) });
	}
	return pass(NAME, { limit: most, observed });
};
