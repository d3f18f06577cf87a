import { block, pass, type Check } from './check';

const NAME = 'order_to_trade';

/** Opening orders, replaces and cancels of the day, with this order, per opening fill. */
export const orderToTrade: Check = ({ policy, orderDay }) => {
	const { orderToTradeBase, orderToTradePerFill } = policy.risk;
	const limit = Math.max(orderToTradeBase, orderToTradePerFill * orderDay.openingFills);
	const observed = orderDay.openingOrders + orderDay.replacesAndCancels + 1;
	const finding = { limit, observed, context: { fills: orderDay.openingFills } };
	return observed > limit ? block(NAME, 'ORDER_TO_TRADE', finding) : pass(NAME, finding);
};
