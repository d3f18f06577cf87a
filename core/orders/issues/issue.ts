import type { AccountId, IssueId, MemberId, OrderId, SignalId } from '../../model';

/**
 * What can be wrong between our books and a venue's, and what went wrong with an order.
 * One issue of a kind is open at a time for one subject: a symbol, an order, or the account.
 */
export const ISSUE_KINDS = [
	/** The venue holds something that no trade of ours explains. */
	'UNKNOWN_POSITION',
	/** The venue holds less (or, on derivatives, other) than our trade says. */
	'QUANTITY_MISMATCH',
	/** Our trade is open and the venue holds nothing of it. */
	'PHANTOM_POSITION',
	/** The venue's average price is not ours. */
	'PRICE_MISMATCH',
	/** The venue has working orders in the symbol that are not ours. */
	'UNKNOWN_ORDER',
	/** We have a working order that the venue does not know any more. */
	'MISSING_ORDER',
	/** A trade whose protective stop does not rest where it should. */
	'MISSING_STOP',
	/** The jobs that compare the account with its venue have not got to it for too long. */
	'COMPARING_STALLED',
	/** The venue gives no report of the order that can be read. */
	'ORDER_UNREADABLE',
	/** Nobody knows whether the venue has the order. */
	'ORDER_UNRESOLVED',
	/** The venue's balance of the account's currency is not our cash. */
	'CASH_MISMATCH',
	/** The venue does not answer about the account. */
	'VENUE_UNREADABLE',
	'EXIT_FAILED',
	'LATE_FILL',
	'SLIPPAGE',
	'FEE_CURRENCY_UNKNOWN',
	'ORDER_TRANSITION',
	'ORDER_OVERFILLED',
	'EXIT_EXCEEDS_POSITION',
	'ORDER_WITHOUT_TRADE',
	/** The kill switch could not close everything yet. */
	'FLATTEN_INCOMPLETE',
	/** The timer at the venue that cancels what rests cannot be kept as it should. */
	'DEAD_MAN_FAILING',
] as const;
export type IssueKind = (typeof ISSUE_KINDS)[number];

export type IssueSeverity = 'normal' | 'high' | 'critical';

/** Found by comparing: may be a moment's difference, so that it is announced when seen again. */
const COMPARED: ReadonlySet<IssueKind> = new Set<IssueKind>([
	'UNKNOWN_POSITION', 'QUANTITY_MISMATCH', 'PHANTOM_POSITION', 'PRICE_MISMATCH', 'UNKNOWN_ORDER',
	'MISSING_ORDER', 'MISSING_STOP', 'CASH_MISMATCH', 'VENUE_UNREADABLE', 'ORDER_UNREADABLE',
]);

/** About one order rather than about a symbol. */
const BY_ORDER: ReadonlySet<IssueKind> = new Set<IssueKind>([
	'MISSING_ORDER', 'ORDER_UNREADABLE', 'ORDER_UNRESOLVED', 'LATE_FILL', 'SLIPPAGE', 'ORDER_TRANSITION',
	'ORDER_OVERFILLED', 'EXIT_EXCEEDS_POSITION', 'ORDER_WITHOUT_TRADE',
]);

/** Told and done: nothing about it can be put right any more. */
const NOTICES: ReadonlySet<IssueKind> = new Set<IssueKind>(['SLIPPAGE']);

/** Ended by the engine alone, as soon as the difference is gone: a person cannot wish it away. */
const CHECKED: ReadonlySet<IssueKind> = new Set<IssueKind>([
	'QUANTITY_MISMATCH', 'PHANTOM_POSITION', 'MISSING_ORDER', 'MISSING_STOP', 'CASH_MISMATCH',
	'VENUE_UNREADABLE', 'ORDER_UNREADABLE', 'COMPARING_STALLED', 'EXIT_FAILED', 'FLATTEN_INCOMPLETE', 'DEAD_MAN_FAILING',
]);

/** Told by an event of their own, once for all accounts. */
const TOLD_ELSEWHERE: ReadonlySet<IssueKind> = new Set<IssueKind>(['FLATTEN_INCOMPLETE']);

export const isCompared = (kind: IssueKind): boolean => COMPARED.has(kind);
export const isNotice = (kind: IssueKind): boolean => NOTICES.has(kind);
export const isChecked = (kind: IssueKind): boolean => CHECKED.has(kind);

/** Whether the text names a kind of issue. */
export function isIssueKind(text: string): text is IssueKind {
	return ISSUE_KINDS.some((kind) => kind === text);
}

/** What an issue is about, as far as it says which one it is. */
export interface IssueKey {
	readonly accountId: AccountId;
	readonly kind: IssueKind;
	/** Unified name, currency or asset; null where the whole account is meant. */
	readonly symbol: string | null;
	readonly orderId?: OrderId | null;
}

/** What makes two sightings the same issue. */
export function subjectOf({ kind, symbol, orderId = null }: IssueKey): string {
	if (BY_ORDER.has(kind) && orderId !== null) return orderId;
	return symbol ?? '';
}

/** A sighting. */
export interface NewIssue extends IssueKey {
	readonly severity: IssueSeverity;
	/** What our books say, and what the venue says; null where there is nothing to compare. */
	readonly ours?: string | null;
	readonly venue?: string | null;
	/** What happened and what to do, for people. */
	readonly detail: string;
	/** The signal that the order came from: the alert belongs to its story. */
	readonly signalId?: SignalId | null;
}

/** A stored issue; open until `resolvedAt` is set. Times in ms UTC. */
export interface Issue {
	readonly id: IssueId;
	readonly accountId: AccountId;
	readonly memberId: MemberId;
	readonly subject: string;
	readonly symbol: string | null;
	readonly orderId: OrderId | null;
	readonly kind: IssueKind;
	readonly severity: IssueSeverity;
	readonly ours: string | null;
	readonly venue: string | null;
	readonly detail: string;
	/** How often in a row it was seen. */
	readonly cycles: number;
	readonly firstSeen: number;
	readonly lastSeen: number;
	/** When people were told; null: not yet. */
	readonly announcedAt: number | null;
	/** What became of it; null while open. */
	readonly resolution: string | null;
	readonly note: string | null;
	readonly resolvedBy: string | null;
	readonly resolvedAt: number | null;
	readonly policyVersion: string;
}

const RANK: Readonly<Record<IssueSeverity, number>> = { normal: 0, high: 1, critical: 2 };

/** Whether people are to be told of this sighting: once, and again when it got worse. */
export function mustAnnounce(
	seen: Pick<Issue, 'announcedAt' | 'cycles' | 'kind' | 'severity'>,
	before: Pick<Issue, 'severity'> | null,
	graceCycles: number,
): boolean {
	if (TOLD_ELSEWHERE.has(seen.kind)) return false;
	if (isCompared(seen.kind) && seen.cycles < graceCycles) return false;
	if (seen.announcedAt === null) return true;
	return before !== null && RANK[seen.severity] > RANK[before.severity];
}
