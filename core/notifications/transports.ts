import type { Agent } from 'node:https';
import type { Channel, OutgoingMessage, SendReport } from './channel';
import { createEmailChannel, emailSettings, type EmailSettings } from './channels/email';
import { createPushChannel, pushSettings, type PushSettings } from './channels/push';
import { createTelegramChannel, telegramSettings, type TelegramSettings } from './channels/telegram';
import type { ChannelName } from './notification';

/** The channels that messages go out by. */
export interface Transports {
	readonly email: Channel<EmailSettings>;
	readonly push: Channel<PushSettings>;
	readonly telegram: Channel<TelegramSettings>;
}

/** Parts of the real channels that tests set: short time limits, a certificate of their own. */
export interface TransportOptions {
	readonly pushAgent?: Agent;
	/** Longest a try may take, ms. */
	readonly timeoutMs?: number;
}

/** The real channels. */
export function standardTransports({ pushAgent, timeoutMs }: TransportOptions = {}): Transports {
	return {
		email: createEmailChannel(timeoutMs),
		push: createPushChannel({ agent: pushAgent, timeoutMs }),
		telegram: createTelegramChannel(timeoutMs),
	};
}

/** A channel together with its opened settings. */
export function bindChannel(
	transports: Transports,
	channel: ChannelName,
	opened: unknown,
): (message: OutgoingMessage) => Promise<SendReport> {
	switch (channel) {
		case 'email': {
			const settings = emailSettings.parse(opened);
			return async (message) => transports.email.send(message, settings);
		}
		case 'push': {
			const settings = pushSettings.parse(opened);
			return async (message) => transports.push.send(message, settings);
		}
		case 'telegram': {
			const settings = telegramSettings.parse(opened);
			return async (message) => transports.telegram.send(message, settings);
		}
	}
}
