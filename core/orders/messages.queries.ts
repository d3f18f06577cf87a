import type { Conn } from '../db';
import type { AccountId } from '../model';
import type { OrderRow } from './orders.table';

/** Whose messages to a venue: of one account, or of all accounts there. */
export type MessageScope =
	| { readonly accountId: AccountId }
	| { readonly venue: string };

/** Steps of an order by which a message goes to the venue, besides its being sent. */
export const REQUESTS = ['CancelRequest', 'ReplaceRequest'] as const;

/** Orders, replaces and cancels that went out from `since` on, exits included. Ms UTC. */
export async function messagesSince(conn: Conn, scope: MessageScope, since: number): Promise<number> {
	const byAccount = 'accountId' in scope;
	const ofVenue = (): ReturnType<Conn> =>
		conn('accounts').select('id').where({ venue: byAccount ? '' : scope.venue });
	const sent = conn<OrderRow>('orders').where('submitting_at', '>=', since);
	const asked = conn('order_history as h')
		.join('orders as o', 'o.id', 'h.order_id')
		.where('h.at', '>=', since)
		.whereIn('h.event', [...REQUESTS]);
	if (byAccount) {
		void sent.where({ account_id: scope.accountId });
		void asked.where({ 'o.account_id': scope.accountId });
	} else {
		void sent.whereIn('account_id', ofVenue());
		void asked.where({ 'o.venue': scope.venue });
	}
	const counts: { count: number | string }[][] = [
		await sent.count('* as count'),
		await asked.count('* as count'),
	];
	return counts.reduce((sum, [row]) => sum + Number(row?.count ?? 0), 0);
}
