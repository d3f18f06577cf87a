import type { INodeProperties } from 'n8n-workflow';
import { exitPlanParameter, termOptions } from '../shared/exitPlan';
import { allowLiveOption, idParameter, memberParameter } from '../shared/parameters';

/** Outputs of Route and Fire. Part of the contract, never renumbered; 0 leads to no order. */
export const OUTPUTS = ['Held', 'Fire', 'Queued', 'Refused'] as const;

/** Operations that answer with a list or a record, on one output. */
const PLAIN_OPERATIONS = ['setMode', 'listTickets'];

/**
 * Route and Fire have the four outputs, the others one. Evaluated by n8n as text, so it can use
 * nothing but the parameters.
 */
export const outputsExpression = `={{ ${JSON.stringify(PLAIN_OPERATIONS)}.includes($parameter.operation) ? [{ type: 'main' }] : ${JSON.stringify(OUTPUTS)}.map((displayName) => ({ type: 'main', displayName })) }}` as const;

export const fireModeProperties: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		options: [
			{
				name: 'Fire',
				value: 'fire',
				description: 'Fire a held ticket; the risk gate judges again first',
				action: 'Fire a held ticket',
			},
			{
				name: 'List Tickets',
				value: 'listTickets',
				description: 'Tickets by member and state, newest first',
				action: 'List tickets',
			},
			{
				name: 'Route',
				value: 'route',
				description: "Make the ticket of a verdict, by its member's fire mode",
				action: 'Route a verdict by fire mode',
			},
			{
				name: 'Set Mode',
				value: 'setMode',
				description: 'Choose the fire mode of a member',
				action: 'Set the fire mode of a member',
			},
		],
		default: 'route',
	},
	idParameter({
		name: 'verdictId',
		displayName: 'Verdict ID',
		field: 'verdict_id',
		description: 'An approval of the risk gate; whom and what it is for is read from our database',
		show: { operation: ['route'] },
	}),
	idParameter({
		name: 'ticketId',
		displayName: 'Ticket ID',
		field: 'ticket_id',
		description: 'The held ticket to fire',
		show: { operation: ['fire'] },
	}),
	memberParameter({ operation: ['setMode'] }),
	{
		displayName: 'Mode',
		name: 'mode',
		type: 'options',
		options: [
			{
				name: 'Full Auto',
				value: 'FULL_AUTO',
				description: 'Approved signals fire by themselves, as many at once as there are slots',
			},
			{
				name: 'Manual',
				value: 'MANUAL',
				description: "Approved signals wait for the member's own fire command",
			},
		],
		default: 'MANUAL',
		displayOptions: { show: { operation: ['setMode'] } },
	},
	{
		displayName: 'Slots',
		name: 'slots',
		type: 'number',
		typeOptions: { minValue: 1, maxValue: 3 },
		default: 1,
		displayOptions: { show: { operation: ['setMode'], mode: ['FULL_AUTO'] } },
		description: 'How many trades may be open at once, within the tier',
	},
	{
		displayName: 'State',
		name: 'state',
		type: 'options',
		options: [
			{ name: 'Any', value: '' },
			{ name: 'Cancelled', value: 'CANCELLED' },
			{ name: 'Expired', value: 'EXPIRED' },
			{ name: 'Fired', value: 'FIRED' },
			{ name: 'Held', value: 'HELD' },
			{ name: 'Queued', value: 'QUEUED' },
			{ name: 'Refused', value: 'REFUSED' },
		],
		default: 'HELD',
		displayOptions: { show: { operation: ['listTickets'] } },
	},
	{
		displayName: 'Member Handle or ID',
		name: 'memberFilter',
		type: 'string',
		default: '',
		displayOptions: { show: { operation: ['listTickets'] } },
		description: 'Only tickets of this member. Empty lists those of all.',
	},
	{
		displayName: 'Limit',
		name: 'limit',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 50,
		displayOptions: { show: { operation: ['listTickets'] } },
		description: 'Max number of results to return',
	},
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add Option',
		default: {},
		displayOptions: { show: { operation: ['route', 'fire'] } },
		options: [allowLiveOption, ...termOptions('route')],
	},
	exitPlanParameter({ operation: ['route'] }),
];
