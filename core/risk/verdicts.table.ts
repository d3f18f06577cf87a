import {
	decimal, parseStored, type AccountId, type Decimal, type MemberId, type ReasonCode,
	type ReservationId, type Side, type SignalAction, type SignalId, type VerdictId,
} from '../model';
import type { CheckResult, Decision, Purpose, Verdict, VerdictIntent } from './risk';

/** Columns of `verdicts`. `account_key` is the account's id, or '' where there was none. */
export interface VerdictRow {
	id: VerdictId;
	signal_id: SignalId;
	account_key: string;
	account_id: AccountId | null;
	member_id: MemberId | null;
	purpose: Purpose;
	action: SignalAction;
	symbol: string;
	side: Side | null;
	confidence: string | null;
	actor: string;
	decision: Decision;
	code: ReasonCode;
	checks: string;
	intent: string | null;
	reservation_id: ReservationId | null;
	waits_for_capacity: number;
	policy_version: string;
	created_at: number;
	expires_at: number;
}

const readDecimal = (value: string | null): Decimal | null =>
	value === null ? null : decimal(value);

export function toVerdict(row: VerdictRow): Verdict {
	return {
		id: row.id,
		signalId: row.signal_id,
		accountId: row.account_id,
		memberId: row.member_id,
		purpose: row.purpose,
		action: row.action,
		symbol: row.symbol,
		side: row.side,
		confidence: readDecimal(row.confidence),
		decision: row.decision,
		code: row.code,
		checks: parseStored<CheckResult[]>(row.checks),
		intent: row.intent === null ? null : parseStored<VerdictIntent>(row.intent),
		reservationId: row.reservation_id,
		waitsForCapacity: row.waits_for_capacity === 1,
		policyVersion: row.policy_version,
		actor: row.actor,
		createdAt: row.created_at,
		expiresAt: row.expires_at,
	};
}

export function toVerdictRow(verdict: Verdict): VerdictRow {
	return {
		id: verdict.id,
		signal_id: verdict.signalId,
		account_key: verdict.accountId ?? '',
		account_id: verdict.accountId,
		member_id: verdict.memberId,
		purpose: verdict.purpose,
		action: verdict.action,
		symbol: verdict.symbol,
		side: verdict.side,
		confidence: verdict.confidence,
		actor: verdict.actor,
		decision: verdict.decision,
		code: verdict.code,
		checks: JSON.stringify(verdict.checks),
		intent: verdict.intent === null ? null : JSON.stringify(verdict.intent),
		reservation_id: verdict.reservationId,
		waits_for_capacity: verdict.waitsForCapacity ? 1 : 0,
		policy_version: verdict.policyVersion,
		created_at: verdict.createdAt,
		expires_at: verdict.expiresAt,
	};
}
