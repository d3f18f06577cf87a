import { closeClients } from '../../../../core/exchange/ccxt/registry';
import { tick, openVenueWorld } from '../../../support/binance/world';
import { describeDatabases } from '../../../support/databases';

describeDatabases('an order that was given up and then arrives', (open) => {
	test('is ours when it turns up filled, also while the venue does not tell its executions', async () => {
		const world = await openVenueWorld(await open());
		try {
			const { server } = world;
			const account = await world.addAccount({ commission: 'quote' });
			const process = world.start({ reconcile: true });
			const { conn } = process.kernel;
			const wait = async (seconds: number): Promise<void> => {
				for (let second = 0; second < seconds; second += 2) await tick(world, process, 2);
			};
			const corrections = async (): Promise<unknown[]> => [
				...(await conn('adjustments').where({ account_id: account.accountId })),
				...(await conn('external_holdings').where({ account_id: account.accountId })),
			];
			await wait(10);
			server.plan({ kind: 'arrives-late', ms: 100_000, call: 'submit' });
			const created = await world.create(process, account, { type: 'limit', price: 59_700, stop: 55_000 });
			await process.orders.dispatch(created.id);
			await wait(70);
			expect((await process.orders.get(created.id))?.state).toBe('FAILED');
			server.setPrice('BTCUSDT', 58_000, 58_001);
			const silent = server.plan({ kind: 'status', status: 503, call: 'myTrades', times: 1_000 });
			await wait(150);
			expect(server.account(account.accountId).trades).toHaveLength(1);
			expect(await corrections()).toEqual([]);
			silent.cancel();
			await wait(60);
			expect(await process.orders.get(created.id)).toMatchObject({ state: 'FILLED', filledQuantity: '0.01' });
			expect(await corrections()).toEqual([]);
			expect(server.account(account.accountId).openOrders).toEqual([
				expect.objectContaining({ type: 'STOP_LOSS', side: 'SELL', origQty: '0.01000000' }),
			]);
		} finally {
			await closeClients();
			await world.close();
		}
	});
});
