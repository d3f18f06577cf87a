import { lockLatch, trip } from '../../../core/safety';
import { describeDatabases } from '../../support/databases';

const pause = async (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describeDatabases('the latch under load', (open, dialect) => {
	it('lets a stop in although openings overlap without a gap', async () => {
		const database = await open();
		const kernel = database.kernel();
		let running = true;
		let judged = 0;
		// SQLite has one writer: there is nothing to overlap.
		const lasts = dialect === 'sqlite' ? 5 : 280;
		const judge = async (first: number): Promise<void> => {
			await pause(first);
			while (running) {
				await kernel.transaction(async (trx) => {
					await lockLatch(trx, 'share');
					await pause(lasts);
				});
				judged++;
			}
		};
		const judges = [0, 70, 140, 210].map(judge);
		await pause(400);
		const from = Date.now();
		const limit = setTimeout(() => (running = false), 6_000);
		await kernel.transaction(async (trx) =>
			trip(trx, kernel, {
				scope: 'global', state: 'PAUSED', cause: 'person', reason: 'stop', rearm: 'hand', actor: 'operator',
			}),
		);
		const took = Date.now() - from;
		running = false;
		clearTimeout(limit);
		await Promise.all(judges);
		expect(judged).toBeGreaterThan(0);
		// Without a queue it would have waited for as long as openings came: six seconds.
		expect(took).toBeLessThan(3_000);
	}, 20_000);
});
