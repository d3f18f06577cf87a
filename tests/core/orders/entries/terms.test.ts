import type { SubmitRequest, VenueCapabilities } from '../../../../core/exchange';
import { HOUR, SECOND } from '../../../../core/model';
import { findTrade, PLAIN_TERMS, type EntryTerms } from '../../../../core/orders';
import { describeDatabases } from '../../../support/databases';
import { openTrading, type Trading } from '../../../support/trading';

const ALL: Partial<VenueCapabilities> = { timeInForce: ['GTC', 'IOC', 'FOK'], postOnly: true };
const terms = (change: Partial<EntryTerms>): EntryTerms => ({ ...PLAIN_TERMS, ...change });

/** What the venue is asked, in order. */
function listen(trading: Trading): SubmitRequest[] {
	const asked: SubmitRequest[] = [];
	const submit = trading.venue.submit.bind(trading.venue);
	trading.venue.submit = async (accountId, request) => {
		asked.push(request);
		return submit(accountId, request);
	};
	return asked;
}

describeDatabases('orders on terms', (open) => {
	test.each<[Partial<EntryTerms>, Partial<SubmitRequest>]>([
		[{}, { timeInForce: 'GTC', postOnly: false }],
		[{ timeInForce: 'IOC' }, { timeInForce: 'IOC', postOnly: false }],
		[{ timeInForce: 'FOK' }, { timeInForce: 'FOK', postOnly: false }],
		[{ postOnly: true }, { timeInForce: 'GTC', postOnly: true }],
		[{ timeInForce: 'DAY', postOnly: true }, { timeInForce: 'GTC', postOnly: true }],
	])('%j reaches the venue', async (chosen, request) => {
		const trading = await openTrading(await open(), { capabilities: ALL });
		const asked = listen(trading);
		const order = await trading.enter({ type: 'limit', price: 59_000, terms: terms(chosen) });
		expect(asked).toMatchObject([request]);
		expect(await trading.orders.get(order.id)).toMatchObject({
			timeInForce: chosen.timeInForce ?? 'GTC', postOnly: chosen.postOnly ?? false,
		});
	});

	test('what the venue cannot do is denied with its code, before anything is sent', async () => {
		const capabilities = { timeInForce: ['GTC'], postOnly: false } as const;
		const trading = await openTrading(await open(), { capabilities });
		const order = await trading.enter({ type: 'limit', price: 59_000, terms: terms({ timeInForce: 'FOK' }) });
		expect(order).toMatchObject({ state: 'DENIED', code: 'TIME_IN_FORCE_UNSUPPORTED', tradeId: null });
		expect(trading.venue.arrived).toEqual([]);
		expect(await trading.enter({ type: 'limit', price: 59_000 })).toMatchObject({ state: 'OPEN' });
	});

	test.each(['IOC', 'FOK'] as const)('on paper, %s fills at once or not at all', async (timeInForce) => {
		const trading = await openTrading(await open());
		const missed = await trading.enter({ type: 'limit', price: 59_000, terms: terms({ timeInForce }) });
		expect(missed).toMatchObject({ state: 'EXPIRED', filledQuantity: '0' });
		expect(await findTrade(trading.kernel.conn, missed.tradeId ?? 'trd_')).toMatchObject({ state: 'CANCELLED' });
		expect(await trading.enter({ type: 'limit', price: 60_100, terms: terms({ timeInForce }) })).toMatchObject({ state: 'FILLED' });
	});

	test('on paper, post-only rests or is refused', async () => {
		const trading = await openTrading(await open());
		const resting = await trading.enter({ type: 'limit', price: 59_000, terms: terms({ postOnly: true }) });
		expect(resting).toMatchObject({ state: 'OPEN', postOnly: true });
		await trading.orders.cancel(resting.id, 'x');
		expect(await trading.enter({ type: 'limit', price: 60_100, terms: terms({ postOnly: true }) })).toMatchObject({
			filledQuantity: '0', state: 'REJECTED',
		});
	});

	test('a day order lives to the end of the account’s day', async () => {
		const trading = await openTrading(await open(), { zone: 'America/New_York' });
		const order = await trading.enter({ type: 'limit', price: 59_000, terms: terms({ timeInForce: 'DAY' }) });
		const midnight = Date.UTC(2026, 10, 21, 5);
		expect(order).toMatchObject({ expiresAt: midnight, emulated: ['good_till'], timeInForce: 'DAY' });
		trading.database.clock.set(midnight - 1);
		expect(await trading.orders.expireDue()).toBe(0);
		trading.database.clock.set(midnight);
		expect(await trading.orders.expireDue()).toBe(1);
		expect(await trading.orders.get(order.id)).toMatchObject({ state: 'EXPIRED', code: 'ORDER_EXPIRED', pending: 'none' });
		expect(await findTrade(trading.kernel.conn, order.tradeId ?? 'trd_')).toMatchObject({ state: 'CANCELLED' });
		expect(await trading.orders.expireDue()).toBe(0);
	});

	test('what an order filled before its time stays, with its stop', async () => {
		const trading = await openTrading(await open());
		const goodTill = trading.database.clock.now() + HOUR;
		const order = await trading.enter({ type: 'limit', price: 59_000, terms: terms({ timeInForce: 'GTD', goodTill }) });
		// The venue filled a part and tells of it only with the answer to the cancel.
		const { cancel } = trading.venue;
		const part = {
			venueTradeId: 'part-1', venueOrderId: order.venueOrderId ?? '', clientOrderId: order.clientOrderId,
			symbol: order.symbol, side: order.side, quantity: '0.004', price: '59000', fee: '0.236', feeCurrency: 'USDT',
			at: goodTill - 5,
		};
		trading.venue.cancel = async (...args) => {
			const report = await cancel.apply(trading.venue, args);
			if (report.kind !== 'cancelled') return report;
			return { ...report, order: { ...report.order, filledQuantity: '0.004' }, fills: [part] } as never;
		};
		trading.database.clock.set(goodTill);
		await trading.orders.expireDue();
		expect(await trading.orders.get(order.id)).toMatchObject({ state: 'EXPIRED', filledQuantity: '0.004' });
		expect(await findTrade(trading.kernel.conn, order.tradeId ?? 'trd_')).toMatchObject({
			state: 'OPEN', enteredQuantity: '0.004', stopLoss: '59000',
		});
	});

	test('an order that fills at its very end is filled, not expired', async () => {
		const trading = await openTrading(await open());
		const goodTill = trading.database.clock.now() + HOUR;
		const order = await trading.enter({ type: 'limit', price: 59_000, terms: terms({ timeInForce: 'GTD', goodTill }) });
		trading.quotes.set('BTC/USDT', 58_900);
		trading.database.clock.set(goodTill);
		await trading.orders.expireDue();
		expect(await trading.orders.get(order.id)).toMatchObject({ state: 'FILLED', code: null });
	});

	test('a cancel at the end that has no answer is asked again until it has', async () => {
		const trading = await openTrading(await open());
		const goodTill = trading.database.clock.now() + HOUR;
		const order = await trading.enter({ type: 'limit', price: 59_000, terms: terms({ timeInForce: 'GTD', goodTill }) });
		trading.database.clock.set(goodTill);
		trading.venue.plan('cancel', 'timeout-before');
		await trading.orders.expireDue();
		expect(await trading.orders.get(order.id)).toMatchObject({ state: 'OPEN', pending: 'cancel' });
		expect(await trading.orders.expireDue()).toBe(0);
		trading.database.clock.advance(2 * SECOND);
		await trading.orders.watch();
		expect(await trading.orders.get(order.id)).toMatchObject({ state: 'EXPIRED', code: 'ORDER_EXPIRED' });
	});

	test('an order that is over before it was sent is denied', async () => {
		const trading = await openTrading(await open());
		const goodTill = trading.database.clock.now() + 2;
		const waiting = await trading.create({ type: 'limit', price: 59_000, terms: terms({ timeInForce: 'GTD', goodTill }) });
		trading.database.clock.advance(2);
		expect(await trading.orders.dispatch(waiting.id)).toMatchObject({ state: 'DENIED', code: 'ORDER_EXPIRED' });
		expect(trading.venue.arrived).toEqual([]);
	});

	test('a person’s cancel before the time stays a cancel', async () => {
		const trading = await openTrading(await open());
		const goodTill = trading.database.clock.now() + HOUR;
		const order = await trading.enter({ type: 'limit', price: 59_000, terms: terms({ timeInForce: 'GTD', goodTill }) });
		expect(await trading.orders.cancel(order.id, 'operator')).toMatchObject({ state: 'CANCELLED', code: null });
	});
});

describeDatabases('entry types', (open) => {
	test('a stop rests until its trigger and fills where the market is then', async () => {
		const trading = await openTrading(await open());
		const order = await trading.enter({ type: 'stop', trigger: 60_500, stop: 59_000, targets: [[64_000, 1]] });
		expect(order).toMatchObject({ state: 'OPEN', price: null, triggerPrice: '60500' });
		await trading.orders.watch();
		expect(await trading.orders.get(order.id)).toMatchObject({ state: 'OPEN' });
		trading.quotes.set('BTC/USDT', 60_600);
		await trading.orders.watch();
		expect(await trading.orders.get(order.id)).toMatchObject({ state: 'FILLED', averagePrice: '60618.18' });
		expect(await findTrade(trading.kernel.conn, order.tradeId ?? 'trd_')).toMatchObject({ state: 'OPEN' });
	});

	test('a stop-limit wakes at its trigger and then waits at its limit', async () => {
		const trading = await openTrading(await open());
		const order = await trading.enter({
			type: 'stop_limit', trigger: 60_500, price: 60_510, stop: 59_000, targets: [[64_000, 1]],
		});
		expect(order).toMatchObject({ state: 'OPEN', price: '60510', triggerPrice: '60500' });
		trading.quotes.set('BTC/USDT', 60_600);
		await trading.orders.watch();
		expect(await trading.orders.get(order.id)).toMatchObject({ state: 'TRIGGERED', filledQuantity: '0' });
		trading.quotes.set('BTC/USDT', 60_490);
		await trading.orders.watch();
		const filled = await trading.orders.get(order.id);
		expect(filled).toMatchObject({ state: 'FILLED' });
		expect(Number(filled?.averagePrice)).toBeLessThanOrEqual(60_510);
	});
});
