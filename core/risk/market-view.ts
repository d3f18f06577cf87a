import type { Kernel } from '../db';
import { stripExchangePrefix, type Exchange, type Exchanges, type Market, type Quote } from '../exchange';
import { findAccount } from '../members';
import { messageOf, type AccountId, type Decimal, type MemberId } from '../model';
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
	/** Null when the venue does not list the symbol, or could not be asked about an exit. */
	readonly market: Market | null;
	readonly quote: Quote | null;
}

/** What market views are made from. */
export interface MarketViewDeps {
	readonly kernel: Kernel;
	readonly exchanges: Exchanges;
}

async function resolveMarket(exchange: Exchange, signal: Signal): Promise<Market | null> {
	try {
		return await exchange.resolve(signal.symbol);
	} catch (error) {
		// An opening is judged again later; an exit must not wait for the venue to answer.
		if (signal.action === 'open') throw error;
		return null;
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

/** What the account itself pays, where its venue tells; else what everybody pays there. */
async function takerFee(exchange: Exchange, accountId: AccountId): Promise<Decimal> {
	return (await exchange.takerFee?.(accountId)) ?? exchange.capabilities.takerFeePercent;
}

/**
 * Asks the account's venue about the signal's symbol.
 * @throws FirecontrolError `ACCOUNT_UNKNOWN`; what the venue throws when it cannot name its markets
 */
export async function loadMarketView(
	deps: MarketViewDeps,
	signal: Signal,
	accountId: AccountId,
): Promise<MarketView> {
	const account = await findAccount(deps.kernel.conn, accountId);
	if (account === null) throw accountUnknown(accountId);
	const exchange = deps.exchanges.for(account.venue);
	const { shortSelling, restingStop, clientIdLookup, orderTypes } = exchange.capabilities;
	const market = await resolveMarket(exchange, signal);
	const opens = signal.action === 'open';
	return {
		signal,
		accountId,
		memberId: account.memberId,
		market,
		quote: opens ? await latestQuote(deps, account.venue, market) : null,
		venue: {
			name: account.venue,
			open: exchange.isOpen(deps.kernel.clock.now()),
			shortSelling,
			restingStop,
			clientIdLookup,
			orderTypes,
			takerFeePercent: opens ? await takerFee(exchange, accountId) : exchange.capabilities.takerFeePercent,
		},
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
