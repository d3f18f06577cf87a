import { join } from 'node:path';
import fc from 'fast-check';
import { createKernel } from '../../../core/db';
import { systemClock, type AccountId, type MemberId, type OrderId } from '../../../core/model';
import { clearTrip, listOpenTrips } from '../../../core/safety';
import { describeDatabases } from '../../support/databases';
import { startProcess } from '../../support/processes';
import { runs } from '../../support/runs';
import { openTrading } from '../../support/trading';
import type { LatchAnswer, LatchQuestion } from './latch.process';

/** Rounds of two processes against each other. */
const ROUNDS = runs(6, 0.1);
const SYMBOLS = ['BTC/USDT', 'ETH/USDT', 'SOL/USDT'] as const;

jest.setTimeout(60_000 + 8_000 * ROUNDS);

describeDatabases('no order enters SUBMITTING after the commit of a stop', (open, dialect) => {
	it('of two processes, whenever the stop comes', async () => {
		const database = await open();
		const file = join(__dirname, 'latch.process.ts');
		const [sender, stopper] = [startProcess<LatchQuestion, LatchAnswer>(file), startProcess<LatchQuestion, LatchAnswer>(file)];
		const real = { ...database, clock: systemClock as never, kernel: (options = {}) => createKernel(database.pool, { clock: systemClock, ...options }) };
		const trading = await openTrading(real);
		const { kernel } = trading;
		const { conn } = kernel;
		let made = 0;
		let inTime = 0;
		let denied = 0;
		const owners = async (count: number): Promise<{ memberId: MemberId; accountId: AccountId }[]> =>
			Promise.all(Array.from({ length: count }, async () => trading.addMember(`m${++made}`)));
		const ask = { config: database.config, dialect };
		await fc.assert(
			fc.asyncProperty(fc.integer({ min: 0, max: 120 }), fc.boolean(), async (after, written) => {
				const mine = await owners(4);
				const orders: OrderId[] = [];
				if (written) {
					for (const owner of mine) for (const symbol of SYMBOLS) orders.push((await trading.create({ ...owner, symbol })).id);
				}
				const at = Date.now() + 400;
				const [, { out }] = await Promise.all([
					sender.ask(written ? { ...ask, do: 'dispatch', owners: mine, orders, at } : { ...ask, do: 'send', owners: mine, symbols: SYMBOLS, at }),
					stopper.ask({ ...ask, do: 'trip', owners: mine, after, at }),
				]);
				const rows: { id: OrderId; state: string; code: string | null; submitting_at: number | null }[] = await conn('orders').where({ leg: 'entry' });
				const late = rows.filter(({ id, submitting_at }) => submitting_at !== null && !out.includes(id));
				expect(late).toEqual([]);
				const own = rows.filter((row) => row.submitting_at === null && row.state === 'DENIED');
				for (const { code } of own) expect(code).toBe('STOP_LATCH');
				inTime += rows.length - own.length;
				denied += own.length;
				for (const { id } of await listOpenTrips(conn)) {
					await kernel.transaction(async (trx) => clearTrip(trx, kernel, id, { actor: 'operator', reason: 'next' }));
				}
				for (const table of ['order_history', 'fills', 'exits', 'positions', 'orders', 'trades']) await conn(table).delete();
			}),
			{ numRuns: ROUNDS },
		);
		await Promise.all([sender.kill(), stopper.kill()]);
		// Both sides of the stop were seen, or the race was none.
		expect(inTime).toBeGreaterThan(0);
		expect(denied).toBeGreaterThan(0);
	});
});
