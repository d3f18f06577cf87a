import type { Trx } from '../db';
import type { AccountId, Side } from '../model';
import { workingOrders } from '../orders';

/** Where a `cancel` looks. */
export interface WaitingSubject {
	readonly accountId: AccountId;
	readonly symbol: string;
	/** Null means both. */
	readonly side: Side | null;
}

/** Counts the tickets that wait there; tickets live above this feature, so it is a port. */
export type WaitingTickets = (trx: Trx, subject: WaitingSubject) => Promise<number>;

/** How many entries and waiting tickets a cancel would end. */
export async function waitingWork(
	trx: Trx,
	subject: WaitingSubject,
	waitingTickets: WaitingTickets,
): Promise<number> {
	const { accountId, symbol, side } = subject;
	const working = await workingOrders(trx, { accountId, symbol });
	const entries = working.filter(
		(order) => order.leg === 'entry' && (side === null || order.side === side),
	);
	return entries.length + (await waitingTickets(trx, subject));
}
