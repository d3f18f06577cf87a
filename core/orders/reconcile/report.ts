import type { AccountId } from '../../model';
import type { Issue, IssueKind } from '../issues/issue';
import type { Adjustment } from './adjustment.table';
import type { Adoption, Findings, Skipped } from './look';

/** What one account's comparison found and did. */
export interface AccountReport {
	readonly accountId: AccountId;
	readonly venue: string;
	/** Everything was compared, nothing differs, and no issue about it is open. */
	readonly allClear: boolean;
	/** ms UTC. */
	readonly checkedAt: number;
	/** Open issues of the account after it. */
	readonly issues: readonly Issue[];
	readonly adopted: readonly Adoption[];
	readonly adjusted: readonly Adjustment[];
	/** Orders of ours of which the venue knew more. */
	readonly booked: readonly string[];
	readonly skipped: readonly Skipped[];
}

/** What a comparison of one account or all found and did. */
export interface ReconcileReport {
	readonly allClear: boolean;
	readonly checkedAt: number;
	readonly accounts: readonly AccountReport[];
}

/** Issues that a comparison can leave open; others are about single orders and told apart. */
const OF_COMPARISON: ReadonlySet<IssueKind> = new Set<IssueKind>([
	'UNKNOWN_POSITION', 'QUANTITY_MISMATCH', 'PHANTOM_POSITION', 'PRICE_MISMATCH', 'UNKNOWN_ORDER',
	'MISSING_ORDER', 'MISSING_STOP', 'ORDER_UNRESOLVED', 'CASH_MISMATCH', 'VENUE_UNREADABLE',
]);

/** Whether nothing is left to be put right or looked at. */
export function isClear(findings: Findings, open: readonly Issue[]): boolean {
	const { skipped, adjusted, differences, booked } = findings;
	const untouched = adjusted.length === 0 && differences.length === 0 && booked.length === 0;
	return untouched && skipped.length === 0 && !open.some(({ kind }) => OF_COMPARISON.has(kind));
}
