import { decimal, div, roundDown, SECOND, type AccountId, type MemberId, type ReasonCode } from '../model';

/** What went to the venue in a span of time, and what came of it. */
export interface Activity {
	/** Orders sent: entries and exits. */
	readonly entries: number;
	readonly exits: number;
	/** Asked for on entries and on exits. */
	readonly cancels: number;
	readonly replaces: number;
	/** Those of the two that concern entries: they count in the order-to-trade ratio. */
	readonly entryRequests: number;
	/** Executions booked, and entries that executed in whole or in part. */
	readonly fills: number;
	readonly filledEntries: number;
	/** When each order, cancel or replace went out, ms UTC, in any order. */
	readonly sentAt: readonly number[];
	/** Orders that the venue rejected. */
	readonly rejects: number;
	/** Orders by algorithm. */
	readonly algorithms: Readonly<Record<string, number>>;
	/** Of every block of the gate, its codes. */
	readonly blocks: readonly (readonly string[])[];
	/** Codes of orders that were approved and not sent all the same. */
	readonly denials: readonly string[];
	readonly overrides: number;
	readonly killSwitchUses: number;
}

/** A day of an account as supervisors ask for it. */
export interface ComplianceSummary {
	readonly entries: number;
	readonly exits: number;
	readonly orders: number;
	readonly cancels: number;
	readonly replaces: number;
	/** Orders, cancels and replaces. */
	readonly messages: number;
	readonly fills: number;
	/** Entries with their cancels and replaces, per entry that executed; null without one. */
	readonly orderToTrade: string | null;
	/** Most messages in one second of the clock. */
	readonly peakMessagesPerSecond: number;
	readonly rejects: number;
	readonly blockedVerdicts: number;
	/** Blocks of the gate and denied orders that a limit of size, price or number refused. */
	readonly limitBreaches: number;
	readonly overrides: number;
	readonly killSwitchUses: number;
	readonly unsealedAuditRows: number;
	readonly algorithms: Readonly<Record<string, number>>;
}

/** A stored day. Times in ms UTC, the first included, the last not. */
export interface ComplianceDay {
	readonly accountId: AccountId;
	readonly memberId: MemberId;
	/** Risk day, `YYYY-MM-DD` in the account's zone. */
	readonly day: string;
	readonly fromAt: number;
	readonly toAt: number;
	readonly summary: ComplianceSummary;
	readonly madeAt: number;
	readonly policyVersion: string;
}

/** Refusals that mean a limit of size, price or number, not an opinion of the signal. */
const LIMIT_CODES: ReadonlySet<string> = new Set<ReasonCode>([
	'ORDER_TO_TRADE', 'MESSAGE_RATE', 'MESSAGES_PER_DAY', 'ORDER_QUANTITY_LIMIT', 'ORDER_VALUE_LIMIT',
	'PRICE_COLLAR', 'PRICE_INSANE', 'QUANTITY_TOO_LARGE', 'POSITION_VALUE_LIMIT', 'RISK_PER_TRADE',
	'DAILY_LOSS_LIMIT', 'TOTAL_OPEN_RISK', 'DUPLICATE_ORDER', 'ORDERS_PER_DAY', 'ENTRY_RATE',
]);

/** Most of these moments that lie in one second of the clock. */
export function peakPerSecond(moments: readonly number[]): number {
	const perSecond = new Map<number, number>();
	let peak = 0;
	for (const at of moments) {
		const second = Math.floor(at / SECOND);
		const count = (perSecond.get(second) ?? 0) + 1;
		perSecond.set(second, count);
		peak = Math.max(peak, count);
	}
	return peak;
}

/** Entries, their cancels and replaces per entry that executed, to two digits; null without one. */
export function orderToTradeRatio({ entries, entryRequests, filledEntries }: Activity): string | null {
	if (filledEntries === 0) return null;
	return roundDown(div(decimal(entries + entryRequests), decimal(filledEntries)), 2);
}

/** Whether anything happened that is worth a message. */
export function isEventful({ messages, blockedVerdicts, overrides, killSwitchUses }: ComplianceSummary): boolean {
	return messages + blockedVerdicts + overrides + killSwitchUses > 0;
}

export function summaryOf(activity: Activity, unsealedAuditRows: number): ComplianceSummary {
	const { entries, exits, cancels, replaces, blocks, denials } = activity;
	const breaches = blocks.filter((codes) => codes.some((code) => LIMIT_CODES.has(code)));
	return {
		entries,
		exits,
		orders: entries + exits,
		cancels,
		replaces,
		messages: entries + exits + cancels + replaces,
		fills: activity.fills,
		orderToTrade: orderToTradeRatio(activity),
		peakMessagesPerSecond: peakPerSecond(activity.sentAt),
		rejects: activity.rejects,
		blockedVerdicts: blocks.length,
		limitBreaches: breaches.length + denials.filter((code) => LIMIT_CODES.has(code)).length,
		overrides: activity.overrides,
		killSwitchUses: activity.killSwitchUses,
		unsealedAuditRows,
		algorithms: activity.algorithms,
	};
}
