import type { Conn } from '../db';
import type { AccountId, MemberId, SignalId } from '../model';
import type { ChannelName, OutboxChannel, OutboxEntry, OutboxState } from './notification';
import { toOutboxEntry, type OutboxRow } from './outbox.table';

/** Which entries a list shows; newest first. */
export interface OutboxFilter {
	readonly limit: number;
	readonly state?: OutboxState | undefined;
	readonly memberId?: MemberId | undefined;
	readonly channel?: OutboxChannel | undefined;
}

/** Entries that match, newest first. */
export async function listOutbox(conn: Conn, filter: OutboxFilter): Promise<OutboxEntry[]> {
	const { state, memberId, channel, limit } = filter;
	const query = conn<OutboxRow>('outbox').orderBy('seq', 'desc').limit(limit);
	if (state !== undefined) query.where({ state });
	if (memberId !== undefined) query.where({ member_id: memberId });
	if (channel !== undefined) query.where({ channel });
	return (await query).map(toOutboxEntry);
}

/** Alerts about a signal, oldest first; on one account (null: of none). */
export async function listOfSignal(
	conn: Conn,
	signalId: SignalId,
	accountId: AccountId | null,
): Promise<OutboxEntry[]> {
	const query = conn<OutboxRow>('outbox').where({ signal_id: signalId }).orderBy('seq');
	if (accountId === null) query.whereNull('account_id');
	else query.where({ account_id: accountId });
	return (await query).map(toOutboxEntry);
}

/** Whether a channel has anything that may be tried by now; looks without locking. */
export async function hasDue(conn: Conn, channel: ChannelName, now: number): Promise<boolean> {
	const row = await conn<OutboxRow>('outbox')
		.where({ channel, state: 'PENDING' })
		.where('next_at', '<=', now)
		.first('seq');
	return row !== undefined;
}
