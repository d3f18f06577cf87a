import { readHeartbeat, type Kernel, type Trx } from '../db';
import {
	currentTier, lockAccount, lockMember, memberDay, normalHandle, riskDayStart, rolledTo, type Account, type Member,
} from '../members';
import {
	MINUTE, SECOND, sub, venueLimits,
	type FireMode, type Policy, type ReservationId, type Tier, type TradeId,
} from '../model';
import {
	entryFacts, entryPrice, heldByForeign, listHoldings, liveReservations, openQuantity, messagesSince, openTrades,
	pendingApprovals, unbookedFees,
	type EntryFacts, type Trade,
} from '../orders';
import { liveReadiness } from '../readiness';
import { lockLatch, tradingStateFor } from '../safety';
import { loadBehaviour } from './behaviour';
import type { MarketView } from './market-view';
import { newsFor, symbolParts } from './news';
import { openingSide } from './prices';
import { accountUnknown } from './risk.errors';
import type { AccountFacts, OpenTrade, RiskSnapshot } from './snapshot';

/** Name under which the engine reports that it lives. */
const ENGINE = 'engine';

/** Whose judgement it is, locked: latch, then member, then account. */
export interface LockedOwner {
	readonly member: Member;
	readonly account: Account;
	/** The moment of the judgement: after all locks were granted. */
	readonly now: number;
}

/** What a judgement is for, beyond the market. */
export interface JudgementTerms {
	/** The member's own mode unless a ticket has one. */
	readonly mode: FireMode | null;
	readonly manualRun: boolean;
	readonly allowLive: boolean;
	/** The trade whose entry is to be replaced is left out; null: nothing is replaced. */
	readonly replaces: TradeId | null;
}

/** A snapshot, and the reservations of the same signal and account that it leaves out. */
export interface LoadedSnapshot {
	readonly snapshot: RiskSnapshot;
	readonly ownReservations: readonly ReservationId[];
}

/**
 * Locks everything that a judgement of this account depends on, until the transaction ends. The
 * trading state cannot change meanwhile, nor another judgement of the member run.
 */
export async function lockOwner(trx: Trx, kernel: Kernel, view: MarketView): Promise<LockedOwner> {
	await lockLatch(trx, 'share');
	const member = await lockMember(trx, view.memberId);
	const account = await lockAccount(trx, view.accountId);
	if (member === null) throw accountUnknown(view.accountId);
	return { member, account, now: kernel.clock.now() };
}

/** The account's money on the risk day of `now`. */
export function accountFacts(account: Account, now: number): AccountFacts {
	const rolled = rolledTo(account, now);
	const { status, kind, liveEnabledAt, currency, cash, equity } = rolled;
	const { equityAt, dayStartEquity, realisedToday } = rolled;
	return {
		active: status === 'active', kind, liveEnabled: liveEnabledAt !== null,
		currency, cash, equity, equityAt, dayStartEquity, realisedToday,
	};
}

/** The same, less what others' working orders at the venue hold of its cash. */
async function freeFacts(trx: Trx, account: Account, now: number): Promise<AccountFacts> {
	const facts = accountFacts(account, now);
	if (facts.kind === 'paper') return facts;
	return { ...facts, cash: sub(facts.cash, await heldByForeign(trx, account.id, facts.currency)) };
}

/** On spot, holdings are named by their asset: those never stand in the way of a symbol. */
async function foreignPosition(trx: Trx, account: Account, symbol: string): Promise<boolean> {
	if (account.kind === 'paper') return false;
	return (await listHoldings(trx, [account.id])).some(({ name }) => name === symbol);
}

/** What the checks look at of a trade. */
export function openTradeFacts(trade: Trade): OpenTrade {
	return {
		signalId: trade.signalId,
		symbol: trade.symbol,
		side: trade.side,
		openQuantity: openQuantity(trade),
		entryPrice: entryPrice(trade),
		unbookedFees: unbookedFees(trade),
		stopLoss: trade.stopLoss,
		openedAt: trade.openedAt ?? trade.createdAt,
	};
}

async function orderFacts(
	trx: Trx,
	view: MarketView,
	{ member, now }: LockedOwner,
	policy: Policy,
	tier: Tier | null,
): Promise<EntryFacts> {
	const { signal, accountId } = view;
	const { duplicateSeconds } = policy.risk;
	const cooldown = tier === null ? 0 : policy.tiers[tier].cooldownMinutes;
	return entryFacts(trx, {
		memberId: member.id,
		memberDay: memberDay(member.zone, now),
		earlierDay: memberDay(member.zone, now - cooldown * MINUTE),
		accountId,
		symbol: view.market?.symbol ?? signal.symbol,
		side: openingSide(signal),
		source: signal.source,
		givenQuantity: signal.quantity,
		since: now - duplicateSeconds * SECOND,
		exceptSignalId: signal.id,
	});
}

async function readinessOf(
	trx: Trx,
	{ rules }: Kernel,
	{ memberId, accountId, signal }: MarketView,
	now: number,
): Promise<RiskSnapshot['readiness']> {
	const { freshHours } = rules.policy.readiness;
	const subject = { memberId, accountId, source: signal.source };
	return liveReadiness(trx, subject, { now, freshHours });
}

/** Counted only where a limit asks for it: every entry is gated. */
async function messagesOf(
	trx: Trx,
	{ compliance }: Policy,
	account: Account,
	now: number,
): Promise<RiskSnapshot['messages']> {
	const { messagesPerSecond, messagesPerDay } = venueLimits(compliance, account.venue);
	const own = { accountId: account.id };
	const scope = account.kind === 'paper' ? own : { venue: account.venue };
	const begin = messagesPerDay === null ? now : riskDayStart(account, now);
	return {
		lastSecond: messagesPerSecond === null ? 0 : await messagesSince(trx, scope, now - SECOND + 1),
		today: messagesPerDay === null ? 0 : await messagesSince(trx, own, begin),
	};
}

/** What is said about a symbol that the venue does not list hardly matters: it is refused anyway. */
async function newsOf(
	trx: Trx,
	{ rules }: Kernel,
	{ market, signal }: MarketView,
	now: number,
): Promise<RiskSnapshot['news']> {
	const { news } = rules.policy;
	const unknown = { base: signal.symbol, quote: signal.symbol };
	const { base, quote } = market ?? symbolParts(signal.symbol, news) ?? unknown;
	return newsFor(trx, { base, quote, now, rules: news });
}

function latest(...times: readonly (number | null)[]): number | null {
	const known = times.filter((time) => time !== null);
	return known.length === 0 ? null : Math.max(...known);
}

/** Reads everything an opening is judged by. Call it under the locks of `lockOwner`. */
export async function loadSnapshot(
	trx: Trx,
	kernel: Kernel,
	view: MarketView,
	owner: LockedOwner,
	terms: JudgementTerms,
): Promise<LoadedSnapshot> {
	const { member, account, now } = owner;
	const { signal, market } = view;
	const { policy } = kernel.rules;
	const tier = await currentTier(trx, member.id, now);
	const symbol = market?.symbol ?? signal.symbol;
	const subject = { tier, memberId: member.id, accountId: account.id, symbol };
	const trading = await tradingStateFor(trx, subject);
	const open = await openTrades(trx, account.id);
	const trades = open.filter((trade) => trade.id !== terms.replaces);
	const held = await liveReservations(trx, account.id, now);
	const others = held.filter((reservation) => reservation.signalId !== signal.id);
	const orders = await orderFacts(trx, view, owner, policy, tier);
	const own = { signalId: signal.id, accountId: account.id };
	const pending = await pendingApprovals(trx, member.id, own, now);
	const heartbeat = await readHeartbeat(trx, ENGINE);
	const readiness = account.kind === 'live' ? await readinessOf(trx, kernel, view, now) : null;
	const mode = terms.mode ?? member.fireMode;
	const permitted = tier !== null && policy.tiers[tier].fireModes.includes(mode);
	const snapshot: RiskSnapshot = {
		now,
		policy,
		mode: permitted ? mode : 'MANUAL',
		signal: { ...signal, members: signal.members?.map(normalHandle) ?? null },
		member: {
			handle: member.handle,
			active: member.status === 'active',
			tier,
			ordersToday: orders.memberOpeningOrders + pending.count,
			lastOrderAt: latest(orders.lastOrderAt, pending.lastAt),
		},
		account: await freeFacts(trx, account, now),
		venue: view.venue,
		market,
		quote: view.quote,
		trades: trades.map(openTradeFacts),
		reservations: others.map(({ symbol: of, heldRisk, heldCash }) => ({
			symbol: of, risk: heldRisk, cash: heldCash,
		})),
		orderDay: orders,
		messages: await messagesOf(trx, policy, account, now),
		duplicateAt: orders.duplicateAt,
		hasUnknownOrder: orders.hasUnknown,
		hasForeignPosition: await foreignPosition(trx, account, symbol),
		trading: { state: trading.state, cause: trading.trips[0]?.cause ?? null },
		behaviour: await loadBehaviour(trx, kernel, owner),
		news: await newsOf(trx, kernel, view, now),
		readiness,
		engineBeatAt: heartbeat?.at ?? null,
		run: { manual: terms.manualRun, allowLive: terms.allowLive },
	};
	const mine = held.filter(({ signalId, state }) => signalId === signal.id && state === 'LIVE');
	return { snapshot, ownReservations: mine.map((reservation) => reservation.id) };
}
