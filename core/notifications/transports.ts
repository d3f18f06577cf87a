import type { Agent } from 'node:https';
import type { Channel, OutgoingMessage, SendReport } from './channel';
import { emailChannel, emailSettings, type EmailSettings } from './channels/email';
import { createPushChannel, pushSettings, type PushSettings } from './channels/push';
import { telegramChannel, telegramSettings, type TelegramSettings } from './channels/telegram';
import type { ChannelName } from './notification';

/** The channels that messages go out by. */
export interface Transports {
	readonly email: Channel<EmailSettings>;
	readonly push: Channel<PushSettings>;
	readonly telegram: Channel<TelegramSettings>;
}

/** The real ones. `pushAgent` is for tests, whose push service has a certificate of its own. */
export function standardTransports(options: { readonly pushAgent?: Agent } = {}): Transports {
	return {
		email: emailChannel,
		push: createPushChannel(options.pushAgent),
		telegram: telegramChannel,
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
