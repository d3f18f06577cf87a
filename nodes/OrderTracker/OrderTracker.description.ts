import type { INodeProperties } from 'n8n-workflow';
import { termOptions } from '../shared/exitPlan';
import { allowLiveOption, idParameter } from '../shared/parameters';
import { accountProperties } from './OrderTracker.account.description';
import { readinessProperties } from './OrderTracker.readiness.description';
import { exitProperties } from './OrderTracker.exits.description';
import { reconciliationProperties } from './OrderTracker.reconciliation.description';

/** Order of the outputs. Part of the contract, never renumbered. */
export const OUTPUTS = ['Done', 'Refused'] as const;

/** Operations on the position of an account in a symbol. */
const AT_POSITION = ['close', 'setExitPlan', 'tightenStop'] as const;

const order = (...operation: string[]) => ({ resource: ['order'], operation });

const operations: INodeProperties[] = [
	{
		displayName: 'Resource',
		name: 'resource',
		type: 'options',
		noDataExpression: true,
		options: [
			{ name: 'Account', value: 'account' },
			{ name: 'Issue', value: 'issue' },
			{ name: 'Order', value: 'order' },
			{ name: 'Position', value: 'position' },
		],
		default: 'order',
	},
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['order'] } },
		options: [
			{
				name: 'Cancel',
				value: 'cancel',
				description: 'Take an order back that is not filled yet',
				action: 'Cancel an order',
			},
			{ name: 'Get', value: 'get', action: 'Get an order' },
			{ name: 'Get Many', value: 'getAll', action: 'Get many orders' },
			{
				name: 'Place',
				value: 'place',
				description:
					'Carry a fired ticket to the venue; asked again, it shows the same order, with the terms and exit plan that it has',
				action: 'Place the order of a ticket',
			},
			{
				name: 'Replace',
				value: 'replace',
				description:
					'Order another quantity or price instead; what adds risk is judged by the risk gate first',
				action: 'Replace an order',
			},
		],
		default: 'place',
	},
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['position'] } },
		options: [
			{
				name: 'Close',
				value: 'close',
				description: 'Close what is open in a symbol at the market; never blocked by the risk gate',
				action: 'Close a position',
			},
			{ name: 'Get Many', value: 'getAll', action: 'Get the open positions' },
			{
				name: 'Set Exit Plan',
				value: 'setExitPlan',
				description: 'Add rules that tighten the stop or end the trade; nothing is taken away',
				action: 'Set the exit plan of a position',
			},
			{
				name: 'Tighten Stop',
				value: 'tightenStop',
				description: 'Move the stop nearer to the price; wider than it is, it never gets',
				action: 'Tighten the stop of a position',
			},
		],
		default: 'getAll',
	},
];

const fields: INodeProperties[] = [
	idParameter({
		name: 'ticketId',
		displayName: 'Ticket ID',
		field: 'ticket_id',
		description: 'A fired ticket; the order is made of its verdict in our database',
		show: order('place'),
	}),
	idParameter({
		name: 'orderId',
		displayName: 'Order ID',
		field: 'order_id',
		description: 'The order',
		show: order('get', 'cancel', 'replace'),
	}),
	idParameter({
		name: 'accountId',
		displayName: 'Account ID',
		field: 'account_id',
		description: 'The account that holds the position',
		show: { resource: ['position'], operation: [...AT_POSITION] },
	}),
	{
		displayName: 'Symbol',
		name: 'symbol',
		type: 'string',
		default: '={{ $json.symbol }}',
		required: true,
		placeholder: 'BTC/USDT',
		displayOptions: { show: { resource: ['position'], operation: [...AT_POSITION] } },
	},
	...exitProperties,
	{
		displayName: 'Account ID',
		name: 'accountFilter',
		type: 'string',
		default: '',
		displayOptions: { show: { operation: ['getAll'] } },
		description: 'Only this account. Empty lists those of all.',
	},
	{
		displayName: 'State',
		name: 'state',
		type: 'options',
		options: [
			{ name: 'Any', value: '' },
			{ name: 'Cancelled', value: 'CANCELLED' },
			{ name: 'Denied', value: 'DENIED' },
			{ name: 'Expired', value: 'EXPIRED' },
			{ name: 'Failed', value: 'FAILED' },
			{ name: 'Filled', value: 'FILLED' },
			{ name: 'Open', value: 'OPEN' },
			{ name: 'Partially Filled', value: 'PARTIALLY_FILLED' },
			{ name: 'Rejected', value: 'REJECTED' },
			{ name: 'Submitted', value: 'SUBMITTED' },
			{ name: 'Unknown', value: 'UNKNOWN' },
		],
		default: '',
		displayOptions: { show: order('getAll') },
	},
	{
		displayName: 'Limit',
		name: 'limit',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 50,
		displayOptions: { show: order('getAll') },
		description: 'Max number of results to return',
	},
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add Option',
		default: {},
		displayOptions: { show: { operation: ['place', 'cancel', 'replace', ...AT_POSITION] } },
		options: [
			allowLiveOption,
			...termOptions('place'),
			{
				displayName: 'Cancel Foreign Orders',
				name: 'foreign',
				type: 'boolean',
				default: false,
				displayOptions: { show: { '/operation': ['cancel'] } },
				description: 'Whether to cancel the order also when it was not made by this system (origin EXTERNAL)',
			},
		],
	},
];

export const orderProperties: INodeProperties[] = [
	...operations,
	...accountProperties,
	...readinessProperties,
	...reconciliationProperties,
	...fields,
];
