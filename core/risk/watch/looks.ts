import type { Kernel } from '../../db';
import type { Exchanges, Quote } from '../../exchange';
import { accountsByIds, rolledTo, tiersAt, type Account } from '../../members';
import { eq, isZero, SECOND, type AccountId, type Tier } from '../../model';
import {
	allHoldings, allLiveReservations, allOpenTrades, isCompared, openTrades, liveReservations,
	type HeldReservation, type Holdings, type Trade,
} from '../../orders';
import { accountFacts, openTradeFacts } from '../snapshot.repository';
import type { AccountLook } from './standing';

/** What looks are made from. */
export interface WatchDeps {
	readonly kernel: Kernel;
	readonly exchanges: Exchanges;
}

/** What is stored of an account, before prices are asked for. */
export interface AccountBooks {
	readonly account: Account;
	readonly tier: Tier | null;
	readonly trades: readonly Trade[];
	readonly reservations: readonly HeldReservation[];
	/** Null for an inactive account, and where its cash changed while it was being read. */
	readonly holdings: Holdings | null;
}

/** Open work of all accounts. */
export interface OpenWork {
	readonly trades: ReadonlyMap<AccountId, readonly Trade[]>;
	readonly reservations: ReadonlyMap<AccountId, readonly HeldReservation[]>;
}

function byAccount<T extends { readonly accountId: AccountId }>(all: readonly T[]): Map<AccountId, T[]> {
	const grouped = new Map<AccountId, T[]>();
	for (const each of all) {
		const own = grouped.get(each.accountId);
		if (own === undefined) grouped.set(each.accountId, [each]);
		else own.push(each);
	}
	return grouped;
}

/** Every open trade and held reservation: two queries, whatever their number. */
export async function openWork({ kernel }: WatchDeps): Promise<OpenWork> {
	const trades = await allOpenTrades(kernel.conn);
	const reservations = await allLiveReservations(kernel.conn, kernel.clock.now());
	return { trades: byAccount(trades), reservations: byAccount(reservations) };
}

/** The same of one account. */
export async function openWorkOf({ kernel }: WatchDeps, id: AccountId): Promise<OpenWork> {
	const trades = await openTrades(kernel.conn, id);
	const reservations = await liveReservations(kernel.conn, id, kernel.clock.now());
	return { trades: new Map([[id, trades]]), reservations: new Map([[id, reservations]]) };
}

/** What is stored of these accounts. */
export async function booksOf(
	{ kernel }: WatchDeps,
	ids: readonly AccountId[],
	work: OpenWork,
): Promise<AccountBooks[]> {
	const { conn, clock } = kernel;
	const accounts = await accountsByIds(conn, ids);
	const members = [...new Set(accounts.map(({ memberId }) => memberId))];
	const tiers = await tiersAt(conn, members, clock.now());
	const holdings = new Map((await allHoldings(conn, ids)).map((each) => [each.accountId, each]));
	return accounts.map((account) => {
		const held = holdings.get(account.id);
		return {
			account,
			tier: tiers.get(account.memberId) ?? null,
			trades: work.trades.get(account.id) ?? [],
			reservations: work.reservations.get(account.id) ?? [],
			// Money that came or went meanwhile would look like a profit or a loss beside the old peak.
			holdings: held !== undefined && eq(held.cash, account.cash) ? held : null,
		};
	});
}

/** Symbols of which prices are needed to value the account. */
export function symbolsOf({ trades, holdings }: AccountBooks): string[] {
	const held = (holdings?.positions ?? []).filter(({ quantity }) => !isZero(quantity));
	return [...held, ...trades].map(({ symbol }) => symbol);
}

/** The fresh ones of these quotes; one that fails or takes long is missing, and the others are not. */
export async function freshQuotes(
	{ kernel, exchanges }: WatchDeps,
	venue: string,
	symbols: readonly string[],
): Promise<Map<string, Quote>> {
	const fresh = new Map<string, Quote>();
	const maxAge = kernel.rules.policy.risk.quoteFreshSeconds * SECOND;
	await Promise.all(
		[...new Set(symbols)].map(async (symbol) => {
			const quote = await exchanges.quotes.quote(venue, symbol).catch(() => null);
			if (quote === null) return;
			if (Math.abs(kernel.clock.now() - quote.at) <= maxAge) fresh.set(symbol, quote);
		}),
	);
	return fresh;
}

/** The look at an account with the prices of its venue. */
export function lookAt(
	{ kernel, exchanges }: WatchDeps,
	books: AccountBooks,
	quotes: ReadonlyMap<string, Quote>,
	now: number,
): AccountLook {
	const { account, tier, trades, reservations, holdings } = books;
	const freshest = now - kernel.rules.policy.risk.equityFreshSeconds * SECOND;
	return {
		account: rolledTo(account, now),
		facts: accountFacts(account, now),
		tier,
		trades: trades.map((trade) => ({ trade, facts: openTradeFacts(trade) })),
		reservations: reservations.map(({ symbol, heldRisk, heldCash }) => ({
			symbol, risk: heldRisk, cash: heldCash,
		})),
		positions: holdings?.positions ?? [],
		compared: holdings !== null && isCompared(holdings, freshest),
		takerFeePercent: exchanges.for(account.venue).capabilities.takerFeePercent,
		quotes,
	};
}
