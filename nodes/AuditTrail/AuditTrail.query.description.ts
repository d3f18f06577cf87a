import type { INodeProperties } from 'n8n-workflow';

const trail = (...operation: string[]) => ({ resource: ['trail'], operation });

const filterOptions: INodeProperties[] = [
	{
		displayName: 'Account ID',
		name: 'accountId',
		type: 'string',
		default: '',
		placeholder: 'acc_…',
	},
	{
		displayName: 'Action',
		name: 'action',
		type: 'string',
		default: '',
		placeholder: 'ticket.*',
		description: 'What was done, such as order.created; a * at the end stands for anything',
	},
	{
		displayName: 'Actor',
		name: 'actor',
		type: 'string',
		default: '',
		placeholder: 'operator',
		description: 'Who did it, as the trail names them',
	},
	{
		displayName: 'From',
		name: 'from',
		type: 'dateTime',
		default: '',
		description: 'First moment that counts',
	},
	{
		displayName: 'Member',
		name: 'member',
		type: 'string',
		default: '',
		placeholder: 'operator',
		description: 'Handle or ID of the member concerned',
	},
	{
		displayName: 'Signal ID',
		name: 'signalId',
		type: 'string',
		default: '',
		placeholder: 'sig_…',
		description: 'The signal that everything of one story hangs on',
	},
	{
		displayName: 'Subject ID',
		name: 'subjectId',
		type: 'string',
		default: '',
		placeholder: 'ord_…',
		description: 'What it was done to: an order, a ticket, a trip, an issue',
	},
	{
		displayName: 'Until',
		name: 'until',
		type: 'dateTime',
		default: '',
		description: 'First moment that does not count any more',
	},
];

/** What Query and Export look for. */
export const queryFields: INodeProperties[] = [
	{
		displayName: 'Return All',
		name: 'returnAll',
		type: 'boolean',
		default: false,
		displayOptions: { show: trail('query') },
		description: 'Whether to return all results or only up to a given limit',
	},
	{
		displayName: 'Limit',
		name: 'limit',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 50,
		displayOptions: { show: { ...trail('query'), returnAll: [false] } },
		description: 'Max number of results to return',
	},
	{
		displayName: 'Filters',
		name: 'filters',
		type: 'collection',
		placeholder: 'Add Filter',
		default: {},
		displayOptions: { show: trail('query', 'export') },
		options: filterOptions,
	},
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add Option',
		default: {},
		displayOptions: { show: trail('query') },
		options: [
			{
				displayName: 'After Number',
				name: 'after',
				type: 'number',
				typeOptions: { minValue: 0 },
				default: 0,
				description: 'Number of the last row of the page before. Rows never change their number, so pages stay what they were.',
			},
			{
				displayName: 'Include Unsealed',
				name: 'includeUnsealed',
				type: 'boolean',
				default: true,
				description: 'Whether to show rows of the last second too, which the engine has not sealed yet; on the first page only',
			},
			{
				displayName: 'Order',
				name: 'order',
				type: 'options',
				options: [
					{ name: 'Newest First', value: 'newest' },
					{ name: 'Oldest First', value: 'oldest' },
				],
				default: 'newest',
			},
		],
	},
];
