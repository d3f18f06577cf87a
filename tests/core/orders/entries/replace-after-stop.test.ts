import type { SubmitReport, SubmitRequest, VenueFill, VenueReport } from '../../../../core/exchange';
import { decimal, isRefused, SECOND, ZERO } from '../../../../core/model';
import { findTrade, type Order } from '../../../../core/orders';
import { bookReport } from '../../../../core/orders/booking/book';
import { describeDatabases } from '../../../support/databases';
import { openTrading } from '../../../support/trading';

/** What the venue says of an order of which `filled` has filled. */
function told(request: SubmitRequest, filled: string, price: string): VenueReport {
	const { clientOrderId, symbol, side, quantity } = request;
	const venueOrderId = `v-${clientOrderId}`;
	const amount = decimal(filled);
	const fill: VenueFill = {
		venueTradeId: `${venueOrderId}-${filled}`, venueOrderId, clientOrderId, symbol, side, quantity: amount,
		price: decimal(price), fee: ZERO, feeCurrency: 'USDT', at: 1,
	};
	const state = amount === ZERO ? 'OPEN' : amount === quantity ? 'FILLED' : 'PARTIALLY_FILLED';
	return {
		order: { ...request, venueOrderId, state, filledQuantity: amount, message: null, createdAt: 1 },
		fills: amount === ZERO ? [] : [fill],
	};
}

const requestOf = (order: Order): SubmitRequest => ({ ...order, timeInForce: 'GTC' });

describeDatabases('a replacement that waits while the resting stop closes the trade', (open) => {
	test('never goes out: it would enter again where the stop has just left', async () => {
		const trading = await openTrading(await open(), { capabilities: { restingStop: true } });
		const { kernel, venue, orders, exchanges } = trading;
		const entry = await trading.enter({ type: 'limit', price: 59_000, quantity: '0.01', stop: 57_000 });
		const submit = venue.submit.bind(venue);
		venue.submit = async (accountId, request): Promise<SubmitReport> =>
			request.triggerPrice === null
				? submit(accountId, request)
				: { kind: 'accepted', ...told(request, '0', '0') };
		await bookReport(kernel, entry, told(requestOf(entry), '0.004', '59000'));
		await orders.watch();
		const stop = (await orders.list({})).find(({ leg }) => leg === 'stop');
		if (stop === undefined) throw new Error('no stop');
		expect(stop).toMatchObject({ state: 'OPEN', quantity: '0.004' });
		venue.plan('cancel', 'timeout-before');
		const market = await exchanges.for('paper').resolve('BTC/USDT');
		if (market === null) throw new Error('no market');
		const wish = { orderId: entry.id, wish: { price: decimal(58_000) }, actor: 'member:x' };
		const next = await orders.requestSaferReplace(wish, market);
		if (isRefused(next)) throw new Error(next.code);
		expect(await orders.carryOutReplace(next)).toMatchObject({ state: 'CREATED', waitsFor: entry.id });
		await bookReport(kernel, stop, told(requestOf(stop), '0.004', '57000'));
		expect(await findTrade(kernel.conn, entry.tradeId ?? 'trd_')).toMatchObject({ state: 'CLOSING' });
		const sent = venue.submits().length;
		await orders.continueReplaces();
		trading.database.clock.advance(2 * SECOND);
		await orders.dispatchDue();
		expect(await orders.get(next.id)).toMatchObject({ state: 'CANCELLED', submittingAt: null });
		expect(await orders.get(entry.id)).toMatchObject({ state: 'CANCELLED', filledQuantity: '0.004' });
		expect(venue.submits()).toHaveLength(sent);
		expect(await findTrade(kernel.conn, entry.tradeId ?? 'trd_')).toMatchObject({ state: 'CLOSED' });
	});
});
