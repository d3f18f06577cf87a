import { SECOND, type Policy } from '../model';

/** What a failed try leads to. */
export type NextStep =
	| { readonly kind: 'again'; readonly at: number }
	| { readonly kind: 'dead' };

/**
 * The next step after `attempts` tries: waits grow by the policy, a provider's own wait is honoured
 * when it is longer, and after the last wait the message is dead.
 */
export function nextStep(
	attempts: number,
	now: number,
	retryAfterMs: number | null,
	policy: Policy['notifications'],
): NextStep {
	const wait = policy.retrySeconds[attempts - 1];
	if (wait === undefined) return { kind: 'dead' };
	return { kind: 'again', at: now + Math.max(wait * SECOND, retryAfterMs ?? 0) };
}
