import { appendAudit } from '../audit';
import type { Kernel } from '../db';
import { createEvents, type DomainEvent } from '../events';
import { openSealed, sealJson } from '../members';
import {
	FirecontrolError,
	messageOf,
	type AccountId,
	type EventId,
	type SignalId,
} from '../model';
import { fingerprintOf, parseSettings } from './channel-settings';
import * as channelRows from './channel-settings.repository';
import { newVapidKeys, pushSettings } from './channels/push';
import { enqueue, subjectOf, type Enqueued, type EnqueueOrder } from './enqueue';
import { CHANNELS, SUPPRESSIONS, type ChannelName, type OutboxEntry } from './notification';
import { listOfSignal, listOutbox, type OutboxFilter } from './outbox.queries';
import { entriesOfEvent } from './outbox.repository';
import { sendDue, type SendCounts } from './sending';
import { toHtml, toMarkdownV2, toText } from './text';
import { standardTransports, type Transports } from './transports';
import type { RoutedItem } from './routed';

/** The most entries a list gives. */
const LIST_MAX = 500;

/** Alerts: from event to outbox to people. */
export interface Notifications {
	/**
	 * Writes the event's alerts into the outbox and tries to send them at once; what fails is tried
	 * again by `drain`. Gives all entries of the event; empty when nobody is told of it.
	 * @throws FirecontrolError `EVENT_UNKNOWN`
	 */
	deliver(eventId: EventId, options?: DeliverOptions): Promise<OutboxEntry[]>;
	/** Renders without sending: one item a channel, with what to send or why not to. */
	route(eventId: EventId, options?: DeliverOptions): Promise<RoutedItem[]>;
	/** Newest first. */
	list(filter: OutboxFilter): Promise<OutboxEntry[]>;
	/** The engine's job: sends what is due on every channel. */
	drain(): Promise<SendCounts>;
	/**
	 * Keeps a channel's settings, sealed. Equal settings change nothing.
	 * @throws FirecontrolError `CHANNEL_SETTINGS_INVALID`, `SEALING_KEY_MISSING`
	 */
	saveChannel(channel: ChannelName, settings: unknown, actor?: string): Promise<{ changed: boolean }>;
	removeChannel(channel: ChannelName, actor: string): Promise<{ removed: boolean }>;
	/** Makes the installation's VAPID keys unless it has them; gives the public one. */
	setUpPush(options: { subject: string; actor?: string }): Promise<{ publicKey: string }>;
	/** The VAPID public key that browsers subscribe with; null before `setUpPush`. */
	pushPublicKey(): Promise<string | null>;
	/** Channels with settings. */
	configured(): Promise<ChannelName[]>;
	/** Alerts about a signal on an account (null: about no account), sent or not, and why. */
	forSignal(signalId: SignalId, accountId: AccountId | null): Promise<OutboxEntry[]>;
}

/** What a call may use. */
export interface DeliverOptions {
	/** Channels that may be used; all by default. */
	readonly channels?: readonly ChannelName[] | undefined;
	/** Where webhooks are reached: critical alerts then carry links that stop trading. */
	readonly stopPages?: string | undefined;
}

class NotificationsService implements Notifications {
	constructor(
		private readonly kernel: Kernel,
		private readonly transports: Transports,
	) {}

	async deliver(eventId: EventId, options: DeliverOptions = {}): Promise<OutboxEntry[]> {
		const channels = options.channels ?? CHANNELS;
		const enqueued = await this.#enqueue(eventId, { purpose: 'deliver', channels, stopPages: options.stopPages });
		if (enqueued === null) return [];
		const pending = channels.filter((channel) =>
			enqueued.entries.some((entry) => entry.channel === channel && entry.state === 'PENDING'),
		);
		await Promise.all(pending.map(async (channel) => this.#send(channel, eventId)));
		return this.#entries(eventId, enqueued);
	}

	async route(eventId: EventId, options: DeliverOptions = {}): Promise<RoutedItem[]> {
		const channels = options.channels ?? CHANNELS;
		const enqueued = await this.#enqueue(eventId, { purpose: 'route', channels, stopPages: options.stopPages });
		if (enqueued === null) return [];
		const { alert, addressee } = enqueued;
		const common = {
			eventId,
			memberId: addressee.member.id,
			handle: addressee.member.handle,
			type: alert.type,
			priority: alert.priority,
			silent: alert.priority === 'low' || alert.priority === 'normal',
			subject: subjectOf(alert),
			text: toText(alert),
			html: toHtml(alert, null),
			markdownV2: toMarkdownV2(alert, null),
		};
		return enqueued.routes.map(({ channel, addresses, suppressed }) => ({
			...common,
			channel,
			addresses,
			suppressed,
			reason: suppressed === null ? null : SUPPRESSIONS[suppressed],
		}));
	}

	async list(filter: OutboxFilter): Promise<OutboxEntry[]> {
		const limit = Math.min(LIST_MAX, Math.max(1, Math.trunc(filter.limit)));
		return listOutbox(this.kernel.conn, { ...filter, limit });
	}

	async drain(): Promise<SendCounts> {
		const counts = await Promise.all(CHANNELS.map(async (channel) => this.#send(channel, null)));
		const total = { sent: 0, retried: 0, dead: 0, suppressed: 0, lost_lease: 0 };
		for (const count of counts) {
			total.sent += count.sent;
			total.retried += count.retried;
			total.dead += count.dead;
			total.suppressed += count.suppressed;
			total.lost_lease += count.lost_lease;
		}
		return total;
	}

	async saveChannel(
		channel: ChannelName,
		value: unknown,
		actor = 'system',
	): Promise<{ changed: boolean }> {
		const { kernel } = this;
		const settings = parseSettings(channel, value);
		const sealed = sealJson(kernel, settings);
		const fingerprint = fingerprintOf(settings, kernel.sealingKey ?? new Uint8Array());
		const known = await channelRows.findChannel(kernel.conn, channel);
		if (known?.fingerprint === fingerprint) return { changed: false };
		await kernel.transaction(async (trx) => {
			const row = { channel, fingerprint, sealed, updated_at: kernel.clock.now() };
			await channelRows.writeChannel(trx, row);
			await appendAudit(trx, kernel, {
				actor,
				action: 'channel.saved',
				subjectId: channel,
				details: { channel },
			});
		});
		return { changed: true };
	}

	async removeChannel(channel: ChannelName, actor: string): Promise<{ removed: boolean }> {
		return this.kernel.transaction(async (trx) => {
			const removed = await channelRows.deleteChannel(trx, channel);
			const entry = { actor, action: 'channel.removed', subjectId: channel, details: { channel } };
			if (removed) await appendAudit(trx, this.kernel, entry);
			return { removed };
		});
	}

	async setUpPush(options: { subject: string; actor?: string }): Promise<{ publicKey: string }> {
		const known = await this.pushPublicKey();
		if (known !== null) return { publicKey: known };
		const { kernel } = this;
		const settings = parseSettings('push', { subject: options.subject, ...newVapidKeys() });
		const sealed = sealJson(kernel, settings);
		const fingerprint = fingerprintOf(settings, kernel.sealingKey ?? new Uint8Array());
		await kernel.transaction(async (trx) => {
			const row = { channel: 'push', fingerprint, sealed, updated_at: kernel.clock.now() } as const;
			if (!(await channelRows.insertChannel(trx, row))) return;
			await appendAudit(trx, kernel, {
				actor: options.actor ?? 'system',
				action: 'channel.saved',
				subjectId: 'push',
				details: { channel: 'push' },
			});
		});
		const publicKey = await this.pushPublicKey();
		if (publicKey !== null) return { publicKey };
		throw new FirecontrolError('PUSH_NOT_SET_UP', 'The VAPID keys were removed while they were made.');
	}

	async pushPublicKey(): Promise<string | null> {
		const row = await channelRows.findChannel(this.kernel.conn, 'push');
		if (row === null) return null;
		return pushSettings.parse(openSealed<unknown>(this.kernel, row.sealed)).publicKey;
	}

	async configured(): Promise<ChannelName[]> {
		return (await channelRows.listChannels(this.kernel.conn)).map((row) => row.channel);
	}

	async forSignal(signalId: SignalId, accountId: AccountId | null): Promise<OutboxEntry[]> {
		return listOfSignal(this.kernel.conn, signalId, accountId);
	}

	async #event(eventId: EventId): Promise<DomainEvent> {
		const event = await createEvents(this.kernel).get(eventId);
		if (event !== null) return event;
		throw new FirecontrolError('EVENT_UNKNOWN', `There is no event ${eventId}.`);
	}

	async #enqueue(eventId: EventId, order: EnqueueOrder): Promise<Enqueued | null> {
		const event = await this.#event(eventId);
		return this.kernel.transaction(async (trx) => enqueue(trx, this.kernel, event, order));
	}

	/** A channel whose settings cannot be opened must not keep the others from sending. */
	async #send(channel: ChannelName, eventId: EventId | null): Promise<SendCounts> {
		try {
			return await sendDue(this.kernel, this.transports, channel, eventId);
		} catch (error) {
			this.kernel.log.error(`The channel ${channel} cannot send.`, { error: messageOf(error) });
			return { sent: 0, retried: 0, dead: 0, suppressed: 0, lost_lease: 0 };
		}
	}

	async #entries(eventId: EventId, enqueued: Enqueued): Promise<OutboxEntry[]> {
		if (enqueued.entries.every((entry) => entry.state !== 'PENDING')) return [...enqueued.entries];
		return entriesOfEvent(this.kernel.conn, eventId);
	}
}

/** Alerts over the kernel's database; `transports` are replaced only by tests. */
export function createNotifications(
	kernel: Kernel,
	options: { readonly transports?: Transports } = {},
): Notifications {
	return new NotificationsService(kernel, options.transports ?? standardTransports());
}
