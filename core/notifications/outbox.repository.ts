import type { Conn, Trx } from '../db';
import type { EventId, MessageId } from '../model';
import type { ChannelName, OutboxEntry, Suppression } from './notification';
import { toOutboxEntry, type NewOutboxRow, type OutboxRow } from './outbox.table';

const IN_CHUNK = 50;

/** Writes rows that are not there yet; a known idempotency key is left as it is. */
export async function insertNew(trx: Trx, rows: readonly NewOutboxRow[]): Promise<void> {
	for (let from = 0; from < rows.length; from += IN_CHUNK) {
		await trx<OutboxRow>('outbox')
			.insert(rows.slice(from, from + IN_CHUNK))
			.onConflict('idempotency_key')
			.ignore();
	}
}

/** Every row of an event, in order of writing. */
export async function entriesOfEvent(conn: Conn, eventId: EventId): Promise<OutboxEntry[]> {
	const rows = await conn<OutboxRow>('outbox').where({ event_id: eventId }).orderBy('seq');
	return rows.map(toOutboxEntry);
}

/** Takes routed rows of an event over for sending. */
export async function takeOverRouted(
	trx: Trx,
	eventId: EventId,
	channel: ChannelName,
	now: number,
): Promise<void> {
	await trx<OutboxRow>('outbox')
		.where({ event_id: eventId, channel, state: 'ROUTED' })
		.update({ state: 'PENDING', next_at: now });
}

/** Marks routed rows of an event as not to be sent after all. */
export async function suppressRouted(
	trx: Trx,
	eventId: EventId,
	channel: ChannelName,
	reason: Suppression,
): Promise<void> {
	await trx<OutboxRow>('outbox')
		.where({ event_id: eventId, channel, state: 'ROUTED' })
		.update({ state: 'SUPPRESSED', reason });
}

/** Which rows a claim looks for. */
export interface ClaimOrder {
	readonly channel: ChannelName;
	readonly token: string;
	readonly now: number;
	readonly leaseMs: number;
	readonly limit: number;
	/** Rows of this event only; of any for null. */
	readonly eventId: EventId | null;
	/** Least time between two tries to one address, ms; 0 for none. */
	readonly addressPauseMs: number;
	/** Most tries begun in any second; null for no bound. */
	readonly perSecond: number | null;
}

/** A row in our hands until the lease ends. */
export interface Claimed {
	readonly entry: OutboxEntry;
	readonly token: string;
	/** An earlier try may have arrived although no answer came. */
	readonly repeat: boolean;
}

const SECOND_MS = 1_000;

/**
 * Rows that may be tried now: due, not leased, address not tried just now, and first in line of
 * their address. A critical one passes those before it, unless the provider asked for a pause.
 */
function due(trx: Trx, order: ClaimOrder, limit: number) {
	const { channel, now, eventId, addressPauseMs } = order;
	const query = trx<OutboxRow>('outbox as o')
		.where('o.channel', channel)
		.where('o.state', 'PENDING')
		.where('o.next_at', '<=', now)
		.where((free) => free.whereNull('o.lease_until').orWhere('o.lease_until', '<=', now))
		.whereNotExists((before) =>
			before
				.select(trx.raw('1'))
				.from('outbox as e')
				.whereRaw('e.channel = o.channel and e.address = o.address and e.seq < o.seq')
				.where('e.state', 'PENDING')
				.where((blocks) =>
					blocks.whereNot('o.priority', 'critical').orWhere('e.hold_until', '>', now),
				),
		)
		.whereNotExists((recent) =>
			recent
				.select(trx.raw('1'))
				.from('outbox as r')
				.whereRaw('r.channel = o.channel and r.address = o.address')
				.where('r.tried_at', '>', now - addressPauseMs),
		)
		.orderByRaw("case when o.priority = 'critical' then 0 else 1 end, o.seq")
		.limit(limit)
		.select('o.*');
	return eventId === null ? query : query.where('o.event_id', eventId);
}

async function roomThisSecond(trx: Trx, order: ClaimOrder): Promise<number> {
	if (order.perSecond === null) return order.limit;
	const counted: { tries: number | string }[] = await trx('outbox')
		.where('channel', order.channel)
		.where('tried_at', '>', order.now - SECOND_MS)
		.count({ tries: '*' });
	return Math.min(order.limit, order.perSecond - Number(counted[0]?.tries ?? 0));
}

/**
 * Leases due rows and counts a try for each. The caller holds the channel's row lock, so that two
 * processes neither take the same row nor pass a rate limit together.
 */
export async function claimDue(trx: Trx, order: ClaimOrder): Promise<Claimed[]> {
	const room = await roomThisSecond(trx, order);
	if (room <= 0) return [];
	const found: OutboxRow[] = await due(trx, order, room);
	// Two critical rows of one address are both first in line; one goes now.
	const seen = new Set<string | null>();
	const rows = found.filter((row) => !seen.has(row.address) && seen.add(row.address));
	for (const row of rows) {
		await trx<OutboxRow>('outbox')
			.where({ id: row.id })
			.update({
				lease_token: order.token,
				lease_until: order.now + order.leaseMs,
				attempts: row.attempts + 1,
				tried_at: order.now,
				uncertain: 1,
			});
	}
	return rows.map((row) => ({
		entry: toOutboxEntry({ ...row, attempts: row.attempts + 1 }),
		token: order.token,
		repeat: row.uncertain === 1,
	}));
}

/** What a finished try writes. */
export type Settlement = Pick<OutboxRow, 'state'> &
	Partial<
		Pick<OutboxRow, 'reason' | 'next_at' | 'hold_until' | 'uncertain' | 'sent_at' | 'provider_id' | 'error'>
	>;

/** Ends the lease with what came of the try; false when the lease had passed to another. */
export async function settleClaimed(
	trx: Trx,
	id: MessageId,
	token: string,
	settlement: Settlement,
): Promise<boolean> {
	const changed = await trx<OutboxRow>('outbox')
		.where({ id, lease_token: token, state: 'PENDING' })
		.update({ ...settlement, lease_token: null, lease_until: null });
	return changed === 1;
}

/** The address works again: what waited in back-off there is due now. */
export async function wakeAddress(
	trx: Trx,
	channel: ChannelName,
	address: string,
	now: number,
): Promise<void> {
	await trx<OutboxRow>('outbox')
		.where({ channel, address, state: 'PENDING' })
		.where('next_at', '>', now)
		.where((free) => free.whereNull('hold_until').orWhere('hold_until', '<=', now))
		.update({ next_at: now });
}

/** Nothing more goes to this address: what waits there is suppressed. */
export async function suppressAddress(
	trx: Trx,
	channel: ChannelName,
	address: string,
): Promise<void> {
	await trx<OutboxRow>('outbox')
		.where({ channel, address, state: 'PENDING' })
		.whereNull('lease_token')
		.update({ state: 'SUPPRESSED', reason: 'ADDRESS_GONE' });
}
