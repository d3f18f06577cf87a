import type { Conn, Kernel } from '../db';
import { livingSubscriptions, openSealed, type PushSubscription } from '../members';
import { messageOf, newId, SECOND, type EventId } from '../model';
import { failed, SEND_TIMEOUT_MS, type Address, type OutgoingMessage, type SendReport } from './channel';
import { lockChannel } from './channel-settings.repository';
import type { ChannelName, OutboxEntry } from './notification';
import { hasDue } from './outbox.queries';
import { claimDue, type Claimed } from './outbox.repository';
import { settle, type Outcome } from './settle';
import { bindChannel, type Transports } from './transports';

/** Longer than any try takes, so that a lease never ends under a living sender. */
const LEASE_MS = 60 * SECOND;
/** A channel that does not keep its own time limit is cut off here. */
const CUT_OFF_MS = SEND_TIMEOUT_MS + 5 * SECOND;
/** Messages in flight at once. */
const BATCH = { email: 5, push: 20, telegram: 30 } as const satisfies Record<ChannelName, number>;
/** Batches of one run: the engine comes again in a second. */
const ROUNDS_MAX = 20;

/** How many messages ended how. */
export type SendCounts = Readonly<Record<Outcome, number>>;

type Send = (message: OutgoingMessage) => Promise<SendReport>;

interface Batch {
	readonly send: Send;
	readonly claimed: readonly Claimed[];
}

async function claim(
	kernel: Kernel,
	transports: Transports,
	channel: ChannelName,
	eventId: EventId | null,
): Promise<Batch | null> {
	const { telegramPerChatPerSecond, telegramPerSecond } = kernel.rules.policy.notifications;
	return kernel.transaction(async (trx) => {
		const row = await lockChannel(trx, channel);
		if (row === null) return null;
		const send = bindChannel(transports, channel, openSealed<unknown>(kernel, row.sealed));
		const claimed = await claimDue(trx, {
			channel,
			token: newId('hld', kernel.clock, kernel.rng),
			now: kernel.clock.now(),
			leaseMs: LEASE_MS,
			limit: BATCH[channel],
			eventId,
			addressPauseMs: channel === 'telegram' ? SECOND / telegramPerChatPerSecond : 0,
			perSecond: channel === 'telegram' ? telegramPerSecond : null,
		});
		return { send, claimed };
	});
}

interface Destination {
	readonly address: Address | null;
	readonly subscription: PushSubscription | null;
}

async function destinationOf(
	conn: Conn,
	channel: ChannelName,
	entry: OutboxEntry,
): Promise<Destination> {
	const { address, memberId } = entry;
	if (address === null) return { address: null, subscription: null };
	if (channel === 'email') return { address: { kind: 'email', email: address }, subscription: null };
	if (channel === 'telegram') {
		return { address: { kind: 'telegram', chatId: address }, subscription: null };
	}
	const living = await livingSubscriptions(conn, memberId);
	const subscription = living.find(({ id }) => id === address) ?? null;
	if (subscription === null) return { address: null, subscription: null };
	const { endpoint, keys } = subscription;
	return { address: { kind: 'push', endpoint, keys }, subscription };
}

async function attempt(send: Send, message: OutgoingMessage): Promise<SendReport> {
	let timer: NodeJS.Timeout | undefined;
	const cutOff = new Promise<SendReport>((resolve) => {
		timer = setTimeout(() => {
			resolve(failed('The channel did not finish in time.', { uncertain: true }));
		}, CUT_OFF_MS);
	});
	try {
		return await Promise.race([send(message), cutOff]);
	} catch (error) {
		return failed(`The channel failed: ${messageOf(error)}`, { uncertain: true });
	} finally {
		clearTimeout(timer);
	}
}

/** A try whose process died is counted but never settled: even those have an end. */
function isExhausted(kernel: Kernel, entry: OutboxEntry): boolean {
	return entry.attempts > kernel.rules.policy.notifications.retrySeconds.length + 1;
}

async function tryOnce(
	kernel: Kernel,
	send: Send,
	{ entry, repeat }: Claimed,
	address: Address | null,
): Promise<SendReport> {
	if (address === null) return failed('The address is gone.', { verdict: 'gone' });
	if (isExhausted(kernel, entry)) {
		return failed('No try ever came to an end.', { verdict: 'never', uncertain: true });
	}
	const subject = { eventId: entry.eventId, signalId: entry.signalId };
	return attempt(send, { id: entry.id, address, alert: entry.alert, repeat, subject });
}

async function sendOne(
	kernel: Kernel,
	channel: ChannelName,
	send: Send,
	claimed: Claimed,
): Promise<Outcome> {
	const { entry } = claimed;
	const { address, subscription } = await destinationOf(kernel.conn, channel, entry);
	const report = await tryOnce(kernel, send, claimed, address);
	const outcome = await kernel.transaction(async (trx) =>
		settle(trx, kernel, { channel, claimed, subscription }, report),
	);
	if (report.kind === 'failed') {
		const facts = { messageId: entry.id, channel, outcome, error: report.error };
		kernel.log.warn('An alert was not sent.', facts);
	}
	return outcome;
}

/**
 * Sends what is due on a channel, of one event or of all; safe to run in any number of processes at
 * once. Without settings nothing is touched.
 * @throws FirecontrolError `SEALING_KEY_WRONG` and others when the settings cannot be opened
 */
export async function sendDue(
	kernel: Kernel,
	transports: Transports,
	channel: ChannelName,
	eventId: EventId | null,
): Promise<SendCounts> {
	const counts = { sent: 0, retried: 0, dead: 0, suppressed: 0, lost_lease: 0 };
	for (let round = 0; round < ROUNDS_MAX; round++) {
		if (!(await hasDue(kernel.conn, channel, kernel.clock.now()))) break;
		const batch = await claim(kernel, transports, channel, eventId);
		if (batch === null || batch.claimed.length === 0) break;
		const outcomes = await Promise.all(
			batch.claimed.map(async (claimed) => sendOne(kernel, channel, batch.send, claimed)),
		);
		for (const outcome of outcomes) counts[outcome]++;
	}
	return counts;
}
