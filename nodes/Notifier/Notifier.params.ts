import type { IExecuteFunctions } from 'n8n-workflow';
import { OUTBOX_STATES, type ChannelName, type DomainEvent, type OutboxState } from '../../core';
import { readId, readNumber, readOption, readText, readWord, readWords } from '../shared/params';
import { webhookBase } from '../shared/webhookUrl';

/** What one item asks of the node. */
export type NotifierCommand =
	| {
			readonly operation: 'deliver' | 'route';
			readonly eventId: DomainEvent['eventId'];
			readonly channels: readonly ChannelName[];
			/** Where webhooks are reached, for alerts that carry stop links; undefined: none do. */
			readonly stopPages: string | undefined;
	  }
	| { readonly operation: 'list'; readonly state: OutboxState | null; readonly limit: number };

export const CHANNEL_NAMES = ['email', 'push', 'telegram'] as const satisfies ChannelName[];

export function readParams(ctx: IExecuteFunctions, itemIndex: number): NotifierCommand {
	const operation = readWord(ctx, 'operation', itemIndex, ['deliver', 'route', 'list']);
	if (operation === 'list') {
		const state = readText(ctx, 'state', itemIndex);
		return {
			operation,
			state: OUTBOX_STATES.find((known) => known === state) ?? null,
			limit: readNumber(ctx, 'limit', itemIndex, { fallback: 50, min: 1, max: 500 }),
		};
	}
	return {
		operation,
		eventId: readId(ctx, 'eventId', 'event_id', itemIndex, 'evt'),
		channels: readWords(ctx, 'channels', itemIndex, CHANNEL_NAMES),
		stopPages: readStopPages(ctx, itemIndex),
	};
}

function readStopPages(ctx: IExecuteFunctions, itemIndex: number): string | undefined {
	if (readOption(ctx, 'stopLinks', itemIndex) !== true) return undefined;
	const given = readOption(ctx, 'webhookUrl', itemIndex);
	return webhookBase(ctx, typeof given === 'string' ? given.trim() : '');
}

/** The channels that this node sets up when it delivers; of the first item, as credentials are. */
export interface ChannelSetup {
	readonly channels: readonly ChannelName[];
	readonly fromEmail: string;
}

export function readChannelSetup(ctx: IExecuteFunctions): ChannelSetup {
	const delivers = ctx.getNodeParameter('operation', 0) === 'deliver';
	return {
		channels: delivers ? readWords(ctx, 'channels', 0, CHANNEL_NAMES) : [],
		fromEmail: delivers ? readText(ctx, 'fromEmail', 0) : '',
	};
}
