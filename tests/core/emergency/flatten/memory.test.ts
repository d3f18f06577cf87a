import { createEmergency } from '../../../../core/emergency';
import { begin, conclude } from '../../../../core/emergency/flatten/conclude.service';
import { createFlattener } from '../../../../core/emergency/flatten/flatten.service';
import { HOUR, SECOND } from '../../../../core/model';
import { findTrip, trip, type Trip } from '../../../../core/safety';
import { describeDatabases } from '../../../support/databases';
import { openTrading, type TradingProcess } from '../../../support/trading';

const stop = async ({ kernel }: TradingProcess, actor: string): Promise<Trip> =>
	kernel.transaction(async (trx) => trip(trx, kernel, {
		scope: 'global', state: 'FLATTENING', cause: 'person', reason: 'x', rearm: 'hand', actor,
	}));

describeDatabases('what the turns of a flattening have found', (open) => {
	it('says nothing about a stop that they were not for', async () => {
		const trading = await openTrading(await open());
		const { kernel, orders, exchanges, accountId } = trading;
		const deps = { kernel, orders, exchanges };
		const first = await stop(trading, 'operator');
		await trading.enter({ quantity: '0.01' });
		await kernel.conn('trades').update({ state: 'CLOSED', closed_at: trading.database.clock.now() });
		await kernel.conn('accounts').update({ kind: 'live' });
		trading.database.clock.advance(HOUR / 2);
		const second = await stop(trading, 'operator:two');
		await begin(deps, [second]);
		// The turn began before the second stop and ended after it.
		const found = (of: Trip) => ({
			under: new Set<typeof accountId>(), failures: new Map(), nextAt: new Map(),
			results: new Map([[accountId, {
				trips: new Set([of.id]), entriesDoneAt: kernel.clock.now(), leftovers: [], failure: null,
			}]]),
		});
		await conclude(deps, [second], found(first));
		expect(await findTrip(kernel.conn, second.id)).toMatchObject({ state: 'FLATTENING' });
		const status = await createEmergency(deps).describe(second.id);
		expect(status?.flattening?.accounts).toMatchObject([{ accountId, state: 'RUNNING', leftovers: [{ kind: 'venue' }] }]);
		await conclude(deps, [second], found(second));
		expect(await findTrip(kernel.conn, second.id)).toMatchObject({ state: 'LOCKED' });
	});

	it('is not the last word on an account whose next turn waits for another account\'s', async () => {
		const trading = await openTrading(await open());
		const { kernel, orders, exchanges, venue, database } = trading;
		const other = await trading.addMember('other');
		await trading.enter({ quantity: '0.01' });
		await trading.enter({ quantity: '0.01', ...other });
		const made = await stop(trading, 'operator');
		const deps = { kernel, orders, exchanges };
		const emergency = createEmergency(deps);
		const run = createFlattener(deps, 1);
		const listed = venue.openOrders.bind(venue);
		const refused = async (): Promise<never> => Promise.reject(new Error('gone'));
		const accounts = async () => (await emergency.describe(made.id))?.flattening?.accounts ?? [];
		venue.openOrders = refused;
		await run();
		const [ahead, behind] = await accounts();
		database.clock.advance(SECOND);
		venue.openOrders = async (id, symbols) => (id === ahead?.accountId ? refused() : listed(id, symbols));
		await run();
		expect((await accounts()).map(({ state }) => state)).toEqual(['RUNNING', 'FLAT']);
		database.clock.advance(2 * SECOND);
		// Noted by another process.
		await kernel.conn('flattening_accounts').where({ account_id: behind?.accountId }).update({ state: 'RUNNING' });
		let release = (): void => {};
		const hanging = new Promise<never[]>((resolve) => (release = () => resolve([])));
		venue.openOrders = async (id, symbols) => (id === ahead?.accountId ? hanging : listed(id, symbols));
		await run();
		expect((await accounts()).map(({ state }) => state)).toEqual(['RUNNING', 'RUNNING']);
		// Whoever waits waits no longer than until the next run.
		await run();
		expect((await accounts()).map(({ state }) => state)).toEqual(['RUNNING', 'FLAT']);
		venue.openOrders = listed;
		release();
		for (let second = 0; second < 10; second++) {
			await run();
			database.clock.advance(SECOND);
		}
		expect(await findTrip(kernel.conn, made.id)).toMatchObject({ state: 'LOCKED' });
	}, 30_000);
});
