import type { Kernel } from '../../../core/db';
import { createMembers, type Members } from '../../../core/members';
import type { EventId, MemberId } from '../../../core/model';
import {
	createNotifications,
	standardTransports,
	type Notifications,
	type OutboxEntry,
	type Transports,
} from '../../../core/notifications';
import { START, type TestDatabase } from '../../support/databases';
import { FakeMailServer } from '../../support/fake-mail-server';
import { FakePushService, type FakeBrowser } from '../../support/fake-push-service';
import { FakeTelegram } from '../../support/fake-telegram';
import { loopbackAgent } from '../../support/loopback-tls';
import { tell } from '../../support/tell';

export type Told = 'low' | 'normal' | 'high' | 'critical';

/** Everything outside the house, on loopback. */
export class Outside {
	readonly agent = loopbackAgent();
	readonly transports: Transports;

	private constructor(
		readonly telegram: FakeTelegram,
		readonly push: FakePushService,
		readonly mail: FakeMailServer,
	) {
		this.transports = standardTransports({ pushAgent: this.agent, timeoutMs: 2_000 });
	}

	static async open(): Promise<Outside> {
		const telegram = await FakeTelegram.start();
		return new Outside(telegram, await FakePushService.start(), await FakeMailServer.start());
	}

	async close(): Promise<void> {
		this.agent.destroy();
		await Promise.all([this.telegram.stop(), this.push.stop(), this.mail.stop()]);
	}
}

let actors = 0;

/** A member of its own with addresses on all channels, in a database with an empty outbox. */
export class Stage {
	readonly kernel: Kernel;
	readonly notifications: Notifications;
	readonly members: Members;
	readonly log: string[] = [];
	/** The member's handle and chat. */
	readonly handle = `anna-${++actors}`;
	readonly chatId = String(1_000 + actors);
	readonly email = `${this.handle}@members.test`;
	anna!: MemberId;
	browser!: FakeBrowser;
	#issues = 0;

	constructor(
		readonly database: TestDatabase,
		readonly outside: Outside,
	) {
		const note = (message: string, facts?: object) => void this.log.push(JSON.stringify([message, facts]));
		this.kernel = database.kernel({ log: { info: note, warn: note, error: note } });
		this.notifications = createNotifications(this.kernel, { transports: outside.transports });
		this.members = createMembers(this.kernel);
	}

	async prepare(): Promise<this> {
		await this.kernel.conn('outbox').delete();
		await this.kernel.conn('channel_settings').delete();
		this.database.clock.set(START);
		this.anna = await this.member(this.handle, this.chatId, this.email);
		this.browser = this.outside.push.subscribe();
		await this.members.addPushSubscription(this.handle, this.browser);
		return this;
	}

	/** Another process on the same database. */
	process(transports: Transports = this.outside.transports): Notifications {
		return createNotifications(this.database.kernel(), { transports });
	}

	async member(handle: string, telegramChatId: string | null, email: string | null = null): Promise<MemberId> {
		return (await this.members.upsert({ handle, telegramChatId, email, actor: 'operator' })).id;
	}

	async setUp(...channels: ('email' | 'push' | 'telegram')[]): Promise<void> {
		const { notifications, outside } = this;
		if (channels.includes('email')) await notifications.saveChannel('email', outside.mail.settings);
		if (channels.includes('telegram')) await notifications.saveChannel('telegram', outside.telegram.settings);
		if (channels.includes('push')) await notifications.setUpPush({ subject: 'mailto:ops@firecontrol.test' });
	}

	/** An event whose alert has this priority and this title: `Issue: <code>`. */
	async issue(severity: Told, code = `I${++this.#issues}`, memberId = this.anna): Promise<EventId> {
		return tell(this.kernel, {
			type: 'issue.raised',
			memberId,
			actor: 'system',
			payload: { code, message: 'Something is odd.', severity },
		});
	}

	/** Puts alerts into the outbox without sending them, as a process that dies right after. */
	async enqueue(...eventIds: EventId[]): Promise<void> {
		for (const eventId of eventIds) {
			await this.notifications.route(eventId);
			const routed = this.kernel.conn('outbox').where({ event_id: eventId, state: 'ROUTED' });
			await routed.update({ state: 'PENDING' });
		}
	}

	async entries(eventId: EventId): Promise<OutboxEntry[]> {
		return (await this.notifications.list({ limit: 500 })).filter((entry) => entry.eventId === eventId).reverse();
	}

	/** `channel state reason` of every entry of an event, in order. */
	async fates(eventId: EventId): Promise<string[]> {
		return (await this.entries(eventId)).map(({ channel, state, reason }) =>
			[channel, state, ...(reason === null ? [] : [reason])].join(' '),
		);
	}

	/** First lines of what came to a chat, in order. */
	chat(chatId = this.chatId): string[] {
		return this.outside.telegram.delivered
			.filter((message) => message.chatId === chatId)
			.map((message) => message.text.split('\n')[0] ?? '');
	}
}
