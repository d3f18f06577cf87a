import { parseStored, type AccountId, type DrillId, type MemberId } from '../../model';
import type { DrillReport, ScenarioReport } from './drill';

/** Columns of `drills`; `account_id` is the first of the drill's own accounts. */
export interface DrillRow {
	id: DrillId;
	member_id: MemberId;
	account_id: AccountId;
	actor: string;
	state: DrillReport['state'];
	score: number | null;
	scenarios: string;
	started_at: number;
	ended_at: number | null;
	policy_version: string;
}

export function toDrill(row: DrillRow): DrillReport {
	return {
		id: row.id,
		memberId: row.member_id,
		actor: row.actor,
		state: row.state,
		score: row.score,
		scenarios: parseStored<ScenarioReport[]>(row.scenarios),
		startedAt: row.started_at,
		endedAt: row.ended_at,
		policyVersion: row.policy_version,
	};
}

export function toDrillRow(drill: DrillReport, accountId: AccountId): DrillRow {
	return {
		id: drill.id,
		member_id: drill.memberId,
		account_id: accountId,
		actor: drill.actor,
		state: drill.state,
		score: drill.score,
		scenarios: JSON.stringify(drill.scenarios),
		started_at: drill.startedAt,
		ended_at: drill.endedAt,
		policy_version: drill.policyVersion,
	};
}
