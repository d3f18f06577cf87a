import type { Trx } from '../../db';
import type { Decimal } from '../../model';
import { add, lt, ZERO } from '../../model';
import type { Market } from '../exchange';
import { execution } from './matching';
import { insertPaperFill, writeBalance } from './paper.repository';
import type { PaperFillRow, PaperOrderRow } from './paper.table';

/** An order that executes now, in whole or in part. */
export interface Execution {
	readonly row: PaperOrderRow;
	readonly market: Market;
	readonly quantity: Decimal;
	readonly price: Decimal;
	readonly feePercent: Decimal;
	/** Totals by asset, read under the account's lock. */
	readonly balances: ReadonlyMap<string, Decimal>;
	readonly now: number;
}

/**
 * Executes so much of an order: both balances and the fill, in the caller's transaction. Null, and
 * nothing moves, when the account cannot pay for it any more.
 */
export async function execute(trx: Trx, executing: Execution): Promise<PaperFillRow | null> {
	const { row, market, quantity, price, feePercent, balances, now } = executing;
	const { account_id: accountId, side } = row;
	const moved = execution(market, side, quantity, price, feePercent);
	const quoteTotal = add(balances.get(market.quote) ?? ZERO, moved.quoteDelta);
	const baseTotal = add(balances.get(market.base) ?? ZERO, moved.baseDelta);
	if (lt(quoteTotal, ZERO) || lt(baseTotal, ZERO)) return null;
	await writeBalance(trx, accountId, market.quote, quoteTotal);
	await writeBalance(trx, accountId, market.base, baseTotal);
	const fill: PaperFillRow = {
		venue_trade_id: `${row.venue_order_id}-${row.fills + 1}`,
		account_id: accountId,
		client_order_id: row.client_order_id,
		symbol: row.symbol,
		side,
		quantity,
		price,
		fee: moved.fee,
		fee_currency: market.quote,
		at: now,
	};
	await insertPaperFill(trx, fill);
	return fill;
}
