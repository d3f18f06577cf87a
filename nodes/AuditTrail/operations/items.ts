import { jsonParse, type IDataObject } from 'n8n-workflow';
import type { AuditEntry, ChainReport, ComplianceDay, RetentionStatus } from '../../../core';
import { timeOf } from '../../shared/items';

/** Details as an object; as the text it is, where somebody made something else of it. */
const detailsOf = (text: string): IDataObject => jsonParse<IDataObject>(text, { fallbackValue: { text } });

/** A row of the trail; what is not sealed yet has no number and no hash. */
export function entryItem(entry: AuditEntry): IDataObject {
	return {
		number: entry.chainSeq,
		seq: entry.seq,
		at: timeOf(entry.at),
		actor: entry.actor,
		action: entry.action,
		subject_id: entry.subjectId,
		signal_id: entry.correlationId,
		member_id: entry.memberId,
		account_id: entry.accountId,
		details: detailsOf(entry.detailsText),
		policy_version: entry.policyVersion,
		sealed: entry.hash !== null,
		previous_hash: entry.previousHash,
		hash: entry.hash,
	};
}

export function reportItem({ fault, head, unsealed, ...report }: ChainReport): IDataObject {
	return {
		ok: report.ok,
		message: fault === null
			? `${report.rows === 0 ? 'No row is sealed yet: there was nothing to check.' : `The chain holds: ${report.rows} rows were followed.`}${report.guarded ? '' : ' But the guards of the table audit are gone, or off: somebody took them away.'}`
			: fault.message,
		fault: fault?.kind ?? null,
		fault_number: fault?.number ?? null,
		fault_seq: fault?.seq ?? null,
		first_number: report.from,
		last_number: report.through,
		rows: report.rows,
		checkpoints_compared: report.compared,
		expired_through: report.expiredThrough,
		guarded: report.guarded,
		head_number: head.chainSeq,
		head_hash: head.hash,
		unsealed_rows: unsealed.rows,
		unsealed_since: timeOf(unsealed.oldestAt),
		unsealed_seconds: unsealed.ageMs === null ? null : Math.floor(unsealed.ageMs / 1000),
	};
}

export function retentionItem(status: RetentionStatus): IDataObject {
	return {
		retention_days: status.retentionDays,
		rows: status.rows,
		first_number: status.firstNumber,
		oldest_at: timeOf(status.oldestAt),
		expired_rows: status.expiredRows,
		next_expiry_at: timeOf(status.nextExpiryAt),
		removed_rows: status.removedRows,
		last_removal_at: timeOf(status.lastRemovalAt),
	};
}

export function dayItem({ summary, ...day }: ComplianceDay): IDataObject {
	return {
		account_id: day.accountId,
		member_id: day.memberId,
		day: day.day,
		from: timeOf(day.fromAt),
		until: timeOf(day.toAt),
		orders: summary.orders,
		entries: summary.entries,
		exits: summary.exits,
		cancels: summary.cancels,
		replaces: summary.replaces,
		messages: summary.messages,
		fills: summary.fills,
		order_to_trade: summary.orderToTrade,
		peak_messages_per_second: summary.peakMessagesPerSecond,
		rejects: summary.rejects,
		blocked_verdicts: summary.blockedVerdicts,
		limit_breaches: summary.limitBreaches,
		overrides: summary.overrides,
		kill_switch_uses: summary.killSwitchUses,
		unsealed_audit_rows: summary.unsealedAuditRows,
		algorithms: { ...summary.algorithms },
		policy_version: day.policyVersion,
	};
}
