import type { IExecuteFunctions } from 'n8n-workflow';
import type { DomainEvent } from '../../core';
import { readMember } from '../shared/listSearch';
import { readId, readNumber, readWord } from '../shared/params';

/** What one item asks of the node. */
export type XpCommand =
	| {
			readonly operation: 'award';
			readonly eventId: DomainEvent['eventId'];
			readonly itemIndex: number;
	  }
	| { readonly operation: 'profile'; readonly member: string; readonly itemIndex: number }
	| { readonly operation: 'leaderboard'; readonly limit: number };

export function readParams(ctx: IExecuteFunctions, itemIndex: number): XpCommand {
	const operation = readWord(ctx, 'operation', itemIndex, ['award', 'profile', 'leaderboard']);
	switch (operation) {
		case 'award':
			return { operation, eventId: readId(ctx, 'eventId', 'event_id', itemIndex, 'evt'), itemIndex };
		case 'profile':
			return { operation, member: readMember(ctx, itemIndex), itemIndex };
		case 'leaderboard':
			return {
				operation,
				limit: readNumber(ctx, 'limit', itemIndex, { fallback: 50, min: 1, max: 100 }),
			};
	}
}
