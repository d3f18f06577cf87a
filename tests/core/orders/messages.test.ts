import { messagesSince } from '../../../core/orders';
import { testCore } from '../../support/core';
import { describeDatabases } from '../../support/databases';

describeDatabases('messages to a venue', (open) => {
	it('are orders, cancels and replaces from a moment on, of an account or of all at the venue', async () => {
		const database = await open();
		const { core, market, member, submit, run, ticks } = testCore(database);
		const { conn } = core.kernel;
		const [one, two] = [await member(), await member()];
		const alert = { source: 'ema-cross', side: 'buy', class: 'SNIPER_OPS', confidence: 95, members: [one.handle, two.handle] };
		await ticks(2);
		const began = database.clock.now();
		await run(await submit({
			...alert, symbol: 'ETH/USDT', order_type: 'limit', entry: market.away('ETH/USDT', -5),
			stop_loss: market.away('ETH/USDT', -10), take_profit: [{ price: market.away('ETH/USDT', 15), share: 1 }],
		}));
		const of = async (accountId: `acc_${string}`, since = began) => messagesSince(conn, { accountId }, since);
		expect(await of(one.accountId)).toBe(1);
		await ticks(3);
		const [order] = await core.orders.list({ accountId: one.accountId, limit: 1 });
		const cancelled = database.clock.now();
		await core.orders.cancel(order?.id ?? 'ord_', 'operator');
		expect(await of(one.accountId)).toBe(2);
		expect(await of(one.accountId, cancelled)).toBe(1);
		expect(await of(one.accountId, cancelled + 1)).toBe(0);
		expect(await of(two.accountId)).toBe(1);
		expect(await messagesSince(conn, { venue: 'paper' }, began)).toBe(3);
		expect(await messagesSince(conn, { venue: 'nse' }, began)).toBe(0);
	});
});
