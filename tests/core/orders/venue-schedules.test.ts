import fc from 'fast-check';
import type { Dialect } from '../../../core/db';
import { closeClients } from '../../../core/exchange/ccxt/registry';
import { describeDatabases } from '../../support/databases';
import { explain, runSchedule, schedules } from '../../support/binance/schedule';
import { openVenueWorld } from '../../support/binance/world';
import { runs } from '../../support/runs';

/** In a deep run ten times what it asks for, 10,000 as a rule: a schedule takes a sixth of a second. */
const TOTAL = runs(24) === 24 ? 24 : runs(24) * 10;
const RUNS: Record<Dialect, number> = { sqlite: TOTAL, postgres: Math.max(4, TOTAL / 20) };
/** Schedules on one database. */
const SHARD = 500;
const EACH_MS = 2_000;

const shards = (total: number): number[] =>
	Array.from({ length: Math.ceil(total / SHARD) }, (_, index) => Math.min(SHARD, total - index * SHARD));

/** `FIRECONTROL_SEED` plays a failed run again; `FIRECONTROL_SHRINK=1` also looks for a shorter one. */
function replay(): { seed?: number; endOnFailure: boolean } {
	const { FIRECONTROL_SEED: seed, FIRECONTROL_SHRINK: shrink } = process.env;
	return { ...(seed === undefined ? {} : { seed: Number(seed) }), endOnFailure: shrink !== '1' };
}

/**
 * Orders, cancels, replaces, fills and closes by the core's order manager, through its adapter and the
 * unmodified ccxt, in the wire format of Binance spot, at an exchange where anything goes wrong.
 * Requests go to the exchange without a socket and time is virtual, so that many schedules run fast;
 * streams go over real sockets.
 */
describeDatabases('orders on a faulty venue', (open, dialect) => {
	test.each(shards(RUNS[dialect]))(
		'%d random schedules: nothing twice, nothing lost, all legal and explained',
		async (numRuns) => {
			const world = await openVenueWorld(await open());
			const seen = new Map<string, number>();
			try {
				await fc.assert(
					fc.asyncProperty(schedules, async (schedule) => explain(await runSchedule(world, schedule), seen)),
					{ numRuns, ...replay() },
				);
			} finally {
				await closeClients();
				await world.close();
			}
			// The schedules reach what they are for.
			for (const state of ['OPEN', 'FILLED', 'UNKNOWN']) {
				expect([state, seen.get(state)]).toEqual([state, expect.any(Number)]);
			}
		},
		60_000 + SHARD * EACH_MS,
	);
});
