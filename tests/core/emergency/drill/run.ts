import type { CoreParts } from '../../../../core/core';
import { isRefused, SECOND, type Policy, type Refused } from '../../../../core/model';
import type { DrillReport, ScenarioReport } from '../../../../core/emergency';
import { createExchanges, type Exchange, type Exchanges } from '../../../../core/exchange';
import { TestMarket, testCore, type TestCore } from '../../../support/core';
import { quietCalendar } from '../../../support/calendar';
import type { TestDatabase } from '../../../support/databases';

/** A core in virtual time: whoever waits is woken as the clock moves on. */
export interface DrillRig extends Omit<TestCore, 'run'> {
	/** Runs a drill with the engine ticking each second beside it. */
	drill(): Promise<DrillReport>;
	/** What runs each second instead of the engine. */
	tick: () => Promise<unknown>;
	/** What is run. */
	run: () => Promise<DrillReport | Refused>;
	/** Virtual seconds that the last drill took. */
	took: number;
	/** Waits in virtual time. */
	pause(ms: number): Promise<void>;
}

const STEP = 250;

export type RigOptions = Partial<CoreParts> & {
	readonly policy?: Policy;
	/** What becomes of every call to the venue. */
	readonly wrap?: (venues: Exchanges) => Exchanges;
};

/** The paper venue with some of its calls replaced. */
export const breaking = (calls: (venue: Exchange) => Partial<Exchange>) => (venues: Exchanges): Exchanges => ({
	...venues,
	for: (name) => {
		const venue = venues.for(name);
		const broken = calls(venue);
		return new Proxy(venue, {
			get: (target, key) => {
				const member: unknown = Reflect.get(Reflect.has(broken, key) ? broken : target, key);
				return typeof member === 'function' ? member.bind(target) : member;
			},
		});
	},
});

/** When the database was last asked or answered. */
interface Activity {
	last: number;
	/** A database that is asked nothing for so long, ms, waits for time to go on. */
	readonly quietMs: number;
}

const QUIET_MAX_MS = 1_000;

function watchActivity({ pool, dialect }: TestDatabase): Activity {
	const activity: Activity = { last: performance.now(), quietMs: dialect === 'postgres' ? 60 : 8 };
	const note = (): void => {
		activity.last = performance.now();
	};
	for (const event of ['query', 'query-response', 'query-error']) pool.conn.on(event, note);
	return activity;
}

/** Time stands still while anybody works: on a busy machine nothing comes late by itself. */
async function quiet(activity: Activity): Promise<void> {
	const limit = performance.now() + QUIET_MAX_MS;
	do await new Promise((resolve) => setTimeout(resolve, 3));
	while (performance.now() < limit && performance.now() - activity.last < activity.quietMs);
}

export async function openRig(
	database: TestDatabase,
	{ wrap = (venues) => venues, policy, ...parts }: RigOptions = {},
): Promise<DrillRig> {
	const { clock } = database;
	const waiting = new Set<{ readonly at: number; readonly wake: () => void }>();
	const wait = async (ms: number): Promise<void> =>
		new Promise((wake) => void waiting.add({ at: clock.now() + ms, wake }));
	const options = policy === undefined ? {} : { policy };
	const market = new TestMarket(() => clock.now());
	const venues = createExchanges(database.kernel(options), { quotes: market, sleep: wait });
	const test = testCore(database, { pause: wait, quotes: market, exchanges: wrap(venues), ...parts }, options);
	await quietCalendar(test.core.kernel.conn);
	const activity = watchActivity(database);
	const rig: DrillRig = {
		...test,
		tick: async () => test.core.engine.tick(),
		run: async () => test.core.drills.run('operator'),
		took: 0,
		pause: wait,
		drill: async () => {
			const began = clock.now();
			let over = false;
			const work = rig.run().finally(() => {
				over = true;
			});
			work.catch(() => {});
			let ticking: Promise<unknown> = Promise.resolve();
			let busy = false;
			while (!over) {
				if ((clock.now() - began) % SECOND === 0 && !busy) {
					busy = true;
					ticking = rig.tick().finally(() => {
						busy = false;
					});
					ticking.catch(() => {});
				}
				await quiet(activity);
				clock.advance(STEP);
				for (const each of waiting) {
					if (each.at > clock.now()) continue;
					waiting.delete(each);
					each.wake();
				}
			}
			await ticking.catch(() => {});
			const report = await work;
			if (isRefused(report)) throw new Error(report.message);
			rig.took = (clock.now() - began) / SECOND;
			return report;
		},
	};
	return rig;
}

export const outcomes = (report: DrillReport): Record<string, string> =>
	Object.fromEntries(report.scenarios.map(({ scenario, outcome }) => [scenario, outcome]));

export function scenario(report: DrillReport, name: string): ScenarioReport {
	const found = report.scenarios.find((each) => each.scenario === name);
	if (found === undefined) throw new Error(`no ${name}`);
	return found;
}
