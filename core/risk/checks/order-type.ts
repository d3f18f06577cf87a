import { block, pass, type Check } from './check';

const NAME = 'order_type';

/** The venue takes entries of this type. */
export const orderType: Check = ({ venue, signal }) => {
	const finding = { limit: venue.orderTypes.join(', '), observed: signal.orderType };
	return venue.orderTypes.includes(signal.orderType)
		? pass(NAME, finding)
		: block(NAME, 'ORDER_TYPE_UNSUPPORTED', finding);
};
