import { NodeOperationError, type IExecuteFunctions } from 'n8n-workflow';
import type { ChannelName, Core } from '../../../core';
import { nodeActor } from '../../shared/actor';
import {
	CHANNEL_CREDENTIALS,
	emailSettings,
	telegramSettings,
	webPushSettings,
} from '../../shared/channelSettings';
import { toNodeError } from '../../shared/toNodeError';
import { readChannelSetup } from '../Notifier.params';

async function settingsOf(
	ctx: IExecuteFunctions,
	channel: ChannelName,
	fromEmail: string,
): Promise<object> {
	const credentials = await ctx.getCredentials(CHANNEL_CREDENTIALS[channel]);
	switch (channel) {
		case 'email':
			return emailSettings(credentials, fromEmail);
		case 'push':
			return webPushSettings(credentials);
		case 'telegram':
			return telegramSettings(credentials);
	}
}

/**
 * Hands the core, which sends and retries without any workflow, the settings of the channels that
 * have a credential on this node. The same settings again change nothing.
 */
export async function saveChannels(ctx: IExecuteFunctions, core: Core): Promise<void> {
	const { channels, fromEmail } = readChannelSetup(ctx);
	const linked = ctx.getNode().credentials ?? {};
	for (const channel of channels) {
		if (linked[CHANNEL_CREDENTIALS[channel]] === undefined) continue;
		try {
			const settings = await settingsOf(ctx, channel, fromEmail);
			await core.notifications.saveChannel(channel, settings, nodeActor(ctx));
		} catch (error) {
			const { message } = toNodeError(ctx.getNode(), error);
			throw new NodeOperationError(ctx.getNode(), `The ${channel} channel cannot be used: ${message}`);
		}
	}
}
