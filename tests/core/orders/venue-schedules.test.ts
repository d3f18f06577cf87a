import fc from 'fast-check';
import type { Dialect } from '../../../core/db';
import { closeClients } from '../../../core/exchange/ccxt/registry';
import { describeDatabases } from '../../support/databases';
import { runs } from '../../support/runs';
import { explain, moves, runSchedule } from '../../support/binance/schedule';
import { openVenueWorld } from '../../support/binance/world';

const RUNS: Record<Dialect, number> = { sqlite: runs(25), postgres: Math.ceil(runs(25) / 5) };

/** `FIRECONTROL_SEED` plays a failed run again; `FIRECONTROL_SHRINK=1` also looks for a shorter one. */
function replay(): { seed?: number; endOnFailure: boolean } {
	const { FIRECONTROL_SEED: seed, FIRECONTROL_SHRINK: shrink } = process.env;
	return { ...(seed === undefined ? {} : { seed: Number(seed) }), endOnFailure: shrink !== '1' };
}

describeDatabases('orders on a faulty venue', (open, dialect) => {
	test('nothing twice, nothing lost, all legal and explained, whatever happens', async () => {
		const world = await openVenueWorld(await open());
		const seen = new Map<string, number>();
		try {
			await fc.assert(
				fc.asyncProperty(moves, async (schedule) => {
					const result = await runSchedule(world, schedule);
					explain(result, seen);
				}),
				{ numRuns: RUNS[dialect], ...replay() },
			);
		} finally {
			await closeClients();
			await world.close();
		}
		// The schedules reach what they are for.
		for (const state of ['FILLED', 'CANCELLED', 'UNKNOWN', 'PARTIALLY_FILLED']) {
			expect([state, seen.get(state)]).toEqual([state, expect.any(Number)]);
		}
	});
});
