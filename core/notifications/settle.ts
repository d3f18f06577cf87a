import type { Kernel, Trx } from '../db';
import { appendEvent, findEvent } from '../events';
import { disableSubscription, lockMember, updateMember, type PushSubscription } from '../members';
import type { SendFailure, SendReport } from './channel';
import { enqueue } from './enqueue';
import { CHANNELS, type ChannelName } from './notification';
import { settleClaimed, suppressAddress, wakeAddress, type Claimed } from './outbox.repository';
import { nextStep } from './retry';

/** A try that was made. */
export interface Tried {
	readonly channel: ChannelName;
	readonly claimed: Claimed;
	/** The device, where it went to one. */
	readonly subscription: PushSubscription | null;
}

/** What became of the message: for counting. */
export type Outcome = 'sent' | 'retried' | 'dead' | 'suppressed' | 'lost_lease';

/** Tells of a message that was given up, on the member's other channels, in the same transaction. */
async function reportDead(trx: Trx, kernel: Kernel, tried: Tried, error: string): Promise<void> {
	const { entry } = tried.claimed;
	const source = await findEvent(trx, entry.eventId);
	// News of a dead letter that dies itself would go round in circles.
	if (source?.type === 'alert.dead_letter') return;
	const eventId = await appendEvent(trx, kernel, {
		type: 'alert.dead_letter',
		memberId: entry.memberId,
		accountId: entry.accountId,
		signalId: entry.signalId,
		subjectId: entry.id,
		actor: 'engine',
		payload: { message_id: entry.id, channel: tried.channel, error },
	});
	const event = await findEvent(trx, eventId);
	if (event !== null) await enqueue(trx, kernel, event, { purpose: 'deliver', channels: CHANNELS });
}

/** Switches off what no longer takes messages, so that nothing is tried there again. */
async function closeAddress(trx: Trx, kernel: Kernel, tried: Tried, error: string): Promise<void> {
	const { channel, subscription, claimed } = tried;
	const now = kernel.clock.now();
	if (subscription !== null) await disableSubscription(trx, subscription.endpoint, error, now);
	if (channel === 'telegram') {
		const member = await lockMember(trx, claimed.entry.memberId);
		if (member !== null && member.telegramChatId === claimed.entry.address) {
			const channels = { ...member.channels, telegram: false };
			await updateMember(trx, { ...member, channels, updatedAt: now });
		}
	}
	if (claimed.entry.address !== null) await suppressAddress(trx, channel, claimed.entry.address);
}

async function giveUp(
	trx: Trx,
	kernel: Kernel,
	tried: Tried,
	failure: SendFailure,
): Promise<Outcome> {
	const { entry, token } = tried.claimed;
	const { error, uncertain } = failure;
	const gone = failure.verdict === 'gone';
	// Browsers drop subscriptions every day; a person who blocks the bot should hear of it.
	const quiet = gone && tried.channel === 'push';
	const settled = await settleClaimed(trx, entry.id, token, {
		state: quiet ? 'SUPPRESSED' : 'DEAD',
		reason: gone ? 'ADDRESS_GONE' : null,
		uncertain: Number(uncertain),
		error,
	});
	if (!settled) return 'lost_lease';
	if (gone) await closeAddress(trx, kernel, tried, error);
	if (quiet) return 'suppressed';
	await reportDead(trx, kernel, tried, error);
	return 'dead';
}

async function settleFailure(
	trx: Trx,
	kernel: Kernel,
	tried: Tried,
	failure: SendFailure,
): Promise<Outcome> {
	const { entry, token } = tried.claimed;
	const now = kernel.clock.now();
	const { error, uncertain, retryAfterMs } = failure;
	const step = nextStep(entry.attempts, now, retryAfterMs, kernel.rules.policy.notifications);
	if (failure.verdict !== 'again' || step.kind === 'dead') return giveUp(trx, kernel, tried, failure);
	const settled = await settleClaimed(trx, entry.id, token, {
		state: 'PENDING',
		next_at: step.at,
		hold_until: retryAfterMs === null ? null : step.at,
		uncertain: Number(uncertain),
		error,
	});
	return settled ? 'retried' : 'lost_lease';
}

/** Writes what came of a try, with everything that follows from it, in one transaction. */
export async function settle(
	trx: Trx,
	kernel: Kernel,
	tried: Tried,
	report: SendReport,
): Promise<Outcome> {
	if (report.kind === 'failed') return settleFailure(trx, kernel, tried, report);
	const { entry, token } = tried.claimed;
	const now = kernel.clock.now();
	const settled = await settleClaimed(trx, entry.id, token, {
		state: 'SENT',
		sent_at: now,
		provider_id: report.providerId,
		uncertain: 0,
		error: null,
	});
	if (!settled) return 'lost_lease';
	if (entry.address !== null) await wakeAddress(trx, tried.channel, entry.address, now);
	return 'sent';
}
