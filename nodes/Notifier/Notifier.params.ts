import type { IExecuteFunctions } from 'n8n-workflow';
import { OUTBOX_STATES, type ChannelName, type DomainEvent, type OutboxState } from '../../core';
import { readId, readNumber, readText, readWord, readWords } from '../shared/params';

/** What one item asks of the node. */
export type NotifierCommand =
	| {
			readonly operation: 'deliver' | 'route';
			readonly eventId: DomainEvent['eventId'];
			readonly channels: readonly ChannelName[];
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
		eventId: readId(ctx, 'eventId', itemIndex, 'evt'),
		channels: readWords(ctx, 'channels', itemIndex, CHANNEL_NAMES),
	};
}
