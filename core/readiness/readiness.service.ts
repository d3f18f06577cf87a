import { appendAudit } from '../audit';
import type { Conn, Kernel } from '../db';
import { findAccount, riskDay, type Account } from '../members';
import {
	FirecontrolError, HOUR, messageOf, newId, type AccountId, type Decimal, type MemberId,
} from '../model';
import { divergence, type Divergence } from './divergence';
import { tradeFacts, type PaperTrade } from './facts';
import { scoreReadiness, type ReadinessFacts, type StoredReadiness } from './readiness';
import { notPaper, overrideInvalid } from './readiness.errors';
import {
	closedTrades, criticalIssues, executionSide, limitTrips, orderCounts, pairsToScore, paperModelOf,
	sourcesOf, type ClosedTradeRow,
} from './readiness.queries';
import { insertOverride, latestOverride, saveReadiness, scoresOfMember } from './readiness.repository';
import type { ReadinessOverride } from './readiness.table';

const REASON_MIN = 10;
const REASON_MAX = 500;

/** A score together with how paper and live went apart. */
export interface ReadinessAnswer extends StoredReadiness {
	readonly memberId: MemberId;
	readonly divergence: Divergence;
}

/** Lets a source trade live money although it is not ready. */
export interface OverrideWish {
	/** The live account. */
	readonly accountId: AccountId;
	readonly source: string;
	/** For the record: why, in a sentence. */
	readonly reason: string;
	/** Null: until a later override takes its place. */
	readonly hours: number | null;
	readonly actor: string;
}

/** What the gate asks before it lets a source trade live. */
export interface LiveReadiness {
	/** The member's best score of the source on paper that is fresh; null: none. */
	readonly best: StoredReadiness | null;
	/** Somebody's word that counts at this time, or null. */
	readonly override: ReadinessOverride | null;
}

/** How ready sources are for live money. */
export interface ReadinessService {
	/**
	 * Scores a source on a paper account now, and stores it.
	 * @throws FirecontrolError `ACCOUNT_UNKNOWN`, `READINESS_NOT_PAPER`
	 */
	compute(accountId: AccountId, source: string): Promise<ReadinessAnswer>;
	/** The same for every source that has closed a trade on the account. */
	computeAll(accountId: AccountId): Promise<ReadinessAnswer[]>;
	/** Job: scores every source on every paper account. @returns how many */
	refresh(): Promise<number>;
	/** @throws FirecontrolError `ACCOUNT_UNKNOWN`, `OVERRIDE_INVALID` */
	override(wish: OverrideWish): Promise<ReadinessOverride>;
}

async function theAccount(conn: Conn, accountId: AccountId): Promise<Account> {
	const account = await findAccount(conn, accountId);
	if (account !== null) return account;
	throw new FirecontrolError('ACCOUNT_UNKNOWN', `There is no account ${accountId}.`);
}

const toTrade = (account: Account, row: ClosedTradeRow): PaperTrade => ({
	id: row.id,
	source: row.source,
	net: row.realised_net,
	stopHonoured: row.stop_honoured === null ? null : row.stop_honoured === 1,
	openedAt: row.opened_at,
	closedAt: row.closed_at,
	day: riskDay(account, row.closed_at),
});

async function factsOf(kernel: Kernel, account: Account, source: string): Promise<ReadinessFacts> {
	const { conn, rules } = kernel;
	const model = await paperModelOf(conn, account.id);
	const since = model?.model_at ?? 0;
	const rows = await closedTrades(conn, account.id, since);
	const trades = rows.map((row) => toTrade(account, row));
	const { orders, failed } = await orderCounts(conn, account.id, source, since);
	const start: Decimal = account.startBalance;
	return {
		...tradeFacts(start, trades, source, rules.policy.readiness.tradeLossPercent),
		limitTrips: await limitTrips(conn, account.id, since),
		orders,
		failedOrders: failed,
		criticalIssues: await criticalIssues(conn, account.id),
		// There is no backtest yet.
		deviationPercent: null,
		realistic: model?.model === 'realistic',
	};
}

async function compute(kernel: Kernel, accountId: AccountId, source: string): Promise<ReadinessAnswer> {
	const { conn, clock, rules } = kernel;
	const account = await theAccount(conn, accountId);
	if (account.kind !== 'paper') throw notPaper(accountId, account.kind);
	const facts = await factsOf(kernel, account, source);
	const stored: StoredReadiness = {
		...scoreReadiness(facts, rules.policy.readiness),
		accountId,
		source,
		computedAt: clock.now(),
		policyVersion: rules.version,
	};
	await saveReadiness(conn, stored);
	const { memberId } = account;
	const paper = await executionSide(conn, memberId, source, 'paper');
	const live = await executionSide(conn, memberId, source, 'live');
	return { ...stored, memberId, divergence: divergence(paper, live) };
}

function checked({ source, reason, hours }: OverrideWish): { source: string; reason: string } {
	const words = reason.trim();
	if (words.length < REASON_MIN || words.length > REASON_MAX) {
		throw overrideInvalid(
			`Give the reason of the override in ${REASON_MIN} to ${REASON_MAX} characters: it is kept on record.`,
		);
	}
	if (source.trim() === '') throw overrideInvalid('Say which source may trade live.');
	if (hours !== null && !(hours > 0)) throw overrideInvalid('Give the hours as a number above 0.');
	return { source: source.trim(), reason: words };
}

async function override(kernel: Kernel, wish: OverrideWish): Promise<ReadinessOverride> {
	const { clock, rng, rules } = kernel;
	const { source, reason } = checked(wish);
	const { accountId, actor, hours } = wish;
	const account = await theAccount(kernel.conn, accountId);
	if (account.kind !== 'live') {
		throw overrideInvalid(
			`The account ${accountId} is ${account.kind}; only live accounts ask for readiness.`,
		);
	}
	const createdAt = clock.now();
	const made: ReadinessOverride = {
		id: newId('ovr', clock, rng),
		accountId,
		source,
		reason,
		actor,
		createdAt,
		expiresAt: hours === null ? null : createdAt + Math.round(hours * HOUR),
		policyVersion: rules.version,
	};
	await kernel.transaction(async (trx) => {
		await insertOverride(trx, made);
		await appendAudit(trx, kernel, {
			actor,
			action: 'readiness.overridden',
			subjectId: accountId,
			memberId: account.memberId,
			accountId,
			details: { override: made.id, source, reason, expires_at: made.expiresAt },
		});
	});
	return made;
}

/** What the gate asks of a member's source, at `now`. Call it in the transaction that judges. */
export async function liveReadiness(
	conn: Conn,
	subject: { readonly memberId: MemberId; readonly accountId: AccountId; readonly source: string },
	{ now, freshHours }: { readonly now: number; readonly freshHours: number },
): Promise<LiveReadiness> {
	const scores = await scoresOfMember(conn, subject.memberId, subject.source);
	const fresh = scores.filter(({ computedAt }) => now - computedAt <= freshHours * HOUR);
	const last = await latestOverride(conn, subject.accountId, subject.source);
	const counts = last !== null && (last.expiresAt === null || now < last.expiresAt);
	return { best: fresh[0] ?? null, override: counts ? last : null };
}

export function createReadiness(kernel: Kernel): ReadinessService {
	return {
		compute: async (accountId, source) => compute(kernel, accountId, source),
		computeAll: async (accountId) => {
			const answers: ReadinessAnswer[] = [];
			for (const source of await sourcesOf(kernel.conn, accountId)) {
				answers.push(await compute(kernel, accountId, source));
			}
			return answers;
		},
		refresh: async () => {
			const pairs = await pairsToScore(kernel.conn);
			for (const { account_id: accountId, source } of pairs) {
				try {
					await compute(kernel, accountId, source);
				} catch (error) {
					// One that cannot be scored keeps none of the others waiting.
					const facts = { account: accountId, source, error: messageOf(error) };
					kernel.log.error('A readiness score could not be computed.', facts);
				}
			}
			return pairs.length;
		},
		override: async (wish) => override(kernel, wish),
	};
}
