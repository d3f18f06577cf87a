import type { INodeProperties } from 'n8n-workflow';
import { IMPACTS, refreshProperties } from './NewsCalendar.refresh.description';

const show = (...operation: string[]) => ({ show: { operation } });

const operation: INodeProperties = {
	displayName: 'Operation',
	name: 'operation',
	type: 'options',
	noDataExpression: true,
	options: [
		{
			name: 'Add Window',
			value: 'addWindow',
			description: 'Block new entries, or ask for more confidence, from one time to another',
			action: 'Add a window',
		},
		{
			name: 'Is Locked',
			value: 'isLocked',
			description: 'Whether news block new entries in a symbol now, until when and for which events',
			action: 'Check whether news lock a symbol',
		},
		{
			name: 'List',
			value: 'list',
			description: 'The events of the calendar, in the order in which they begin',
			action: 'List events',
		},
		{
			name: 'List Sources',
			value: 'listSources',
			description: 'Where the calendar comes from, when each was last refreshed and what failed',
			action: 'List sources',
		},
		{
			name: 'Refresh',
			value: 'refresh',
			description: 'Take over what a feed or a list says: wholly, or not at all',
			action: 'Refresh the calendar',
		},
		{
			name: 'Remove Source',
			value: 'removeSource',
			description: 'Take a source that is not used any more out, with its events',
			action: 'Remove a source',
		},
		{
			name: 'Remove Window',
			value: 'removeWindow',
			description: 'Take back a window that somebody added',
			action: 'Remove a window',
		},
	],
	default: 'refresh',
};

const windows: INodeProperties[] = [
	{
		displayName: 'Title',
		name: 'title',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'Token listing',
		displayOptions: show('addWindow'),
		description: 'What people read when a signal is blocked',
	},
	{
		displayName: 'From',
		name: 'from',
		type: 'dateTime',
		default: '',
		required: true,
		displayOptions: show('addWindow'),
		description: 'The window is open from this moment on',
	},
	{
		displayName: 'Until',
		name: 'until',
		type: 'dateTime',
		default: '',
		required: true,
		displayOptions: show('addWindow'),
		description: 'The window is closed from this moment on; a week later at most',
	},
	{
		displayName: 'Impact',
		name: 'impact',
		type: 'options',
		options: [
			{ name: 'High', value: 'HIGH', description: 'No new entries' },
			{ name: 'Medium', value: 'MEDIUM', description: 'New entries need more confidence' },
		],
		default: 'HIGH',
		displayOptions: show('addWindow'),
	},
	{
		displayName: 'Currencies',
		name: 'currencies',
		type: 'string',
		default: '',
		placeholder: 'USD, EUR',
		displayOptions: show('addWindow'),
		description: 'Whose symbols it concerns; crypto and metals listen to USD. Empty concerns every symbol.',
	},
	{
		displayName: 'Window',
		name: 'window',
		type: 'resourceLocator',
		default: { mode: 'list', value: '' },
		displayOptions: show('removeWindow'),
		description: 'Empty takes event_id of the incoming item',
		modes: [
			{
				displayName: 'From List',
				name: 'list',
				type: 'list',
				typeOptions: { searchListMethod: 'searchWindows', searchable: true },
			},
			{ displayName: 'By ID', name: 'id', type: 'string', placeholder: 'nws_…' },
		],
	},
];

const sources: INodeProperties[] = [
	{
		displayName: 'Calendar',
		name: 'calendar',
		type: 'resourceLocator',
		default: { mode: 'list', value: '' },
		displayOptions: show('removeSource'),
		description:
			'Empty takes source of the incoming item. Without any source left the gate only warns that no calendar is set up.',
		modes: [
			{
				displayName: 'From List',
				name: 'list',
				type: 'list',
				typeOptions: { searchListMethod: 'searchSources', searchable: true },
			},
			{ displayName: 'By Name', name: 'name', type: 'string', placeholder: 'fed' },
		],
	},
];

const looking: INodeProperties[] = [
	{
		displayName: 'Symbol',
		name: 'symbol',
		type: 'string',
		default: '',
		placeholder: 'BTC/USDT',
		displayOptions: show('isLocked'),
		description: 'Empty takes symbol of the incoming item',
	},
	{
		displayName: 'Limit',
		name: 'limit',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 50,
		displayOptions: show('list'),
		description: 'Max number of results to return',
	},
	{
		displayName: 'Filters',
		name: 'filters',
		type: 'collection',
		placeholder: 'Add Filter',
		default: {},
		displayOptions: show('list'),
		options: [
			{
				displayName: 'Currencies',
				name: 'currencies',
				type: 'string',
				default: '',
				placeholder: 'USD, EUR',
				description: 'Events of these, and those that concern everybody',
			},
			{
				displayName: 'From',
				name: 'from',
				type: 'dateTime',
				default: '',
				description: 'Events that end then or later. Empty is half an hour ago: what may still lock.',
			},
			{
				displayName: 'Impacts',
				name: 'impacts',
				type: 'multiOptions',
				options: IMPACTS,
				default: [],
			},
			{
				displayName: 'Until',
				name: 'until',
				type: 'dateTime',
				default: '',
				description: 'Events that begin before it. Empty is a week from now.',
			},
		],
	},
];

export const newsCalendarProperties: INodeProperties[] = [
	operation,
	...refreshProperties,
	...windows,
	...sources,
	...looking,
];
