import type { DrillCheck, DrillScenario } from '../drill';
import type { DrillStage } from '../stage';
import { duplicateAlert } from './duplicate-alert';
import { engineKilled } from './engine-killed';
import { exchange503 } from './exchange-503';
import { kill } from './kill';
import { missingFillFrame } from './missing-fill-frame';
import { timeoutThenFilled } from './timeout-then-filled';

/** How each scenario is run; what it gives is what was seen. */
export const SCENARIOS: Readonly<Record<DrillScenario, (stage: DrillStage) => Promise<DrillCheck[]>>> = {
	duplicate_alert: duplicateAlert,
	timeout_then_filled: timeoutThenFilled,
	missing_fill_frame: missingFillFrame,
	exchange_503: exchange503,
	engine_killed: engineKilled,
	kill,
};
