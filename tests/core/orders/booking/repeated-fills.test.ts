import { describeDatabases } from '../../../support/databases';
import { openTrading } from '../../../support/trading';
import { bookReport } from '../../../../core/orders/booking/book';

describeDatabases('a fill that is told again', (open) => {
	test('after its trade is over: it opens no other trade and raises nothing', async () => {
		const trading = await openTrading(await open());
		const { kernel, accountId, orders, exchanges } = trading;
		const entry = await trading.enter();
		expect(entry.state).toBe('FILLED');
		trading.database.clock.advance(5_000);
		await orders.closePosition({ accountId, symbol: entry.symbol, reason: 'manual', actor: 'operator' });
		const before: unknown[] = await kernel.conn('trades');
		expect(before).toEqual([expect.objectContaining({ state: 'CLOSED' })]);
		const report = await exchanges.for('paper').lookup(accountId, entry.clientOrderId, entry.symbol);
		if (report === null) throw new Error('no report');
		await bookReport(kernel, entry, report);
		expect(await kernel.conn('trades')).toEqual(before);
		expect(await kernel.conn('issues')).toEqual([]);
		expect(await kernel.conn('fills')).toHaveLength(2);
	});
});
