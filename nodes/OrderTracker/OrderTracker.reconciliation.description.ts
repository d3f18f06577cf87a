import type { INodeProperties } from 'n8n-workflow';
import { allowLiveOption, idParameter } from '../shared/parameters';

const issue = (...operation: string[]) => ({ resource: ['issue'], operation });

/** Parameters of Reconcile and of the resource Issue. */
export const reconciliationProperties: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['issue'] } },
		options: [
			{
				name: 'Get Many',
				value: 'getAll',
				description: 'What is wrong between our books and the venues, the worst first',
				action: 'Get many issues',
			},
			{
				name: 'Resolve',
				value: 'resolve',
				description: 'Say what became of an issue; what can be checked at the venue is checked first',
				action: 'Resolve an issue',
			},
		],
		default: 'getAll',
	},
	{
		displayName: 'Account ID',
		name: 'accountFilter',
		type: 'string',
		default: '',
		displayOptions: { show: { resource: ['account'], operation: ['reconcile'] } },
		description: 'Only this account. Empty compares all.',
	},
	{
		displayName: 'State',
		name: 'issueState',
		type: 'options',
		options: [
			{ name: 'Any', value: 'all' },
			{ name: 'Open', value: 'open' },
			{ name: 'Resolved', value: 'resolved' },
		],
		default: 'open',
		displayOptions: { show: issue('getAll') },
	},
	{
		displayName: 'Limit',
		name: 'limit',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 50,
		displayOptions: { show: issue('getAll') },
		description: 'Max number of results to return',
	},
	idParameter({
		name: 'issueId',
		displayName: 'Issue ID',
		field: 'issue_id',
		description: 'The issue',
		show: issue('resolve'),
	}),
	{
		displayName: 'Resolution',
		name: 'resolution',
		type: 'options',
		options: [
			{
				name: 'Acknowledged',
				value: 'acknowledged',
				description: 'Seen and accepted as it is. Not for what the engine checks itself, nor for an order of unknown outcome.',
			},
			{
				name: 'Found',
				value: 'found',
				description: 'An order of unknown outcome is at the venue, under the order ID given below',
			},
			{
				name: 'Not at the Venue',
				value: 'not_at_venue',
				description: 'An order of unknown outcome never arrived. It is looked up once more before.',
			},
		],
		default: 'acknowledged',
		displayOptions: { show: issue('resolve') },
	},
	{
		displayName: 'Order ID of the Venue',
		name: 'venueOrderId',
		type: 'string',
		default: '',
		required: true,
		displayOptions: { show: { ...issue('resolve'), resolution: ['found'] } },
		description: 'As the venue itself names the order',
	},
	{
		displayName: 'Note',
		name: 'note',
		type: 'string',
		default: '',
		displayOptions: { show: issue('resolve') },
		description: 'Why, for the audit trail',
	},
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add Option',
		default: {},
		displayOptions: { show: { operation: ['reconcile', 'resolve'] } },
		options: [allowLiveOption],
	},
];
