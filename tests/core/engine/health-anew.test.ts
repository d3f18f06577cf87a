import { createEngine, type Job } from '../../../core/engine';
import { MINUTE, SECOND } from '../../../core/model';
import { createSafety, findTrip, reportHealth, trip } from '../../../core/safety';
import { describeDatabases } from '../../support/databases';

const LOST = { scope: 'account', scopeId: 'acc_1', cause: 'feed_lost' } as const;

describeDatabases('a stop that waits for health, over a pause of the engine', (open) => {
	it.each(['stopped', 'killed'])('counts the time anew when the engine was %s: nobody looked meanwhile', async (how) => {
		const database = await open();
		const kernel = database.kernel();
		const looks: Job = { name: 'watch', everyMs: SECOND, vital: true, run: async () => {} };
		const rearm: Job = { name: 're-arm', everyMs: SECOND, run: async () => createSafety(database.kernel()).rearmDue() };
		const first = createEngine(kernel, [looks, rearm]);
		const made = await kernel.transaction(async (trx) =>
			trip(trx, kernel, { ...LOST, state: 'PAUSED', reason: 'x', rearm: 'healthy', actor: 'engine' }),
		);
		const well = async (): Promise<void> => kernel.transaction(async (trx) => reportHealth(trx, kernel, LOST, true));
		const cleared = async (): Promise<boolean> => (await findTrip(kernel.conn, made.id))?.clearedAt !== null;
		await first.tick();
		await well();
		for (let second = 0; second < 10; second++) {
			database.clock.advance(SECOND);
			await first.tick();
		}
		// While it runs, ten good seconds are ten good seconds.
		expect((await findTrip(kernel.conn, made.id))?.healthySince).toBe(database.clock.now() - 10 * SECOND);
		if (how === 'stopped') await first.stop();
		database.clock.advance(10 * MINUTE);
		const second = createEngine(database.kernel(), [looks, rearm]);
		await second.tick();
		expect(await cleared()).toBe(false);
		await well();
		for (let passed = 1; passed <= 60; passed++) {
			expect(await cleared()).toBe(false);
			database.clock.advance(SECOND);
			await second.tick();
		}
		expect(await cleared()).toBe(true);
	});
});
