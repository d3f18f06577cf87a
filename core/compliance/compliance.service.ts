import { unsealedTail } from '../audit';
import type { Kernel } from '../db';
import { appendEvent } from '../events';
import { currentTier, findAccount, nextRiskDayAt, riskDay, riskDayStart } from '../members';
import { DAY, HOUR, MINUTE, refuse, type AccountId, type Refused } from '../model';
import {
	accountsToReview, activityOf, listDays, type ReviewedAccount,
} from './compliance.queries';
import { insertDay } from './compliance.repository';
import { isEventful, summaryOf, type ComplianceDay, type ComplianceSummary } from './day';

/** Late words of the venue about the day's last orders still come in. */
const AFTER_THE_DAY_MS = 5 * MINUTE;
/** No day is shorter. */
const SHORTEST_DAY_MS = 20 * HOUR;
/** After a long absence, days further back are left out. */
const BACK_MS = 31 * DAY;
const ACTOR = 'engine';

/** The order-to-trade meter and its review of every day. */
export interface Compliance {
	/** Reviews the days that ended since the last call, each once; says how many. */
	reviewDays(): Promise<number>;
	/** The account's risk day so far, or the refusal `ACCOUNT_UNKNOWN`. */
	today(accountId: AccountId): Promise<ComplianceDay | Refused>;
	/** Stored days, newest first. */
	days(filter: { readonly accountId: AccountId | null; readonly limit: number }): Promise<ComplianceDay[]>;
}

interface Span {
	readonly fromAt: number;
	readonly toAt: number;
}

async function summarise(
	kernel: Kernel,
	account: Pick<ReviewedAccount, 'id' | 'memberId'>,
	{ fromAt, toAt }: Span,
): Promise<ComplianceSummary> {
	const { conn } = kernel;
	const { id: accountId, memberId } = account;
	const tier = await currentTier(conn, memberId, kernel.clock.now());
	const activity = await activityOf(conn, { accountId, memberId, tier, from: fromAt, until: toAt });
	return summaryOf(activity, (await unsealedTail(conn)).rows);
}

async function review(
	kernel: Kernel,
	account: Pick<ReviewedAccount, 'id' | 'memberId' | 'zone'>,
	span: Span,
): Promise<ComplianceDay> {
	return {
		accountId: account.id,
		memberId: account.memberId,
		day: riskDay(account, span.fromAt),
		...span,
		summary: await summarise(kernel, account, span),
		madeAt: kernel.clock.now(),
		policyVersion: kernel.rules.version,
	};
}

async function store(kernel: Kernel, day: ComplianceDay): Promise<boolean> {
	const { summary } = day;
	return kernel.transaction(async (trx) => {
		if (!(await insertDay(trx, day))) return false;
		if (!isEventful(summary)) return true;
		await appendEvent(trx, kernel, {
			type: 'compliance.daily_summary',
			memberId: day.memberId,
			accountId: day.accountId,
			actor: ACTOR,
			payload: {
				day: day.day,
				orders: summary.orders,
				messages: summary.messages,
				fills: summary.fills,
				order_to_trade: summary.orderToTrade,
				peak_messages_per_second: summary.peakMessagesPerSecond,
				rejects: summary.rejects,
				limit_breaches: summary.limitBreaches,
				overrides: summary.overrides,
				kill_switch_uses: summary.killSwitchUses,
				unsealed_audit_rows: summary.unsealedAuditRows,
			},
		});
		return true;
	});
}

/** Days of the account that are over and not in review yet, in order. */
function dueDays(account: ReviewedAccount, now: number): Span[] {
	const earliest = Math.max(account.reviewedTo ?? account.createdAt, now - BACK_MS);
	const spans: Span[] = [];
	let fromAt = riskDayStart(account, earliest);
	for (;;) {
		const toAt = nextRiskDayAt(account, fromAt);
		if (toAt + AFTER_THE_DAY_MS > now) return spans;
		spans.push({ fromAt, toAt });
		fromAt = toAt;
	}
}

async function reviewDays(kernel: Kernel): Promise<number> {
	const now = kernel.clock.now();
	let reviewed = 0;
	// A new account's first day may be over at once, another one's only a day after its last.
	for (const account of await accountsToReview(kernel.conn, now)) {
		if (account.reviewedTo !== null && now - account.reviewedTo < SHORTEST_DAY_MS) continue;
		if (account.reviewedTo === null && riskDay(account, account.createdAt) === riskDay(account, now)) continue;
		for (const span of dueDays(account, now)) {
			if (await store(kernel, await review(kernel, account, span))) reviewed += 1;
		}
	}
	return reviewed;
}

export function createCompliance(kernel: Kernel): Compliance {
	return {
		reviewDays: async () => reviewDays(kernel),
		today: async (accountId) => {
			const account = await findAccount(kernel.conn, accountId);
			if (account === null) return refuse('ACCOUNT_UNKNOWN', { id: accountId });
			const toAt = kernel.clock.now() + 1;
			return review(kernel, account, { fromAt: riskDayStart(account, toAt), toAt });
		},
		days: async (filter) => listDays(kernel.conn, filter),
	};
}
