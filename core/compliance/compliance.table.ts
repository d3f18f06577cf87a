import { parseStored, type AccountId, type MemberId } from '../model';
import type { ComplianceDay, ComplianceSummary } from './day';

/** Columns of `compliance_days`. */
export interface ComplianceDayRow {
	account_id: AccountId;
	day: string;
	member_id: MemberId;
	from_at: number;
	to_at: number;
	summary: string;
	made_at: number;
	policy_version: string;
}

export function toComplianceDay(row: ComplianceDayRow): ComplianceDay {
	return {
		accountId: row.account_id,
		memberId: row.member_id,
		day: row.day,
		fromAt: row.from_at,
		toAt: row.to_at,
		summary: parseStored<ComplianceSummary>(row.summary),
		madeAt: row.made_at,
		policyVersion: row.policy_version,
	};
}

export function toComplianceDayRow(day: ComplianceDay): ComplianceDayRow {
	return {
		account_id: day.accountId,
		day: day.day,
		member_id: day.memberId,
		from_at: day.fromAt,
		to_at: day.toAt,
		summary: JSON.stringify(day.summary),
		made_at: day.madeAt,
		policy_version: day.policyVersion,
	};
}
