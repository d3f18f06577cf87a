import { createEmergency } from '../../../../core/emergency';
import { MINUTE, SECOND } from '../../../../core/model';
import { listOpenTrips, trip } from '../../../../core/safety';
import { describeDatabases } from '../../../support/databases';
import { openTrading } from '../../../support/trading';

describeDatabases('flattening an account on which our books have nothing open any more', (open) => {
	it('asks the venue about what ended shortly before, and takes back what rests there still', async () => {
		const trading = await openTrading(await open());
		const { kernel, orders, exchanges, venue, accountId, database } = trading;
		const { clientOrderId } = await trading.enter({ type: 'limit', price: '50000', quantity: '0.01' });
		const now = database.clock.now();
		// Given up: a venue that shows an order late was asked five times.
		await kernel.conn('orders').update({ state: 'FAILED', closed_at: now });
		await kernel.conn('trades').update({ state: 'CANCELLED', closed_at: now });
		await kernel.conn('accounts').where({ id: accountId }).update({ kind: 'live' });
		expect(await venue.inner.openOrders(accountId)).toHaveLength(1);
		database.clock.advance(10 * MINUTE);
		await kernel.transaction(async (trx) => trip(trx, kernel, {
			scope: 'account', scopeId: accountId, state: 'FLATTENING', cause: 'person', reason: 'x', rearm: 'hand', actor: 'operator',
		}));
		const emergency = createEmergency({ kernel, orders, exchanges });
		await emergency.flattenStep();
		expect((await listOpenTrips(kernel.conn))[0]?.state).toBe('FLATTENING');
		database.clock.advance(SECOND);
		await emergency.flattenStep();
		expect(await venue.inner.lookup(accountId, clientOrderId, 'BTC/USDT')).toMatchObject({ order: { state: 'CANCELLED' } });
		expect((await listOpenTrips(kernel.conn))[0]?.state).toBe('LOCKED');
	});
});
