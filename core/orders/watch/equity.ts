import { confirmEquity, lockAccount, riskDay, updateEquity } from '../../members';
import { add, div, eq, gt, SECOND, ZERO, type AccountId, type Decimal, type TradeId } from '../../model';
import type { OrderDeps } from '../deps';
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

/** The price at which so much of a symbol could be closed now; null without a fresh one. */
export type Mark = (symbol: string, quantity: Decimal) => Decimal | null;

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

/** Cash and positions at these prices; null while one has none: nobody must guess. */
export function equityOf(
	{ cash, positions: held }: Pick<Holdings, 'cash' | 'positions'>,
	mark: Mark,
): Decimal | null {
	let equity = cash;
	for (const position of held) {
		const price = mark(position.symbol, position.quantity);
		if (price === null) return null;
		equity = add(equity, positionValue(position, price));
	}
	return equity;
}

/** The same with the prices of the account's venue. */
async function equityAt(holdings: Holdings, marks: Marks): Promise<Decimal | null> {
	const prices = new Map<string, Decimal | null>();
	for (const { symbol, quantity } of holdings.positions) {
		prices.set(symbol, await marks(holdings.venue, symbol, quantity));
	}
	return equityOf(holdings, (symbol) => prices.get(symbol) ?? null);
}

/**
 * Whether our cash and positions are known to be the venue's: a venue that does not tell its
 * balances leaves the equity as old as it is, and the gate denies.
 */
export function isCompared(
	{ kind, comparedAt }: Pick<Holdings, 'kind' | 'comparedAt'>,
	freshest: number,
): boolean {
	return kind === 'paper' || (comparedAt !== null && comparedAt >= freshest);
}

/**
 * Writes the equity of every active account: cash and positions at the price that would close them.
 * @returns how many were written
 */
export async function refreshEquity(deps: OrderDeps): Promise<number> {
	const { kernel } = deps;
	const marks = marksOf(deps);
	const now = kernel.clock.now();
	let written = 0;
	const accounts = (await allHoldings(kernel.conn)).map((each) => ({ ...each, id: each.accountId }));
	const freshest = now - kernel.rules.policy.risk.equityFreshSeconds * SECOND;
	const unchanged: AccountId[] = [];
	await forEach(deps, accounts, async (holdings) => {
		if (!isCompared(holdings, freshest)) return;
		const equity = await equityAt(holdings, marks);
		if (equity === null) return;
		const { accountId, cash } = holdings;
		if (equity === holdings.equity && riskDay(holdings, now) === holdings.riskDay) {
			if (now - (holdings.equityAt ?? 0) >= REWRITE_AFTER) unchanged.push(accountId);
			return;
		}
		await kernel.transaction(async (trx) => {
			// Money that came or went since the look would look like a fall from a peak that never was.
			if (!eq((await lockAccount(trx, accountId)).cash, cash)) return;
			await updateEquity(trx, accountId, equity, now);
			written++;
		});
	});
	return written + (await confirmEquity(kernel.conn, unchanged, now));
}
