import { block, pass, type Check } from './check';

const NAME = 'unknown_orders';

/** No earlier order of this account and symbol has an outcome that nobody knows yet. */
export const unknownOrders: Check = ({ hasUnknownOrder, market, signal }) => {
	const context = { symbol: market?.symbol ?? signal.symbol };
	return hasUnknownOrder
		? block(NAME, 'ORDER_UNKNOWN', { limit: 0, observed: 1, context })
		: pass(NAME, { limit: 0, observed: 0 });
};
