import type { Kernel, Trx } from '../../db';
import { accountsByIds, currentTier, nextRiskDayAt, riskDay, rolledTo, type Account, type Member } from '../../members';
import {
	DAY, div, gt, HOUR, HUNDRED, isoTime, lt, max, mul, neg, roundHalfEven, sub, ZERO,
	type AccountId, type Decimal, type TradeId,
} from '../../model';
import { announceChanges } from './announce';
import { findBehaviour, insertHappenings, readNews, saveState, storedRisks } from './behaviour.repository';
import type { NewsRow } from './behaviour.table';
import type { BehaviourFacts } from './facts';
import { factsOf } from './facts-of';
import { foldAll } from './fold';
import { inOrder, type Happening, type MedicCalled, type RecordedHappening } from './happening';
import { nextDue } from './passing';
import { newState, type BehaviourState, type Folded, type FoldRules } from './state';

/** How long a transaction may take to commit what carries its earlier time. */
const LATE_MS = HOUR;
/** How far back a member is looked at for the first time. */
const FIRST_MS = 48 * HOUR;
const FIRST_ORDERS_MS = 2 * HOUR;
/** Sizes are cut to the venue's step, so a trade at 1.5 % risks a hair less: told at two decimals. */
const RISK_SCALE = 2;

/** Percent of the account's equity; null where there is none to take it of. */
function percentOfEquity(risk: Decimal | null, account: Account | undefined): Decimal | null {
	const equity = account?.equity ?? account?.cash ?? ZERO;
	if (risk === null || !gt(risk, 0) || !gt(equity, 0)) return null;
	return roundHalfEven(div(mul(risk, HUNDRED), equity), RISK_SCALE);
}

/** What the account lost on its risk day, percent of the equity it began with; never negative. */
export function dayLossPercent(account: Account): Decimal {
	const { dayStartEquity, realisedToday, equity } = account;
	const lost = max(neg(realisedToday), equity === null ? ZERO : sub(dayStartEquity, equity));
	if (!gt(lost, 0)) return ZERO;
	return gt(dayStartEquity, 0) ? div(mul(lost, HUNDRED), dayStartEquity) : HUNDRED;
}

/** Whether an account lost so much that it has to trade small; null: not, or it does already. */
export function medicCall(
	account: Account,
	state: BehaviourState | null,
	lossPercent: number,
	now: number,
): MedicCalled | null {
	const rolled = rolledTo(account, now);
	const medic = state?.accounts[account.id]?.medic ?? null;
	if (medic !== null && medic.until > now) return null;
	const lost = dayLossPercent(rolled);
	if (lt(lost, lossPercent)) return null;
	return {
		kind: 'medic_called',
		at: now,
		accountId: account.id,
		riskDay: rolled.riskDay,
		until: nextRiskDayAt(account, now),
		lossPercent: roundHalfEven(lost, RISK_SCALE),
	};
}

function happeningOf(
	row: NewsRow,
	account: Account | undefined,
	stored: ReadonlyMap<TradeId, Decimal>,
): RecordedHappening {
	const { id, at, signal_id: signalId, account_id: accountId } = row;
	if (row.kind === 'stop_loosened' || accountId === null) return { kind: 'stop_loosened', id, at };
	const risk = row.trade_id === null ? null : (stored.get(row.trade_id) ?? null);
	if (row.kind === 'entry_ordered') {
		return { kind: 'entry_ordered', id, at, accountId, signalId, riskPercent: percentOfEquity(row.risk, account) };
	}
	return {
		kind: 'trade_closed', id, at, accountId, signalId,
		gross: row.gross ?? ZERO,
		net: row.net ?? ZERO,
		riskPercent: risk ?? percentOfEquity(row.risk, beforeResult(account, row.net)),
		exitReason: row.exit_reason ?? 'engine',
		riskDay: riskDay({ zone: account?.zone ?? 'UTC' }, at),
	};
}

/** The account as it was, near enough, before the trade brought its result. */
function beforeResult(account: Account | undefined, net: Decimal | null): Account | undefined {
	if (account === undefined) return undefined;
	return { ...account, equity: sub(account.equity ?? account.cash, net ?? ZERO) };
}

/** The dates that clocks anywhere showed between the two moments. */
function daysAround(from: number, to: number): string[] {
	const days: string[] = [];
	for (let at = from - DAY; at < to + 2 * DAY; at += DAY) days.push(isoTime(at).slice(0, 10));
	return days;
}

interface News {
	readonly happenings: readonly RecordedHappening[];
	readonly tradeOf: ReadonlyMap<string, TradeId>;
}

async function loadNews(
	trx: Trx,
	member: Member,
	known: readonly Account[],
	foldedTo: number | null,
	now: number,
): Promise<News> {
	const from = Math.min(foldedTo ?? now, now);
	const ordered = Math.max(from - LATE_MS, now - FIRST_ORDERS_MS);
	const told = foldedTo === null ? now - FIRST_MS : from - LATE_MS;
	const rows = await readNews(trx, member.id, { told, ordered, orderDays: daysAround(ordered, now) });
	if (rows.length === 0) return { happenings: [], tradeOf: new Map() };
	const closed = rows.filter((row) => row.kind === 'trade_closed');
	const stored = await storedRisks(trx, closed.flatMap(({ trade_id: id }) => (id === null ? [] : [id])));
	const accounts = new Map<AccountId, Account>(known.map((account) => [account.id, account]));
	const missing = [...new Set(rows.map((row) => row.account_id))].filter(
		(id): id is AccountId => id !== null && !accounts.has(id),
	);
	for (const account of await accountsByIds(trx, missing)) accounts.set(account.id, account);
	const accountOf = (row: NewsRow) => (row.account_id === null ? undefined : accounts.get(row.account_id));
	const risks = new Map(stored);
	for (const row of rows) {
		const risk = row.kind === 'entry_ordered' ? percentOfEquity(row.risk, accountOf(row)) : null;
		if (row.trade_id !== null && risk !== null) risks.set(row.trade_id, risk);
	}
	return {
		happenings: rows.map((row) => happeningOf(row, accountOf(row), risks)),
		tradeOf: new Map(rows.flatMap((row) => (row.trade_id === null ? [] : [[row.id, row.trade_id]]))),
	};
}

/** Where a member stands now. */
export interface Standing {
	/** Null: nothing ever happened. */
	readonly state: BehaviourState | null;
	readonly selfLockedUntil: number | null;
}

/** Stores and tells what the news came to; nothing where nothing did. */
async function store(
	trx: Trx,
	kernel: Kernel,
	{ id }: Member,
	news: News,
	{ state, changes }: Folded,
	now: number,
): Promise<void> {
	await insertHappenings(trx, id, news.happenings, news.tradeOf, now);
	const tripDue = changes.some(({ type }) => type === 'behaviour.tilt_tripped');
	const { version: policyVersion } = kernel.rules;
	await saveState(trx, id, state, { dueAt: nextDue(state), tripDue, now, policyVersion });
	await announceChanges(trx, kernel, id, changes);
}

/**
 * Folds in everything that happened to the member and was not folded in yet, and stores and tells
 * what came of it, once. Call it under the member's lock; nothing else may write these rows.
 * @param accounts those whose loss of the day is looked at
 */
export async function foldNews(
	trx: Trx,
	kernel: Kernel,
	member: Member,
	accounts: readonly Account[],
	now: number,
): Promise<Standing> {
	const { state: stored, foldedTo, selfLockedUntil } = await findBehaviour(trx, member.id);
	const news = await loadNews(trx, member, accounts, foldedTo, now);
	const { behaviour: policy } = kernel.rules.policy;
	const calls = accounts
		.map((account) => medicCall(account, stored, policy.medic.lossPercent, now))
		.filter((call) => call !== null);
	const happenings: Happening[] = inOrder([...news.happenings, ...calls]);
	// Most members most of the time: nothing is computed, nothing written.
	if (stored === null && happenings.length === 0) return { state: null, selfLockedUntil };
	const before = stored ?? newState(now - FIRST_MS, member.zone);
	const tier = happenings.length === 0 ? null : await currentTier(trx, member.id, now);
	const rules: FoldRules = { policy, zone: member.zone, tier };
	const reached = foldAll(before, [...happenings, { kind: 'time_passed', at: now }], rules);
	const dayBegan = reached.state.dayEndsAt !== before.dayEndsAt;
	if (happenings.length > 0 || reached.changes.length > 0 || dayBegan) {
		await store(trx, kernel, member, news, reached, now);
	}
	return { state: reached.state, selfLockedUntil };
}

/**
 * What the behaviour guard says of the account at `now`, after folding in all that is new. Call it
 * under the member's lock, which the gate holds.
 */
export async function loadBehaviour(
	trx: Trx,
	kernel: Kernel,
	{ member, account, now }: { readonly member: Member; readonly account: Account; readonly now: number },
): Promise<BehaviourFacts> {
	const { state, selfLockedUntil } = await foldNews(trx, kernel, member, [account], now);
	const { behaviour: policy } = kernel.rules.policy;
	const subject = { accountId: account.id, riskDay: riskDay(account, now), now, selfLockedUntil, policy };
	return factsOf(state, subject);
}
