import type { Conn } from '../../db';
import type { AccountId, AccountKind, OrderType } from '../../model';
import { WORKING_STATES, type OrderOrigin, type OrderState } from '../../orders';
import type { Resting } from './plan';

interface RestingRow {
	account_id: AccountId;
	venue: string;
	symbol: string;
	origin: OrderOrigin;
	type: OrderType;
	reduce_only: number;
	state: OrderState;
}

/** Accounts with orders that their venue may have, others' included; paper accounts never. */
export async function restingOrders(
	conn: Conn,
): Promise<Map<AccountId, { readonly venue: string; readonly orders: Resting[] }>> {
	const rows: RestingRow[] = await conn('orders')
		.join('accounts', 'accounts.id', 'orders.account_id')
		.whereIn('orders.state', WORKING_STATES.filter((state) => state !== 'CREATED'))
		.whereNot('orders.origin', 'RECONCILIATION' satisfies OrderOrigin)
		.whereNot('accounts.kind', 'paper' satisfies AccountKind)
		.where('accounts.status', 'active')
		.select(
			'orders.account_id', 'accounts.venue', 'orders.symbol', 'orders.origin', 'orders.type',
			'orders.reduce_only', 'orders.state',
		);
	const byAccount = new Map<AccountId, { readonly venue: string; readonly orders: Resting[] }>();
	for (const row of rows) {
		const { account_id: accountId, venue, symbol } = row;
		const order = {
			accountId,
			symbol,
			opens: row.origin === 'SYSTEM' && Number(row.reduce_only) === 0,
			waits: row.state !== 'SUBMITTING' && row.type !== 'market',
		};
		const account = byAccount.get(accountId);
		if (account === undefined) byAccount.set(accountId, { venue, orders: [order] });
		else account.orders.push(order);
	}
	return byAccount;
}
