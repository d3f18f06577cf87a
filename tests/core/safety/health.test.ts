import { MINUTE, SECOND } from '../../../core/model';
import type { Kernel } from '../../../core/db';
import {
	clearTrip, createSafety, findTrip, listTrips, lockTrip, reportHealth, trip, type HealthSubject, type NewTrip, type Trip,
} from '../../../core/safety';
import { createAudit } from '../../../core/audit';
import { describeDatabases } from '../../support/databases';

const FEED: HealthSubject = { scope: 'account', scopeId: 'acc_1', cause: 'feed_lost' };

async function stop(kernel: Kernel, subject: HealthSubject, rest: Partial<NewTrip> = {}): Promise<Trip> {
	return kernel.transaction(async (trx) =>
		trip(trx, kernel, { state: 'PAUSED', reason: 'x', rearm: 'healthy', actor: 'engine', ...subject, ...rest }),
	);
}

const report = async (kernel: Kernel, subject: HealthSubject, healthy: boolean): Promise<void> =>
	kernel.transaction(async (trx) => reportHealth(trx, kernel, subject, healthy));

describeDatabases('trips that wait for health', (open) => {
	it('end after sixty seconds without a bad report, and not a millisecond sooner', async () => {
		const database = await open();
		const kernel = database.kernel();
		const safety = createSafety(kernel);
		const made = await stop(kernel, FEED);
		// Nobody has said that it is well.
		database.clock.advance(10 * MINUTE);
		expect(await safety.rearmDue()).toEqual([]);
		await report(kernel, FEED, true);
		database.clock.advance(59 * SECOND);
		await report(kernel, FEED, false);
		await report(kernel, FEED, true);
		const since = database.clock.now();
		database.clock.advance(30 * SECOND);
		// Said again, the time counts from the first.
		await report(kernel, FEED, true);
		expect((await findTrip(kernel.conn, made.id))?.healthySince).toBe(since);
		database.clock.advance(30 * SECOND - 1);
		expect(await safety.rearmDue()).toEqual([]);
		database.clock.advance(1);
		expect(await safety.rearmDue()).toMatchObject([{ id: made.id, clearedBy: 'engine', clearReason: expect.stringContaining('well for long enough') }]);
		const trail = (await createAudit(kernel).list({ limit: 9 })).map(({ action }) => action);
		expect(trail).toEqual(expect.arrayContaining(['trip.opened', 'trip.cleared']));
	});

	it('by API errors wait ten minutes', async () => {
		const database = await open();
		const kernel = database.kernel();
		const subject = { ...FEED, cause: 'api_errors' } as const;
		await stop(kernel, subject);
		await report(kernel, subject, true);
		database.clock.advance(10 * MINUTE - 1);
		expect(await createSafety(kernel).rearmDue()).toEqual([]);
		database.clock.advance(1);
		expect(await createSafety(kernel).rearmDue()).toHaveLength(1);
	});

	it('the same happening again is not well', async () => {
		const database = await open();
		const kernel = database.kernel();
		const first = await stop(kernel, FEED);
		await report(kernel, FEED, true);
		const again = await stop(kernel, FEED);
		expect(again).toMatchObject({ id: first.id, healthySince: null });
		database.clock.advance(2 * MINUTE);
		expect(await createSafety(kernel).rearmDue()).toEqual([]);
	});

	it('a report that was under way when the trip ended leaves it ended', async () => {
		const database = await open();
		const kernel = database.kernel();
		const made = await stop(kernel, FEED);
		let read = (): void => {};
		const reading = new Promise<void>((resolve) => (read = resolve));
		// The report has seen the trip open and writes while the end of it is being committed.
		const ending = kernel.transaction(async (trx) => {
			await clearTrip(trx, kernel, made.id, { actor: 'operator', reason: 'x' });
			read();
			await new Promise((resolve) => setTimeout(resolve, 300));
		});
		await reading;
		await report(kernel, FEED, true);
		await ending;
		expect(await findTrip(kernel.conn, made.id)).toMatchObject({ clearedBy: 'operator', healthySince: null });
		expect(await createSafety(kernel).open()).toEqual([]);
	});

	it('a report is about its own scope, symbol and cause, and about no trip of another kind', async () => {
		const database = await open();
		const kernel = database.kernel();
		const own = await stop(kernel, FEED);
		const others = [
			await stop(kernel, { ...FEED, scopeId: 'acc_2' }),
			await stop(kernel, { ...FEED, cause: 'reconciliation' }),
			await stop(kernel, { scope: 'symbol', symbol: 'BTC/USDT', cause: 'feed_lost' }),
			await stop(kernel, FEED, { rearm: 'hand', actor: 'operator' }),
		];
		await report(kernel, FEED, true);
		const after = await listTrips(kernel.conn, [own, ...others].map(({ id }) => id));
		const since = (id: string) => after.find((each) => each.id === id)?.healthySince;
		expect(since(own.id)).not.toBeNull();
		expect(others.map(({ id }) => since(id))).toEqual([null, null, null, null]);
		await report(kernel, { scope: 'symbol', symbol: 'BTC/USDT', cause: 'feed_lost' }, true);
		expect((await findTrip(kernel.conn, others[2]?.id ?? 'trp_'))?.healthySince).not.toBeNull();
	});
});

describeDatabases('locking a trip', (open) => {
	it('FLATTENING becomes LOCKED once, audited; any other state stays', async () => {
		const database = await open();
		const kernel = database.kernel();
		const lock = async (id: Trip['id']) => kernel.transaction(async (trx) => lockTrip(trx, kernel, id));
		const made = await stop(kernel, { scope: 'global', cause: 'drawdown' }, { state: 'FLATTENING', rearm: 'hand', actor: 'operator' });
		const paused = await stop(kernel, { scope: 'global', cause: 'person' }, { rearm: 'hand', actor: 'operator' });
		expect(await lock(made.id)).toMatchObject({ state: 'LOCKED' });
		expect(await lock(made.id)).toMatchObject({ state: 'LOCKED' });
		expect(await lock(paused.id)).toMatchObject({ state: 'PAUSED' });
		await expect(lock('trp_none')).rejects.toMatchObject({ code: 'TRIP_UNKNOWN' });
		const trail = (await createAudit(kernel).list({ limit: 99 })).filter(({ action }) => action === 'trip.locked');
		expect(trail).toHaveLength(1);
	});

	it('the same automatic trigger finds its LOCKED trip: it flattens once', async () => {
		const kernel = (await open()).kernel();
		const wish = { state: 'FLATTENING', rearm: 'hand', reason: 'x', actor: 'engine' } as const;
		const subject = { scope: 'account', scopeId: 'acc_1', cause: 'drawdown' } as const;
		const made = await stop(kernel, subject, wish);
		expect((await stop(kernel, subject, wish)).id).toBe(made.id);
		await kernel.transaction(async (trx) => lockTrip(trx, kernel, made.id));
		expect(await stop(kernel, subject, wish)).toMatchObject({ id: made.id, state: 'LOCKED' });
		// A milder one of the same cause is another.
		expect((await stop(kernel, subject, { ...wish, state: 'PAUSED' })).id).not.toBe(made.id);
	});
});
