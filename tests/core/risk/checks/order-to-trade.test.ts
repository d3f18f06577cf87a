import { orderToTrade } from '../../../../core/risk/checks/order-to-trade';
import { describeCheck } from '../snapshots';

describeCheck('order_to_trade', orderToTrade, [
	['the first of the day', {}, { result: 'pass', limit: '20', observed: '1' }],
	['the 20th without a fill', { orderDay: { openingOrders: 19 } }, { result: 'pass', observed: '20' }],
	['the 21st', { orderDay: { openingOrders: 20 } }, {
		result: 'block', code: 'ORDER_TO_TRADE', limit: '20', observed: '21',
	}],
	['replaces and cancels count', { orderDay: { openingOrders: 5, replacesAndCancels: 15 } }, {
		result: 'block', observed: '21',
	}],
	['ten a fill', { orderDay: { openingOrders: 29, openingFills: 3 } }, { result: 'pass', limit: '30' }],
	['and no more', { orderDay: { openingOrders: 30, openingFills: 3 } }, { result: 'block' }],
]);
