import type { Conn } from '../../db';
import type { AccountId, Decimal, MemberId, Side, SignalId } from '../../model';
import type { OrderRow } from '../orders.table';
import type { ReservationRow } from '../trades.table';

/** What earlier orders have to say about a new entry. */
export interface EntryFacts {
	/** Opening orders of the member's day, all accounts, that reached SUBMITTING or are about to. */
	readonly memberOpeningOrders: number;
	/** The same of the account alone. */
	readonly openingOrders: number;
	/** Replaces and cancels asked for on opening orders of the account's day. */
	readonly replacesAndCancels: number;
	/** Opening orders of the account's day that filled, in whole or in part. */
	readonly openingFills: number;
	/** When the same source, side, symbol and given quantity was last ordered, within the window. */
	readonly duplicateAt: number | null;
	/**
	 * When the member's last opening order was sent, or made if it is about to be; any account, but
	 * none of the judged signal's. Null: none on the days asked for.
	 */
	readonly lastOrderAt: number | null;
	/** Whether nobody knows the outcome of some order of this account and symbol. */
	readonly hasUnknown: boolean;
}

/** The entry that is about to be. */
export interface EntryQuery {
	readonly memberId: MemberId;
	/** `YYYY-MM-DD` in the member's zone. */
	readonly memberDay: string;
	/** An earlier day of the member from which `lastOrderAt` may still matter. */
	readonly earlierDay?: string;
	readonly accountId: AccountId;
	readonly symbol: string;
	readonly side: Side;
	readonly source: string | null;
	/** As the signal gave it; null: sized by the gate. */
	readonly givenQuantity: Decimal | null;
	/** Oldest moment at which a duplicate counts, ms UTC. */
	readonly since: number;
	/** The signal that is being judged itself. */
	readonly exceptSignalId: SignalId | null;
}

const COLUMNS = [
	'account_id', 'member_id', 'member_day', 'leg', 'symbol', 'side', 'source', 'given_quantity',
	'state', 'filled_quantity', 'submitting_at', 'created_at', 'signal_id', 'replaces', 'waits_for',
] as const satisfies (keyof OrderRow)[];
type FactRow = Pick<OrderRow, (typeof COLUMNS)[number]>;

async function replacesAndCancels(conn: Conn, query: EntryQuery): Promise<number> {
	const requests: { event: string }[] = await conn('order_history as h')
		.join('orders as o', 'o.id', 'h.order_id')
		.where({ 'o.member_id': query.memberId, 'o.member_day': query.memberDay })
		.where({ 'o.leg': 'entry', 'o.account_id': query.accountId })
		.whereIn('h.event', ['CancelRequest', 'ReplaceRequest'])
		.select('h.event');
	return requests.length;
}

/** Three questions in one statement (each branch has its index): every entry is gated by them. */
async function rowsOf(conn: Conn, query: EntryQuery): Promise<FactRow[]> {
	const { memberId, memberDay, earlierDay = memberDay, accountId, symbol, since } = query;
	return conn<OrderRow>('orders')
		.where({ member_id: memberId, leg: 'entry' })
		.whereIn('member_day', [...new Set([memberDay, earlierDay])])
		.orWhere((recent) => {
			void recent
				.where({ account_id: accountId, symbol, leg: 'entry' })
				.where('created_at', '>=', since);
		})
		.orWhere({ account_id: accountId, symbol, state: 'UNKNOWN' })
		.select(...COLUMNS);
}

function latest(times: readonly number[]): number | null {
	return times.length === 0 ? null : Math.max(...times);
}

/** Reads what earlier orders have to say about a new entry. */
export async function entryFacts(conn: Conn, query: EntryQuery): Promise<EntryFacts> {
	const { memberId, memberDay, accountId, symbol } = query;
	const rows = await rowsOf(conn, query);
	const ofMember = rows.filter(
		(row) =>
			row.member_id === memberId &&
			row.leg === 'entry' &&
			(row.submitting_at !== null || row.state === 'CREATED'),
	);
	const ofDay = ofMember.filter((row) => row.member_day === memberDay);
	const others = ofMember.filter(
		(row) => row.replaces === null && row.signal_id !== query.exceptSignalId,
	);
	const own = ofDay.filter((row) => row.account_id === accountId && row.replaces === null);
	// The judged signal's own order, which is about to be replaced, is no order besides it.
	const isOther = (row: FactRow): boolean =>
		row.replaces === null && (row.signal_id !== query.exceptSignalId || row.account_id !== accountId);
	const ofSymbol = rows.filter((row) => row.account_id === accountId && row.symbol === symbol);
	const same = ofSymbol.filter(
		(row) =>
			row.leg === 'entry' &&
			row.state !== 'DENIED' &&
			row.created_at >= query.since &&
			row.side === query.side &&
			row.source === query.source &&
			row.given_quantity === query.givenQuantity &&
			(query.exceptSignalId === null || row.signal_id !== query.exceptSignalId),
	);
	return {
		memberOpeningOrders: ofDay.filter(isOther).length,
		openingOrders: own.length,
		replacesAndCancels: own.length === 0 ? 0 : await replacesAndCancels(conn, query),
		openingFills: own.filter((row) => row.filled_quantity !== '0').length,
		duplicateAt: latest(same.map((row) => row.created_at)),
		lastOrderAt: latest(others.map((row) => row.submitting_at ?? row.created_at)),
		hasUnknown: ofSymbol.some((row) => row.state === 'UNKNOWN'),
	};
}

/** Approvals that hold capacity and are no order yet: they are about to become orders of the day. */
export interface PendingApprovals {
	readonly count: number;
	/** When the last of them was given to another signal than the judged one; null: to none. */
	readonly lastAt: number | null;
}

/** Those of the member, on all accounts. The judged signal's own on its account is left out. */
export async function pendingApprovals(
	conn: Conn,
	memberId: MemberId,
	own: { readonly signalId: SignalId; readonly accountId: AccountId },
	now: number,
): Promise<PendingApprovals> {
	const rows = await conn<ReservationRow>('reservations')
		.where({ state: 'LIVE', member_id: memberId })
		.where('expires_at', '>', now)
		.select('signal_id', 'account_id', 'created_at');
	const others = rows.filter(
		(row) => row.signal_id !== own.signalId || row.account_id !== own.accountId,
	);
	const foreign = others.filter((row) => row.signal_id !== own.signalId);
	return { count: others.length, lastAt: latest(foreign.map((row) => row.created_at)) };
}
