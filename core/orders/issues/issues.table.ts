import type { AccountId, IssueId, MemberId, OrderId } from '../../model';
import type { Issue, IssueKind, IssueSeverity } from './issue';

export interface IssueRow {
	id: IssueId;
	account_id: AccountId;
	member_id: MemberId;
	subject: string;
	symbol: string | null;
	order_id: OrderId | null;
	kind: IssueKind;
	severity: IssueSeverity;
	ours: string | null;
	venue: string | null;
	detail: string;
	cycles: number;
	first_seen: number;
	last_seen: number;
	announced_at: number | null;
	resolution: string | null;
	note: string | null;
	resolved_by: string | null;
	resolved_at: number | null;
	policy_version: string;
}

export function toIssue(row: IssueRow): Issue {
	return {
		id: row.id,
		accountId: row.account_id,
		memberId: row.member_id,
		subject: row.subject,
		symbol: row.symbol,
		orderId: row.order_id,
		kind: row.kind,
		severity: row.severity,
		ours: row.ours,
		venue: row.venue,
		detail: row.detail,
		cycles: row.cycles,
		firstSeen: row.first_seen,
		lastSeen: row.last_seen,
		announcedAt: row.announced_at,
		resolution: row.resolution,
		note: row.note,
		resolvedBy: row.resolved_by,
		resolvedAt: row.resolved_at,
		policyVersion: row.policy_version,
	};
}

export function toIssueRow(issue: Issue): IssueRow {
	return {
		id: issue.id,
		account_id: issue.accountId,
		member_id: issue.memberId,
		subject: issue.subject,
		symbol: issue.symbol,
		order_id: issue.orderId,
		kind: issue.kind,
		severity: issue.severity,
		ours: issue.ours,
		venue: issue.venue,
		detail: issue.detail,
		cycles: issue.cycles,
		first_seen: issue.firstSeen,
		last_seen: issue.lastSeen,
		announced_at: issue.announcedAt,
		resolution: issue.resolution,
		note: issue.note,
		resolved_by: issue.resolvedBy,
		resolved_at: issue.resolvedAt,
		policy_version: issue.policyVersion,
	};
}
