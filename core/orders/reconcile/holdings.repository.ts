import type { Conn, Trx } from '../../db';
import { isZero, type AccountId, type Decimal } from '../../model';

/** Something on an account that no trade of ours explains: shown, followed, never sold by us. */
export interface ExternalHolding {
	readonly accountId: AccountId;
	/** An asset on spot, a symbol on a derivatives venue. */
	readonly name: string;
	/** Signed on a derivatives venue. */
	readonly quantity: Decimal;
	/** As the venue says; null where it does not. */
	readonly averagePrice: Decimal | null;
	readonly firstSeen: number;
	readonly updatedAt: number;
}

interface HoldingRow {
	account_id: AccountId;
	name: string;
	quantity: Decimal;
	average_price: Decimal | null;
	first_seen: number;
	updated_at: number;
}

const toHolding = (row: HoldingRow): ExternalHolding => ({
	accountId: row.account_id,
	name: row.name,
	quantity: row.quantity,
	averagePrice: row.average_price,
	firstSeen: row.first_seen,
	updatedAt: row.updated_at,
});

/** External holdings of one account or several, by name. */
export async function listHoldings(
	conn: Conn,
	accountIds?: readonly AccountId[],
): Promise<ExternalHolding[]> {
	const query = conn<HoldingRow>('external_holdings');
	if (accountIds !== undefined) void query.whereIn('account_id', [...accountIds]);
	return (await query.orderBy(['account_id', 'name'])).map(toHolding);
}

/** Writes what is held of it now; nothing held is no row. */
export async function saveHolding(trx: Trx, holding: ExternalHolding): Promise<void> {
	const key = { account_id: holding.accountId, name: holding.name };
	if (isZero(holding.quantity)) {
		await trx<HoldingRow>('external_holdings').where(key).delete();
		return;
	}
	await trx<HoldingRow>('external_holdings')
		.insert({
			...key,
			quantity: holding.quantity,
			average_price: holding.averagePrice,
			first_seen: holding.firstSeen,
			updated_at: holding.updatedAt,
		})
		.onConflict(['account_id', 'name'])
		.merge(['quantity', 'average_price', 'updated_at']);
}
