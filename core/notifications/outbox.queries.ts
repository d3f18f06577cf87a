import type { Conn } from '../db';
import { asRecord, parseStored, type AccountId, type MemberId, type SignalId, type VerdictId } from '../model';
import type { ChannelName, OutboxChannel, OutboxEntry, OutboxState } from './notification';
import { toOutboxEntry, type OutboxRow } from './outbox.table';

/** Which entries a list shows; newest first. */
export interface OutboxFilter {
	readonly limit: number;
	readonly state?: OutboxState | undefined;
	readonly memberId?: MemberId | undefined;
	readonly channel?: OutboxChannel | undefined;
}

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

/** Messages of the checks of a verdict that warned or blocked, in the order of the checks. */
export async function verdictReasons(conn: Conn, verdictId: VerdictId): Promise<string[]> {
	const row: { checks: string } | undefined = await conn('verdicts')
		.where({ id: verdictId })
		.first('checks');
	if (row === undefined) return [];
	const checks = parseStored<unknown>(row.checks);
	if (!Array.isArray(checks)) return [];
	return checks.flatMap((check: unknown) => {
		const fields = asRecord(check);
		const message = fields?.['message'];
		return fields?.['result'] !== 'pass' && typeof message === 'string' ? [message] : [];
	});
}
