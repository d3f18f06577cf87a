import { SECOND } from '../../../../core/model';
import { createReconciliation, openTradeOf, openTrades } from '../../../../core/orders';
import { requestOf } from '../../../../core/orders/sending/dispatch';
import { describeDatabases } from '../../../support/databases';
import { openTrading, type Trading } from '../../../support/trading';

/** An entry that all five lookups have not found. */
async function givenUp(trading: Trading) {
	trading.venue.plan('submit', 'timeout-before');
	const order = await trading.enter({ type: 'limit', price: 59_900, stop: 59_000, quantity: '0.01', targets: [[62_000, 1]] });
	await pass(trading, 70);
	expect(await trading.orders.get(order.id)).toMatchObject({ state: 'FAILED' });
	return order;
}

async function pass({ database, quotes, orders }: Trading, seconds: number): Promise<void> {
	for (let second = 0; second < seconds; second++) {
		database.clock.advance(SECOND);
		quotes.set('BTC/USDT', 60_000);
		await orders.resolveUnknown();
		await orders.watch();
	}
}

async function compare({ database, kernel, exchanges }: Trading): Promise<void> {
	database.clock.advance(6 * SECOND);
	await createReconciliation(kernel, exchanges).run({ accountId: null, actor: 'operator' });
}

describeDatabases('an entry that was given up and turns up at the venue after all', (open) => {
	test('still working: it is taken back, for somebody may have ordered it anew', async () => {
		const trading = await openTrading(await open());
		const order = await givenUp(trading);
		await trading.venue.inner.submit(trading.accountId, requestOf(order));
		await compare(trading);
		await pass(trading, 2);
		expect(await trading.orders.get(order.id)).toMatchObject({ state: 'CANCELLED', filledQuantity: '0' });
		expect(await trading.venue.openOrders(trading.accountId)).toEqual([]);
		expect(await openTrades(trading.kernel.conn, trading.accountId)).toEqual([]);
		expect(await trading.enter({ quantity: '0.01' })).toMatchObject({ state: 'FILLED' });
	});

	test('filled: the fill counts, and its stop is watched', async () => {
		const trading = await openTrading(await open());
		const { kernel, accountId, orders, venue } = trading;
		const order = await givenUp(trading);
		trading.quotes.set('BTC/USDT', 59_800);
		await venue.inner.submit(accountId, requestOf(order));
		await compare(trading);
		await compare(trading);
		expect(await orders.get(order.id)).toMatchObject({ state: 'FILLED', pending: 'none' });
		expect(await openTradeOf(kernel.conn, accountId, order.symbol)).toMatchObject({
			state: 'OPEN', enteredQuantity: '0.01', stopLoss: '59000',
		});
	});
});
