import { readHeartbeat } from '../../db';
import {
	findAccount, findMember, findMemberByHandle, memberAccounts, memberDay, type Account, type Member,
} from '../../members';
import { isId, type AccountId, type Tier } from '../../model';
import { entryFacts, pendingApprovals } from '../../orders';
import { tradingStateFor } from '../../safety';
import type { Behaviour, BehaviourFacts } from '../behaviour';
import { baseOf } from '../concentration';
import { newsFor, type NewsFacts } from '../news';
import { accountUnknown, memberUnknown } from '../risk.errors';
import { samplesSince } from './curve.repository';
import { booksOf, freshQuotes, lookAt, openWorkOf, symbolsOf, type WatchDeps } from './looks';
import { findFeed } from './market.repository';
import { standingOf, type Standing } from './standing';
import { endOf, heldShares, type AccountStatus, type DeadManView, type RoomLeft } from './status';

const ENGINE = 'engine';
/** Samples of a curve that are shown at most. */
export const CURVE_MAX = 5_000;

/** What a status is made from. */
export interface StatusDeps extends WatchDeps {
	readonly behaviour: Pick<Behaviour, 'view'>;
	/** How the dead-man switch of an account stands; features above know. */
	readonly deadMan?: (accountId: AccountId) => Promise<DeadManView | null>;
}

/** What is asked for. */
export interface StatusWish {
	/** Account id, member id or handle: of a member every account is told. */
	readonly of: string;
	/** From when on the curve of the equity is told, ms UTC; null: not at all. */
	readonly curveSince: number | null;
}

async function accountsOf({ kernel }: WatchDeps, of: string): Promise<Account[]> {
	const { conn } = kernel;
	if (isId('acc', of)) {
		const account = await findAccount(conn, of);
		if (account === null) throw accountUnknown(of);
		return [account];
	}
	const member = isId('mbr', of) ? await findMember(conn, of) : await findMemberByHandle(conn, of);
	if (member === null) throw memberUnknown(of);
	return memberAccounts(conn, member.id);
}

/** Distinct symbols and orders of the day that are left; null without a tier. */
async function roomOf(
	{ kernel }: WatchDeps,
	account: Account,
	member: Member,
	tier: Tier | null,
	symbols: ReadonlySet<string>,
	behaviour: BehaviourFacts | null,
): Promise<RoomLeft | null> {
	if (tier === null) return null;
	const { conn, clock, rules } = kernel;
	const limits = rules.policy.tiers[tier];
	const now = clock.now();
	const { memberOpeningOrders } = await entryFacts(conn, {
		memberId: member.id, memberDay: memberDay(member.zone, now), accountId: account.id,
		symbol: '', side: 'buy', source: null, givenQuantity: null, since: now, exceptSignalId: null,
	});
	const nobodys = { signalId: 'sig_', accountId: account.id } as const;
	const pending = (await pendingApprovals(conn, member.id, nobodys, now)).count;
	const positionsMax = Math.min(limits.openPositions, behaviour?.maxPositions ?? Infinity);
	return {
		positionsMax,
		positionsLeft: Math.max(0, positionsMax - symbols.size),
		ordersMax: limits.ordersPerDay,
		ordersLeft: Math.max(0, limits.ordersPerDay - memberOpeningOrders - pending),
	};
}

/** What the calendar says about the account's own currency and everything that is open. */
async function newsOf({ kernel }: WatchDeps, { currency }: Account, { positions }: Standing): Promise<NewsFacts> {
	const question = { quote: currency, now: kernel.clock.now(), rules: kernel.rules.policy.news };
	const bases = [currency, ...new Set(positions.map(({ symbol }) => baseOf(symbol)))];
	const answers: NewsFacts[] = [];
	for (const base of bases) answers.push(await newsFor(kernel.conn, { ...question, base }));
	const [first] = answers;
	const windows = new Map(
		answers.flatMap((answer) => answer.windows).map((window) => [`${window.eventId}|${window.currency}`, window]),
	);
	const { status = 'never_configured', refreshedAt = null } = first ?? {};
	return { status, refreshedAt, windows: [...windows.values()] };
}

async function statusOf(deps: StatusDeps, account: Account, curveSince: number | null): Promise<AccountStatus> {
	const { kernel } = deps;
	const { conn, clock, rules } = kernel;
	const member = await findMember(conn, account.memberId);
	if (member === null) throw memberUnknown(account.memberId);
	const [books] = await booksOf(deps, [account.id], await openWorkOf(deps, account.id));
	if (books === undefined) throw accountUnknown(account.id);
	const quotes = await freshQuotes(deps, account.venue, symbolsOf(books));
	const now = clock.now();
	const standing = standingOf(lookAt(deps, books, quotes, now), now, rules.policy);
	const { tier } = books;
	const subject = { tier, memberId: member.id, accountId: account.id, symbol: null };
	const trading = await tradingStateFor(conn, subject);
	const view = await deps.behaviour.view(member.id);
	const behaviour = view.accounts.find(({ accountId }) => accountId === account.id)?.facts ?? null;
	const symbols = new Set([...books.trades, ...books.reservations].map(({ symbol }) => symbol));
	return {
		account,
		member,
		tier,
		standing,
		...heldShares(standing),
		state: trading.state,
		trips: trading.trips.map((trip) => ({ trip, ends: endOf(trip, rules.policy) })),
		behaviour,
		news: await newsOf(deps, account, standing),
		deadMan: (await deps.deadMan?.(account.id)) ?? null,
		room: await roomOf(deps, account, member, tier, symbols, behaviour),
		engineBeatAt: (await readHeartbeat(conn, ENGINE))?.at ?? null,
		feedLostSince: (await findFeed(conn, account.venue))?.lostSince ?? null,
		curve: curveSince === null ? [] : await samplesSince(conn, account.id, curveSince, CURVE_MAX),
	};
}

/**
 * How accounts stand now. Symbols of the account that are stopped for everybody are not part of its
 * trading state: the gate asks about each.
 * @throws FirecontrolError `ACCOUNT_UNKNOWN`, `MEMBER_UNKNOWN`
 */
export async function accountStatuses(
	deps: StatusDeps,
	{ of, curveSince }: StatusWish,
): Promise<AccountStatus[]> {
	const statuses: AccountStatus[] = [];
	for (const account of await accountsOf(deps, of)) {
		statuses.push(await statusOf(deps, account, curveSince));
	}
	return statuses;
}
