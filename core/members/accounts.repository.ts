import { changed, type Conn, type Kernel, type Trx } from '../db';
import {
	FirecontrolError,
	SECOND,
	STANDARD_POLICY,
	type AccountId,
	type Decimal,
	type MemberId,
} from '../model';
import { booked, rolledTo, transferred, valued, type CashBooking } from './account';
import { toAccount, toAccountRow, type AccountRow } from './accounts.table';
import { lockVenueEntries, takeVenueEntry } from './venues.repository';
import type { Account } from './member';

export async function findAccount(conn: Conn, id: AccountId): Promise<Account | null> {
	const row = await conn<AccountRow>('accounts').where({ id }).first();
	return row === undefined ? null : toAccount(row);
}

/**
 * The account, locked until the transaction ends (after latch and member, before ticket and order).
 * @throws FirecontrolError `ACCOUNT_MISSING`
 */
export async function lockAccount(trx: Trx, id: AccountId): Promise<Account> {
	const row = await trx<AccountRow>('accounts').where({ id }).forUpdate().first();
	if (row !== undefined) return toAccount(row);
	throw new FirecontrolError('ACCOUNT_MISSING', `There is no account ${id}.`);
}

/** Writes what differs; call it under the account's lock. */
export async function saveAccount(trx: Trx, before: Account, after: Account): Promise<Account> {
	if (after === before) return before;
	const change = changed(toAccountRow(before), toAccountRow(after));
	if (Object.keys(change).length === 0) return after;
	await trx<AccountRow>('accounts').where({ id: after.id }).update(change);
	return after;
}

/** Stores the account unless the member has one with this label; says whether it did. */
export async function insertAccount(trx: Trx, account: Account): Promise<boolean> {
	const rows = await trx<AccountRow>('accounts')
		.insert(toAccountRow(account))
		.onConflict(['member_id', 'label'])
		.ignore()
		.returning('id');
	return rows.length > 0;
}

/** Bindings of one list in a statement at most. */
const CHUNK = 400;

/** These accounts, in no particular order. */
export async function accountsByIds(conn: Conn, ids: readonly AccountId[]): Promise<Account[]> {
	const found: Account[] = [];
	for (let start = 0; start < ids.length; start += CHUNK) {
		const rows = await conn<AccountRow>('accounts').whereIn('id', ids.slice(start, start + CHUNK));
		found.push(...rows.map(toAccount));
	}
	return found;
}

/** Accounts of the members, oldest first. */
export async function accountsOf(conn: Conn, memberIds: readonly MemberId[]): Promise<Account[]> {
	const rows = await conn<AccountRow>('accounts')
		.whereIn('member_id', [...memberIds])
		.orderBy(['created_at', 'id']);
	return rows.map(toAccount);
}

/** Accounts of the member, oldest first. */
export async function memberAccounts(conn: Conn, memberId: MemberId): Promise<Account[]> {
	return accountsOf(conn, [memberId]);
}

/** Begins the account's new risk day, if it is one, under the row lock. */
export async function rollRiskDay(trx: Trx, id: AccountId, now: number): Promise<Account> {
	const account = await lockAccount(trx, id);
	return saveAccount(trx, account, rolledTo(account, now));
}

/** Adds to the running totals under the row lock, on the risk day of this moment. */
export async function bookCash(
	trx: Trx,
	kernel: Pick<Kernel, 'clock'>,
	id: AccountId,
	booking: CashBooking,
): Promise<Account> {
	const account = await lockAccount(trx, id);
	return saveAccount(trx, account, booked(account, booking, kernel.clock.now()));
}

/** Books money that came or left outside of trading, signed, under the row lock. */
export async function bookTransfer(
	trx: Trx,
	kernel: Pick<Kernel, 'clock'>,
	id: AccountId,
	amount: Decimal,
): Promise<Account> {
	const account = await lockAccount(trx, id);
	return saveAccount(trx, account, transferred(account, amount, kernel.clock.now()));
}

/** Stores the equity as of `at`; what the day started with is taken from the figure before. */
export async function updateEquity(
	trx: Trx,
	id: AccountId,
	equity: Decimal,
	at: number,
): Promise<Account> {
	const account = await lockAccount(trx, id);
	return saveAccount(trx, account, valued(account, equity, at));
}

/** A person answers for the drawdown: the peak begins anew at what the account is worth now. */
export async function restartPeak(
	trx: Trx,
	kernel: Pick<Kernel, 'clock'>,
	id: AccountId,
): Promise<Account> {
	const account = await lockAccount(trx, id);
	const peakEquity = account.equity ?? account.cash;
	return saveAccount(trx, account, { ...account, peakEquity, updatedAt: kernel.clock.now() });
}

/**
 * Says of accounts whose equity was computed anew as of `at` and is the same that it is: one
 * statement for many. Those that anything was booked on since are left as they are.
 * @returns how many
 */
export async function confirmEquity(
	conn: Conn,
	ids: readonly AccountId[],
	at: number,
): Promise<number> {
	let confirmed = 0;
	for (let start = 0; start < ids.length; start += CHUNK) {
		confirmed += await conn<AccountRow>('accounts')
			.whereIn('id', ids.slice(start, start + CHUNK))
			.where('updated_at', '<=', at)
			.update({ equity_at: at, updated_at: at });
	}
	return confirmed;
}

/** How fast entries may go out, and how long one may wait. */
export interface EntryPace {
	/** Of one account. */
	readonly entryRatePerSecond: number;
	/** Of all accounts of one venue; paper accounts have a venue each, so to speak. */
	readonly venueEntryRatePerSecond: number;
	readonly entryWaitSeconds: number;
}

const gapOf = (ratePerSecond: number): number => Math.ceil(SECOND / ratePerSecond);

/**
 * Takes the account's next place in the row of entries, and the venue's, under their locks, and gives
 * the time, ms, at which to send. Where that lies more than `entryWaitSeconds` ahead no place is
 * taken: refuse the entry, or those refused would keep the later ones waiting.
 */
export async function takeEntrySlot(
	trx: Trx,
	account: Pick<Account, 'id'>,
	now: number,
	pace: EntryPace = STANDARD_POLICY.orders,
): Promise<number> {
	const { nextEntryAt, kind, venue } = await lockAccount(trx, account.id);
	const venueAt = kind === 'paper' ? null : await lockVenueEntries(trx, venue);
	const sendAt = Math.max(now, nextEntryAt, venueAt ?? 0);
	if (sendAt - now > pace.entryWaitSeconds * SECOND) return sendAt;
	await trx<AccountRow>('accounts')
		.where({ id: account.id })
		.update({ next_entry_at: sendAt + gapOf(pace.entryRatePerSecond), updated_at: now });
	if (venueAt !== null) {
		await takeVenueEntry(trx, venue, sendAt + gapOf(pace.venueEntryRatePerSecond));
	}
	return sendAt;
}
