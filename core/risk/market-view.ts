import type { Kernel } from '../db';
import { stripExchangePrefix, type Exchange, type Exchanges, type Market, type Quote } from '../exchange';
import { findAccount, type Account } from '../members';
import { messageOf, ZERO, type AccountId, type Decimal, type MemberId } from '../model';
import type { Signal } from '../signals';
import { accountUnknown } from './risk.errors';
import type { VenueFacts } from './snapshot';

/**
 * What the venue says about a signal's symbol, asked before the transaction that judges: a database
 * transaction never waits for a network.
 */
export interface MarketView {
	readonly signal: Signal;
	readonly accountId: AccountId;
	readonly memberId: MemberId;
	readonly venue: VenueFacts;
	/** Null when the venue does not list the symbol, or could not be asked. */
	readonly market: Market | null;
	readonly quote: Quote | null;
}

/** What market views are made from. */
export interface MarketViewDeps {
	readonly kernel: Kernel;
	readonly exchanges: Exchanges;
}

interface Asked {
	readonly venue: VenueFacts;
	readonly market: Market | null;
}

/** What the account itself pays, where its venue tells; else what everybody pays there. */
async function takerFee(exchange: Exchange, accountId: AccountId): Promise<Decimal> {
	return (await exchange.takerFee?.(accountId)) ?? exchange.capabilities.takerFeePercent;
}

/** What is assumed of a venue that could not be asked: nothing that would let an order pass. */
function unreachable(name: string): Asked {
	const venue: VenueFacts = {
		name,
		reachable: false,
		open: false,
		sessions: 'sessions',
		shortSelling: false,
		restingStop: false,
		clientIdLookup: false,
		orderTypes: [],
		takerFeePercent: ZERO,
	};
	return { venue, market: null };
}

/**
 * Asks the venue. One that does not answer is a fact like others: openings are denied by it, exits do
 * not need it, and the signals of other venues in the same run are judged as always.
 */
async function askVenue(
	{ kernel, exchanges }: MarketViewDeps,
	{ id, venue: name }: Account,
	{ symbol, action }: Signal,
): Promise<Asked> {
	try {
		const exchange = exchanges.for(name);
		const market = await exchange.resolve(symbol);
		const { sessions, shortSelling, restingStop, clientIdLookup, orderTypes } = exchange.capabilities;
		const takerFeePercent =
			action === 'open' ? await takerFee(exchange, id) : exchange.capabilities.takerFeePercent;
		const open = exchange.isOpen(kernel.clock.now());
		const terms = { sessions, shortSelling, restingStop, clientIdLookup, orderTypes, takerFeePercent };
		return { venue: { name, reachable: true, open, ...terms }, market };
	} catch (error) {
		kernel.log.warn('A venue could not be asked.', { venue: name, symbol, error: messageOf(error) });
		return unreachable(name);
	}
}

async function latestQuote(
	{ kernel, exchanges }: MarketViewDeps,
	venue: string,
	market: Market | null,
): Promise<Quote | null> {
	if (market === null) return null;
	try {
		return await exchanges.quotes.quote(venue, market.symbol);
	} catch (error) {
		// The gate denies without a quote, with a code that says so.
		kernel.log.warn('No quote could be read.', { symbol: market.symbol, error: messageOf(error) });
		return null;
	}
}

/**
 * Asks the account's venue about the signal's symbol.
 * @throws FirecontrolError `ACCOUNT_UNKNOWN`
 */
export async function loadMarketView(
	deps: MarketViewDeps,
	signal: Signal,
	accountId: AccountId,
): Promise<MarketView> {
	const account = await findAccount(deps.kernel.conn, accountId);
	if (account === null) throw accountUnknown(accountId);
	const { venue, market } = await askVenue(deps, account, signal);
	const opens = signal.action === 'open';
	return {
		signal,
		accountId,
		memberId: account.memberId,
		market,
		quote: opens ? await latestQuote(deps, account.venue, market) : null,
		venue,
	};
}

/**
 * Whether the text names this symbol: the unified name, or the same without its separator where
 * the venue could not be asked.
 */
export function namesSymbol(text: string, symbol: string): boolean {
	const name = stripExchangePrefix(text);
	return name === symbol || name === symbol.replace('/', '');
}
