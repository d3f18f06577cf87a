import type { IDataObject } from 'n8n-workflow';
import { isRefused, type Core, type DrillReport } from '../../../core';
import { timeOf } from '../../shared/items';
import type { OutputItem } from '../../shared/runItems';
import { done, refusedItem } from './outputs';

/** The report of a drill, as people read it. */
function drillJson(report: DrillReport): IDataObject {
	const { scenarios } = report;
	const namesOf = (passed: boolean): string[] =>
		scenarios.filter(({ outcome }) => (outcome === 'passed') === passed).map(({ scenario }) => scenario);
	return {
		drill_id: report.id,
		state: report.state,
		score: report.score,
		passed: namesOf(true),
		failed: namesOf(false),
		started_at: timeOf(report.startedAt),
		ended_at: timeOf(report.endedAt),
		actor: report.actor,
		policy_version: report.policyVersion,
		scenarios: scenarios.map(({ scenario, outcome, seconds, explanation, checks, accountId }) => ({
			scenario,
			outcome,
			seconds,
			explanation,
			account_id: accountId,
			checks: checks.map(({ what, ok, observed }) => ({ what, ok, observed })),
		})),
	};
}

/** Rehearses on the paper venue; takes up to a minute. */
export async function drill(core: Core, actor: string): Promise<OutputItem> {
	const report = await core.drills.run(actor);
	return isRefused(report) ? refusedItem(report) : done(drillJson(report));
}

/** Reports of earlier drills, newest first. */
export async function drillReports(core: Core, limit: number): Promise<OutputItem> {
	return done({ drills: (await core.drills.list(limit)).map(drillJson) });
}
