import { createClient } from '../../../../core/exchange/ccxt/client';
import { profileOf } from '../../../../core/exchange/ccxt/profiles';
import { CCXT_VENUES } from '../../../../core/exchange/ccxt/venue-list';
import { capabilitiesOf, SUPPORTED_VENUES, VENUE_CAPABILITIES } from '../../../../core/exchange/venue-table';

describe.each([...SUPPORTED_VENUES])('%s', (id) => {
	const can = VENUE_CAPABILITIES[id];
	const client: any = createClient(profileOf(id)!, { mode: 'live', apiUrl: null, streamUrl: null, keys: null });
	const features = id === 'binanceusdm' ? client.features.swap.linear : client.features.spot;
	const order = features.createOrder;

	test('does what ccxt says that it can', () => {
		expect({
			attachedStop: order.attachedStopLossTakeProfit !== undefined,
			trailing: order.trailing,
			watchOrders: client.has.watchOrders,
			postOnly: order.timeInForce.PO,
			testnet: CCXT_VENUES.find(([known]) => known === id)?.[2],
		}).toEqual({
			attachedStop: can.attachedStop,
			trailing: can.trailing,
			watchOrders: can.watchOrders,
			postOnly: can.postOnly,
			testnet: can.testnet,
		});
		// By a call of its own that ccxt has no common name for.
		const countdown = id === 'binanceusdm' && typeof client.fapiPrivatePostCountdownCancelAll === 'function';
		// What ccxt calls so at Bybit is no timer that can be renewed.
		const timer = id !== 'bybit' && client.has.cancelAllOrdersAfter === true;
		expect(can.cancelAllAfter !== false).toBe(timer || countdown);
		expect(profileOf(id)?.cancelAllAfter !== undefined).toBe(can.cancelAllAfter !== false);
		for (const time of can.timeInForce) expect([time, order.timeInForce[time]]).toEqual([time, true]);
		if (can.orderTypes.includes('stop')) {
			expect(order.triggerPrice === true || order.stopLossPrice === true).toBe(true);
		}
		if (can.amend) expect(client.has.editOrder).toBe(true);
	});

	test('takes pairs exactly where its profile sends them by a call that ccxt has', () => {
		expect(profileOf(id)?.oco !== undefined).toBe(can.nativeOco);
		if (can.nativeOco) expect(typeof client.privatePostOrderListOco).toBe('function');
	});

	test('has every call that its look-ups, lists and prices need', () => {
		for (const call of ['fetchOpenOrders', 'fetchMyTrades', 'fetchBalance', 'cancelOrder', 'fetchOrder']) {
			expect([call, client.has[call]]).toEqual([call, true]);
		}
		expect(client.has.fetchBidsAsks === true || client.has.fetchTickers === true).toBe(true);
		if (can.shortSelling) expect(client.has.fetchPositions).toBe(true);
	});

	test('goes short only where positions are derivatives, and a stop that rests can be sent', () => {
		expect(can.shortSelling).toBe(id === 'binanceusdm');
		expect(can.reduceOnly).toBe(can.shortSelling);
		if (can.restingStop) expect(can.orderTypes).toContain('stop');
	});
});

test('no other venue has capabilities', () => {
	expect(capabilitiesOf('mexc')).toBeNull();
	expect(capabilitiesOf('paper')).toBeNull();
	expect(capabilitiesOf('toString')).toBeNull();
});
