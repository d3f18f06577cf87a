import type { INodeProperties } from 'n8n-workflow';

export const IMPACTS = [
	{ name: 'High', value: 'HIGH' },
	{ name: 'Holiday', value: 'HOLIDAY' },
	{ name: 'Low', value: 'LOW' },
	{ name: 'Medium', value: 'MEDIUM' },
];

const url = (source: string, placeholder: string): INodeProperties => ({
	displayName: 'URL',
	name: 'url',
	type: 'string',
	default: '',
	required: true,
	placeholder,
	displayOptions: { show: { operation: ['refresh'], source: [source] } },
	description:
		'Any http or https address that this n8n reaches. Redirects are followed; a secret in it stays out of logs, audit and errors.',
});

export const refreshProperties: INodeProperties[] = [
	{
		displayName: 'Source',
		name: 'source',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { operation: ['refresh'] } },
		options: [
			{
				name: 'ForexFactory-Style JSON',
				value: 'forexFactory',
				description: 'A weekly list with title, country, date and impact',
			},
			{ name: 'ICS Feed', value: 'ics', description: 'Any calendar in the iCalendar format' },
			{ name: 'Items', value: 'items', description: 'A list of your own: all incoming items' },
		],
		default: 'forexFactory',
	},
	url('forexFactory', 'https://nfs.faireconomy.media/ff_calendar_thisweek.json'),
	url('ics', 'https://calendar.example.org/economic.ics'),
	{
		displayName:
			'Each item is an event: <b>title</b>, <b>currency</b> (USD, or All), <b>impact</b> (High, Medium, Low, Holiday), <b>date</b> (2026-11-20T08:30:00-05:00) and, if it lasts, <b>end</b>. The list replaces the one before.',
		name: 'itemsNotice',
		type: 'notice',
		default: '',
		displayOptions: { show: { operation: ['refresh'], source: ['items'] } },
	},
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add Option',
		default: {},
		displayOptions: { show: { operation: ['refresh'] } },
		options: [
			{
				displayName: 'Calendar Name',
				name: 'name',
				type: 'string',
				default: '',
				placeholder: 'fed',
				description: 'Under which its events are kept. Empty goes by the address, so a new address is a new calendar.',
			},
			{
				displayName: 'Default Currencies',
				name: 'currencies',
				type: 'string',
				default: '',
				placeholder: 'USD, EUR',
				displayOptions: { show: { '/source': ['ics'] } },
				description: 'For events whose title and categories name none. Empty counts them for every symbol.',
			},
			{
				displayName: 'Default Impact',
				name: 'impact',
				type: 'options',
				options: IMPACTS,
				default: 'HIGH',
				displayOptions: { show: { '/source': ['ics'] } },
				description: 'For events that state none. Titles such as FOMC, NFP or CPI make a medium one high.',
			},
			{
				displayName: 'Time Zone',
				name: 'timeZone',
				type: 'string',
				default: '',
				placeholder: 'America/New_York',
				description:
					'For times without an offset. Empty takes the calendar’s own zone, for items that of the workflow; a feed that has none is refused.',
			},
		],
	},
];
