import type { AccountId, DrillId, MemberId } from '../../model';

/** What is rehearsed, in the order of the report. */
export const DRILL_SCENARIOS = [
	'duplicate_alert', 'timeout_then_filled', 'missing_fill_frame', 'exchange_503', 'engine_killed', 'kill',
] as const;
export type DrillScenario = (typeof DRILL_SCENARIOS)[number];

/** One thing that was looked at, and what was seen. */
export interface DrillCheck {
	readonly what: string;
	readonly ok: boolean;
	readonly observed: string;
}

/** passed: every check held; not_run: it could not begin, which is no pass. */
export const DRILL_OUTCOMES = ['passed', 'failed', 'not_run'] as const;
export type DrillOutcome = (typeof DRILL_OUTCOMES)[number];

/** How one scenario went. */
export interface ScenarioReport {
	readonly scenario: DrillScenario;
	readonly accountId: AccountId;
	readonly outcome: DrillOutcome;
	/** From its begin to its end, in seconds. */
	readonly seconds: number;
	readonly checks: readonly DrillCheck[];
	/** What went wrong, and where to look; null when it passed. */
	readonly explanation: string | null;
}

/** A drill, running or over. Times in ms UTC. */
export interface DrillReport {
	readonly id: DrillId;
	/** The drill's own member, who has nothing but play money. */
	readonly memberId: MemberId;
	readonly actor: string;
	/** BROKEN: the drill itself did not come to its end. */
	readonly state: 'RUNNING' | 'DONE' | 'BROKEN';
	/** Percent of the scenarios that passed; null while it runs. */
	readonly score: number | null;
	readonly scenarios: readonly ScenarioReport[];
	readonly startedAt: number;
	readonly endedAt: number | null;
	readonly policyVersion: string;
}

/** Percent of the scenarios that passed, whole. */
export function scoreOf(scenarios: readonly ScenarioReport[]): number {
	if (scenarios.length === 0) return 0;
	const passed = scenarios.filter(({ outcome }) => outcome === 'passed').length;
	return Math.floor((passed * 100) / scenarios.length);
}

/** The report of one scenario from its checks. */
export function judged(
	scenario: DrillScenario,
	accountId: AccountId,
	checks: readonly DrillCheck[],
	seconds: number,
): ScenarioReport {
	const failed = checks.filter(({ ok }) => !ok);
	const passed = checks.length > 0 && failed.length === 0;
	const words = failed.map(({ what, observed }) => `${what}: ${observed}`).join('; ');
	return {
		scenario, accountId, seconds, checks,
		outcome: passed ? 'passed' : 'failed',
		explanation: passed ? null : `Not as it must be: ${words === '' ? 'nothing was seen' : words}.`,
	};
}
