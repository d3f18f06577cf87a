import type { ReasonCode, ReasonContext } from '../model';
import { reasonText } from '../model';
import type { Verdict } from '../risk';

/** Why a ticket is where it is, for machines and people; both null where nothing needs saying. */
export interface TicketReason {
	readonly code: ReasonCode | null;
	readonly message: string | null;
}

/** Of a ticket that is where it is meant to be. */
export const NO_REASON: TicketReason = { code: null, message: null };

/** A code with its text filled from the context. */
export function coded(code: ReasonCode, context: ReasonContext = {}): TicketReason {
	return { code, message: reasonText(code, context) };
}

/** The verdict's code with the text of the check that gave it. */
export function verdictReason(
	verdict: Pick<Verdict, 'checks' | 'code'>,
): TicketReason & { readonly message: string } {
	const check = verdict.checks.find((each) => each.code === verdict.code);
	return { code: verdict.code, message: check?.message ?? reasonText(verdict.code, {}) };
}
