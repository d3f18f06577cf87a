import type { CoreParts } from '../../../../core/core';
import { isRefused, SECOND, type Policy } from '../../../../core/model';
import type { DrillReport, ScenarioReport } from '../../../../core/emergency';
import { testCore, type TestCore } from '../../../support/core';
import { quietCalendar } from '../../../support/calendar';
import type { TestDatabase } from '../../../support/databases';

/** A core in virtual time: whoever waits is woken as the clock moves on. */
export interface DrillRig extends TestCore {
	/** Runs a drill with the engine ticking each second beside it. */
	drill(): Promise<DrillReport>;
	/** What runs each second instead of the engine. */
	tick: () => Promise<unknown>;
	/** Virtual seconds that the last drill took. */
	took: number;
}

const STEP = 250;

export async function openRig(
	database: TestDatabase,
	parts: Partial<CoreParts> = {},
	policy?: Policy,
): Promise<DrillRig> {
	const { clock } = database;
	const waiting = new Set<{ readonly at: number; readonly wake: () => void }>();
	const wait = async (ms: number): Promise<void> =>
		new Promise((wake) => void waiting.add({ at: clock.now() + ms, wake }));
	const test = testCore(database, { pause: wait, sleep: wait, ...parts }, policy === undefined ? {} : { policy });
	await quietCalendar(test.core.kernel.conn);
	const rig: DrillRig = {
		...test,
		tick: async () => test.core.engine.tick(),
		took: 0,
		drill: async () => {
			const began = clock.now();
			let over = false;
			const work = test.core.drills.run('operator').finally(() => {
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
				await new Promise((resolve) => setTimeout(resolve, 5));
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
