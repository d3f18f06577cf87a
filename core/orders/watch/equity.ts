import { nextRiskDayAt, currentTier, updateEquity, type Account } from '../../members';
import {
	add, div, gt, gte, HUNDRED, isZero, max, mul, neg, SECOND, sub, ZERO,
	type AccountId, type Decimal, type TradeId,
} from '../../model';
import { listOpenTrips, trip, type TripCause } from '../../safety';
import { ENGINE_ACTOR, type OrderDeps } from '../deps';
import { allHoldings, openPositions, type Holdings } from './equity.queries';
import { forEach } from '../for-each';
import { positionValue, unrealised } from '../booking/positions';

/** An unchanged equity is written again after this time, so that it stays fresh for the gate. */
const REWRITE_AFTER = 10 * SECOND;

/** A position as people see it. Amounts in the account's currency. */
export interface PositionView {
	readonly accountId: AccountId;
	readonly symbol: string;
	readonly tradeId: TradeId | null;
	/** Positive long, negative short. */
	readonly quantity: Decimal;
	readonly cost: Decimal;
	readonly averagePrice: Decimal;
	/** Price at which it could be closed now; null without a quote. */
	readonly mark: Decimal | null;
	readonly value: Decimal | null;
	readonly unrealised: Decimal | null;
	/** What its trade has realised so far, after fees. */
	readonly realised: Decimal;
	readonly updatedAt: number;
}

type Marks = (venue: string, symbol: string, quantity: Decimal) => Promise<Decimal | null>;

/** Closing prices, each quote fetched once. */
function marksOf({ exchanges, kernel }: OrderDeps): Marks {
	const known = new Map<string, Awaited<ReturnType<typeof exchanges.quotes.quote>>>();
	const maxAge = kernel.rules.policy.risk.quoteFreshSeconds * SECOND;
	return async (venue, symbol, quantity) => {
		const key = `${venue}|${symbol}`;
		if (!known.has(key)) known.set(key, await exchanges.quotes.quote(venue, symbol));
		const quote = known.get(key) ?? null;
		if (quote === null || kernel.clock.now() - quote.at > maxAge) return null;
		return gt(quantity, 0) ? quote.bid : quote.ask;
	};
}

/** Open positions with marks, of one account or all. */
export async function positions(deps: OrderDeps, accountId?: AccountId): Promise<PositionView[]> {
	const marks = marksOf(deps);
	const rows = await openPositions(deps.kernel.conn, accountId);
	const views: PositionView[] = [];
	for (const row of rows) {
		const mark = await marks(row.venue, row.symbol, row.quantity);
		views.push({
			accountId: row.account_id,
			symbol: row.symbol,
			tradeId: row.trade_id,
			quantity: row.quantity,
			cost: row.cost,
			averagePrice: div(row.cost, row.quantity),
			mark,
			value: mark === null ? null : positionValue(row, mark),
			unrealised: mark === null ? null : unrealised(row, mark),
			realised: row.realised_net ?? ZERO,
			updatedAt: row.updated_at,
		});
	}
	return views;
}

/** Equity of one account, or null while a position has no fresh price: the gate must not guess. */
async function equityOf(holdings: Holdings, marks: Marks): Promise<Decimal | null> {
	let equity = holdings.cash;
	for (const position of holdings.positions) {
		const mark = await marks(holdings.venue, position.symbol, position.quantity);
		if (mark === null) return null;
		equity = add(equity, positionValue(position, mark));
	}
	return equity;
}

/**
 * Whether our cash and positions are known to be the venue's: a venue that does not tell its
 * balances leaves the equity as old as it is, and the gate denies.
 */
function isCompared({ kind, comparedAt }: Holdings, freshest: number): boolean {
	return kind === 'paper' || (comparedAt !== null && comparedAt >= freshest);
}

interface Breach {
	readonly cause: Extract<TripCause, 'daily_loss' | 'equity_drop'>;
	readonly reason: string;
}

/** The day's loss that pauses the account: realised, or the drop of equity since the day began. */
function breachOf(account: Account, limitPercent: number): Breach | null {
	if (isZero(account.dayStartEquity)) return null;
	const limit = div(mul(account.dayStartEquity, limitPercent), HUNDRED);
	const realised = max(ZERO, neg(account.realisedToday));
	const drop = account.equity === null ? ZERO : sub(account.dayStartEquity, account.equity);
	const facts = `limit ${limit} ${account.currency}, ${limitPercent} % of the day's start`;
	if (gte(realised, limit)) {
		return { cause: 'daily_loss', reason: `Losses of ${realised} realised today (${facts}).` };
	}
	if (gte(drop, limit)) {
		return { cause: 'equity_drop', reason: `Equity is ${drop} below the day's start (${facts}).` };
	}
	return null;
}

async function pauseAtLimit(deps: OrderDeps, account: Account): Promise<void> {
	const { kernel } = deps;
	const { policy } = kernel.rules;
	const limits = Object.values(policy.tiers).map((tier) => tier.dailyLossPercent);
	if (breachOf(account, Math.min(...limits)) === null) return;
	const now = kernel.clock.now();
	const tier = await currentTier(kernel.conn, account.memberId, now);
	const limit = tier === null ? Math.min(...limits) : policy.tiers[tier].dailyLossPercent;
	const breach = breachOf(account, limit);
	if (breach === null) return;
	const open = await listOpenTrips(kernel.conn);
	if (open.some((known) => known.scopeId === account.id && known.cause === breach.cause)) return;
	await kernel.transaction(async (trx) =>
		trip(trx, kernel, {
			scope: 'account',
			scopeId: account.id,
			state: 'PAUSED',
			...breach,
			rearm: 'next_day',
			rearmAt: nextRiskDayAt(account, now),
			memberId: account.memberId,
			actor: ENGINE_ACTOR,
		}),
	);
}

/**
 * Writes the equity of every active account (cash and positions at the price that would close
 * them) and pauses those that reached their daily loss. @returns how many were written
 */
export async function refreshEquity(deps: OrderDeps): Promise<number> {
	const { kernel } = deps;
	const marks = marksOf(deps);
	const now = kernel.clock.now();
	let written = 0;
	const accounts = (await allHoldings(kernel.conn)).map((each) => ({ ...each, id: each.accountId }));
	const freshest = now - kernel.rules.policy.risk.equityFreshSeconds * SECOND;
	await forEach(deps, accounts, async (holdings) => {
		if (!isCompared(holdings, freshest)) return;
		const equity = await equityOf(holdings, marks);
		if (equity === null) return;
		const recent = holdings.equityAt !== null && now - holdings.equityAt < REWRITE_AFTER;
		if (recent && equity === holdings.equity) return;
		const account = await kernel.transaction(async (trx) =>
			updateEquity(trx, holdings.accountId, equity, now),
		);
		written++;
		await pauseAtLimit(deps, account);
	});
	return written;
}
