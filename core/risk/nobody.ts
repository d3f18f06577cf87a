import type { Kernel } from '../db';
import { isoTime, newId } from '../model';
import type { Signal } from '../signals';
import { block } from './checks/check';
import { decide } from './gate';
import type { CheckResult, Verdict } from './risk';

/** Why a signal is judged for no account at all. */
export type NobodyReason =
	| { readonly kind: 'none_eligible'; readonly unknownHandles: readonly string[] }
	| { readonly kind: 'never_judged' };

function checksOf(signal: Signal, reason: NobodyReason, now: number): CheckResult[] {
	if (reason.kind === 'never_judged') {
		const expires = isoTime(signal.expiresAt);
		const finding = { limit: expires, observed: isoTime(now), context: { expires_at: expires } };
		return [block('signal_expiry', 'SIGNAL_EXPIRED', finding)];
	}
	const unknown = reason.unknownHandles.map((observed) =>
		block('addressee', 'ADDRESSEE_UNKNOWN', { observed }),
	);
	return [block('eligibility', 'NO_ELIGIBLE_ACCOUNT', { limit: 1, observed: 0 }), ...unknown];
}

/** The verdict of a signal that no account is judged for: always BLOCK. */
export function nobodysVerdict(
	kernel: Kernel,
	signal: Signal,
	reason: NobodyReason,
	actor: string,
): Verdict {
	const now = kernel.clock.now();
	const { decision, code, checks } = decide(checksOf(signal, reason, now));
	return {
		id: newId('vrd', kernel.clock, kernel.rng),
		signalId: signal.id,
		accountId: null,
		memberId: null,
		purpose: 'intake',
		action: signal.action,
		symbol: signal.symbol,
		side: signal.side,
		confidence: signal.confidence,
		decision,
		code,
		checks,
		intent: null,
		reservationId: null,
		waitsForCapacity: false,
		policyVersion: kernel.rules.version,
		actor,
		createdAt: now,
		expiresAt: signal.expiresAt,
	};
}
