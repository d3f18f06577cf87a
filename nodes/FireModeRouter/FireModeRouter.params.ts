import type { IExecuteFunctions } from 'n8n-workflow';
import { TICKET_STATES, type TermsInput, type Ticket, type TicketState, type Verdict } from '../../core';
import { nodeActor } from '../shared/actor';
import { readTerms } from '../shared/exitPlan';
import { runKind, type RunKind } from '../shared/manualRun';
import { readMember } from '../shared/listSearch';
import { readId, readNumber, readOptionalText, readText, readWord } from '../shared/params';

interface Common {
	readonly itemIndex: number;
	readonly actor: string;
}

/** What one item asks of the node. */
export type RouterCommand = Common &
	(
		| {
				readonly operation: 'route';
				readonly verdictId: Verdict['id'];
				readonly terms: TermsInput | null;
				readonly run: RunKind;
		  }
		| { readonly operation: 'fire'; readonly ticketId: Ticket['id']; readonly run: RunKind }
		| {
				readonly operation: 'setMode';
				readonly member: string;
				readonly mode: 'MANUAL' | 'FULL_AUTO';
				readonly slots: number;
		  }
		| {
				readonly operation: 'listTickets';
				readonly state: TicketState | null;
				readonly member: string | null;
				readonly limit: number;
		  }
	);

const OPERATIONS = ['route', 'fire', 'setMode', 'listTickets'] as const;

export function readParams(ctx: IExecuteFunctions, itemIndex: number): RouterCommand {
	const operation = readWord(ctx, 'operation', itemIndex, OPERATIONS);
	const common = { itemIndex, actor: nodeActor(ctx) };
	switch (operation) {
		case 'route':
			return {
				...common,
				operation,
				verdictId: readId(ctx, 'verdictId', 'verdict_id', itemIndex, 'vrd'),
				terms: readTerms(ctx, itemIndex),
				run: runKind(ctx, itemIndex),
			};
		case 'fire':
			return {
				...common,
				operation,
				ticketId: readId(ctx, 'ticketId', 'ticket_id', itemIndex, 'tkt'),
				run: runKind(ctx, itemIndex),
			};
		case 'setMode': {
			const mode = readWord(ctx, 'mode', itemIndex, ['MANUAL', 'FULL_AUTO']);
			const range = { fallback: 1, min: 1, max: 3 };
			const slots = mode === 'FULL_AUTO' ? readNumber(ctx, 'slots', itemIndex, range) : 1;
			return { ...common, operation, member: readMember(ctx, itemIndex), mode, slots };
		}
		case 'listTickets': {
			const state = readText(ctx, 'state', itemIndex);
			return {
				...common,
				operation,
				state: TICKET_STATES.find((known) => known === state) ?? null,
				member: readOptionalText(ctx, 'memberFilter', itemIndex),
				limit: readNumber(ctx, 'limit', itemIndex, { fallback: 50, min: 1, max: 500 }),
			};
		}
	}
}
