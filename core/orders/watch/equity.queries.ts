import type { Conn } from '../../db';
import type { Account } from '../../members';
import type { AccountId, AccountKind, Decimal } from '../../model';
import { isZero } from '../../model';
import { groupBy } from '../group';
import type { PositionRow } from '../trades.table';

/** Cash and holdings of an account, read in one statement so that they fit together. */
export interface Holdings {
	readonly accountId: AccountId;
	readonly venue: string;
	readonly cash: Decimal;
	readonly equity: Decimal | null;
	readonly equityAt: number | null;
	readonly kind: AccountKind;
	readonly zone: string;
	/** The risk day that the stored figures belong to. */
	readonly riskDay: string;
	/** When cash and positions were last compared with the venue's, ms UTC. */
	readonly comparedAt: number | null;
	readonly positions: readonly { readonly symbol: string; readonly quantity: Decimal }[];
}

interface HoldingRow {
	id: AccountId;
	venue: string;
	cash: Decimal;
	equity: Decimal | null;
	equity_at: number | null;
	kind: AccountKind;
	zone: string;
	risk_day: string;
	positions_at: number | null;
	symbol: string | null;
	quantity: Decimal | null;
}

/** Bindings of one list in a statement at most. */
const CHUNK = 400;

/** Holdings of every active account, or of the active ones of these. */
export async function allHoldings(conn: Conn, ids?: readonly AccountId[]): Promise<Holdings[]> {
	if (ids === undefined) return holdingsWhere(conn, null);
	const found: Holdings[] = [];
	for (let start = 0; start < ids.length; start += CHUNK) {
		found.push(...(await holdingsWhere(conn, ids.slice(start, start + CHUNK))));
	}
	return found;
}

async function holdingsWhere(conn: Conn, ids: readonly AccountId[] | null): Promise<Holdings[]> {
	const rows: HoldingRow[] = await conn('accounts as a')
		.modify((query) => {
			if (ids !== null) void query.whereIn('a.id', [...ids]);
		})
		.leftJoin('positions as p', 'p.account_id', 'a.id')
		.leftJoin('account_reconciliations as r', 'r.account_id', 'a.id')
		.where('a.status', 'active' satisfies Account['status'])
		.select(
			'a.id', 'a.venue', 'a.cash', 'a.equity', 'a.equity_at', 'a.kind', 'a.zone', 'a.risk_day',
			'r.positions_at', 'p.symbol', 'p.quantity',
		);
	const byAccount = groupBy(rows, (row) => row.id);
	return [...byAccount].flatMap(([accountId, own]) => {
		const [account] = own;
		if (account === undefined) return [];
		const { venue, cash, equity, kind, zone } = account;
		return [{
			accountId, venue, cash, equity, kind, zone,
			equityAt: account.equity_at,
			riskDay: account.risk_day,
			comparedAt: account.positions_at,
			positions: own.flatMap(({ symbol, quantity }) =>
				symbol === null || quantity === null || isZero(quantity) ? [] : [{ symbol, quantity }],
			),
		}];
	});
}

/** A position with the venue of its account and what its trade has realised so far. */
export type PositionDetailsRow = PositionRow & {
	venue: string;
	realised_net: Decimal | null;
};

/** Positions that are not flat, of one account or all. */
export async function openPositions(
	conn: Conn,
	accountId?: AccountId,
): Promise<PositionDetailsRow[]> {
	const query = conn('positions as p')
		.join('accounts as a', 'a.id', 'p.account_id')
		.leftJoin('trades as t', 't.id', 'p.trade_id')
		.whereNot('p.quantity', '0')
		.select('p.*', 'a.venue', 't.realised_net');
	if (accountId !== undefined) void query.where('p.account_id', accountId);
	return query.orderBy(['p.account_id', 'p.symbol']);
}
