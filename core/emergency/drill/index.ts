import type { Refused } from '../../model';
import type { DrillDeps } from './deps';
import type { DrillReport } from './drill';
import { runDrill } from './drill.service';
import { listDrills } from './drills.repository';

export { DRILL_ACTOR, type DrillDeps, type DrillEntry } from './deps';
export {
	DRILL_OUTCOMES, DRILL_SCENARIOS, type DrillCheck, type DrillOutcome, type DrillReport, type DrillScenario,
	type ScenarioReport,
} from './drill';
export { findDrill, listDrills } from './drills.repository';
export { runDrill } from './drill.service';

/** Fire drills on the paper venue. */
export interface Drills {
	/** Takes up to a minute. Refused: `DRILL_RUNNING`. */
	run(actor: string): Promise<DrillReport | Refused>;
	/** Newest first. */
	list(limit?: number): Promise<DrillReport[]>;
}

const LISTED = 20;

export function createDrills(deps: DrillDeps): Drills {
	return {
		run: async (actor) => runDrill(deps, actor),
		list: async (limit = LISTED) => listDrills(deps.kernel.conn, limit),
	};
}
