import { createEmergency } from '../../../../core/emergency';
import { SECOND } from '../../../../core/model';
import { listOpenTrips, trip } from '../../../../core/safety';
import { describeDatabases, type TestDatabase } from '../../../support/databases';
import { openTrading } from '../../../support/trading';

/** An open position under a stop, at a venue that lists no orders. */
async function stoppedAt(database: TestDatabase) {
	const trading = await openTrading(database);
	const { kernel, orders, exchanges, venue } = trading;
	await trading.enter({ quantity: '0.01' });
	const listed = venue.openOrders.bind(venue);
	venue.openOrders = async () => Promise.reject(new Error('the order list is out of order'));
	const made = await kernel.transaction(async (trx) => trip(trx, kernel, {
		scope: 'global', state: 'FLATTENING', cause: 'person', reason: 'x', rearm: 'hand', actor: 'operator',
	}));
	const emergency = createEmergency({ kernel, orders, exchanges });
	return {
		trading, emergency, made, kernel,
		mend: () => void (venue.openOrders = listed),
		run: async (seconds: number) => {
			for (let second = 0; second < seconds; second++) {
				await emergency.flattenStep();
				database.clock.advance(SECOND);
			}
		},
		closes: async (): Promise<{ state: string; created_at: number }[]> => kernel.conn('orders').where({ leg: 'close' }),
		stop: async () => (await listOpenTrips(kernel.conn))[0]?.state,
	};
}

describeDatabases('flattening at a venue that lists no orders', (open) => {
	it('closes after a few failed turns all the same, and is flat only by the venue\'s word', async () => {
		const at = await stoppedAt(await open());
		await at.run(3);
		// So far it may be that the venue is gone altogether.
		expect(await at.closes()).toEqual([]);
		await at.run(17);
		expect(await at.closes()).toMatchObject([{ state: 'FILLED' }]);
		expect((await at.emergency.describe(at.made.id))?.flattening?.accounts).toMatchObject([
			{ state: 'INCOMPLETE', error: 'the order list is out of order', leftovers: [{ kind: 'venue' }] },
		]);
		expect(await at.stop()).toBe('FLATTENING');
		at.mend();
		await at.run(10);
		expect(await at.stop()).toBe('LOCKED');
		expect(await at.kernel.conn('paper_orders').where({ side: 'sell', state: 'FILLED' })).toHaveLength(1);
	});

	it('sends one closing order, however many turns do not know what became of it', async () => {
		const at = await stoppedAt(await open());
		at.trading.venue.plan('submit', 'timeout-after');
		await at.run(60);
		expect(await at.closes()).toMatchObject([{ state: 'UNKNOWN' }]);
		at.mend();
		await at.trading.orders.resolveUnknown();
		await at.run(10);
		expect(await at.stop()).toBe('LOCKED');
		expect(await at.kernel.conn('paper_orders').where({ side: 'sell' })).toHaveLength(1);
	});

	it('nor anything else: it closes too, but far later, for it may be gone', async () => {
		const at = await stoppedAt(await open());
		const { venue, database } = at.trading;
		venue.positions = async () => Promise.reject(new Error('gone'));
		venue.balances = async () => Promise.reject(new Error('gone'));
		const began = database.clock.now();
		await at.run(120);
		const closes = await at.closes();
		expect(closes).toMatchObject([{ state: 'FILLED' }]);
		expect((closes[0]?.created_at ?? 0) - began).toBeGreaterThan(60 * SECOND);
		expect(await at.stop()).toBe('FLATTENING');
	});
});
