import { createHmac } from 'node:crypto';
import type { z } from 'zod';
import { stableJson } from '../model';
import { emailSettings, type EmailSettings } from './channels/email';
import { pushSettings, type PushSettings } from './channels/push';
import { telegramSettings, type TelegramSettings } from './channels/telegram';
import type { ChannelName } from './notification';
import { settingsInvalid } from './notifications.errors';

/** What each channel needs to send. Holds secrets: sealed at rest, never logged. */
export interface SettingsOf {
	readonly email: EmailSettings;
	readonly push: PushSettings;
	readonly telegram: TelegramSettings;
}

const SCHEMAS = {
	email: emailSettings,
	push: pushSettings,
	telegram: telegramSettings,
} satisfies { [C in ChannelName]: z.ZodType<SettingsOf[C]> };

/**
 * Checks settings that came from outside and fills in defaults.
 * @throws FirecontrolError `CHANNEL_SETTINGS_INVALID` naming every fault, never a value
 */
export function parseSettings(channel: ChannelName, value: unknown): SettingsOf[ChannelName] {
	const result = SCHEMAS[channel].safeParse(value);
	if (result.success) return result.data;
	const faults = result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
	throw settingsInvalid(channel, faults);
}

/** Tells whether settings changed, without giving away a weak password to whoever reads it. */
export function fingerprintOf(settings: SettingsOf[ChannelName], sealingKey: Uint8Array): string {
	return createHmac('sha256', sealingKey).update(stableJson(settings)).digest('hex');
}
