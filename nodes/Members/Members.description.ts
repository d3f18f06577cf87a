import type { INodeProperties } from 'n8n-workflow';
import { idParameter, memberParameter } from '../shared/parameters';
import { accountProperties } from './Members.accounts.description';
import { behaviourProperties } from './Members.behaviour.description';
import { paperOptions } from './Members.paper.description';

const member = (...operation: string[]) => ({ resource: ['member'], operation });

const operations: INodeProperties[] = [
	{
		displayName: 'Resource',
		name: 'resource',
		type: 'options',
		noDataExpression: true,
		options: [
			{ name: 'Account', value: 'account' },
			{ name: 'Member', value: 'member' },
			{ name: 'Signal', value: 'signal' },
		],
		default: 'signal',
	},
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['signal'] } },
		options: [
			{
				name: 'Get Eligible Accounts',
				value: 'getEligible',
				description: 'One item per account whose member may see the signal',
				action: 'Get the accounts eligible for a signal',
			},
		],
		default: 'getEligible',
	},
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['member'] } },
		options: [
			{
				name: 'Add Push Subscription',
				value: 'addPushSubscription',
				description: 'Let a browser of the member receive push messages',
				action: 'Add a push subscription',
			},
			{
				name: 'Behaviour',
				value: 'behaviour',
				description: 'Losses, breaks, tilt with its reasons, and lockouts, one item per account',
				action: 'Get the behaviour of a member',
			},
			{
				name: 'Create or Update',
				value: 'upsert',
				description: 'Create a new record, or update the current one if it already exists (upsert)',
				action: 'Create or update a member',
			},
			{
				name: 'Get',
				value: 'get',
				action: 'Get a member',
			},
			{
				name: 'Get Many',
				value: 'getAll',
				action: 'Get many members',
			},
			{
				name: 'Self Lock Out',
				value: 'selfLockOut',
				description: 'Keep a member from opening trades until a time; cannot be undone',
				action: 'Lock a member out on their own wish',
			},
			{
				name: 'Set Addresses',
				value: 'setAddresses',
				description: 'Where alerts reach the member, and by which channels',
				action: 'Set the addresses of a member',
			},
		],
		default: 'get',
	},
];

const fields: INodeProperties[] = [
	idParameter({
		name: 'signalId',
		displayName: 'Signal ID',
		field: 'signal_id',
		description: 'Who may act on it is read from our database, never from the item',
		show: { resource: ['signal'] },
	}),
	memberParameter(member('get', 'setAddresses', 'addPushSubscription', 'behaviour', 'selfLockOut')),
	...behaviourProperties,
	{
		displayName: 'Handle',
		name: 'handle',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'ana',
		displayOptions: { show: member('upsert') },
		description: 'The short name by which signals and people address the member',
	},
	{
		displayName: 'Fields',
		name: 'fields',
		type: 'collection',
		placeholder: 'Add Field',
		default: {},
		displayOptions: { show: member('upsert') },
		options: [
			{
				displayName: 'Auto Slots',
				name: 'autoSlots',
				type: 'number',
				typeOptions: { minValue: 0, maxValue: 3 },
				default: 1,
				description: 'How many trades FULL AUTO may have open at once, within the tier',
			},
			{
				displayName: 'Display Name',
				name: 'displayName',
				type: 'string',
				default: '',
			},
			{
				displayName: 'Fire Mode',
				name: 'fireMode',
				type: 'options',
				options: [
					{ name: 'Full Auto', value: 'FULL_AUTO' },
					{ name: 'Manual', value: 'MANUAL' },
				],
				default: 'MANUAL',
			},
			{
				displayName: 'Tier',
				name: 'tier',
				type: 'options',
				options: [
					{ name: 'Commander', value: 'COMMANDER' },
					{ name: 'Fang', value: 'FANG' },
					{ name: 'Nibbler', value: 'NIBBLER' },
					{ name: 'Operator', value: 'OPERATOR' },
					{ name: 'Press Pass', value: 'PRESS_PASS' },
				],
				default: 'NIBBLER',
			},
			{
				displayName: 'Time Zone',
				name: 'zone',
				type: 'string',
				default: 'UTC',
				placeholder: 'Europe/Lisbon',
				description: 'IANA name; the day of order limits and quiet hours is the day there',
			},
		],
	},
	{
		displayName: 'Paper Account',
		name: 'paperAccount',
		type: 'boolean',
		default: true,
		displayOptions: { show: member('upsert') },
		description: 'Whether to give the member a paper account if there is none yet',
	},
	{
		displayName: 'Start Balance',
		name: 'startBalance',
		type: 'string',
		default: '10000',
		displayOptions: { show: { ...member('upsert'), paperAccount: [true] } },
		description: 'Play money in USDT, as a decimal number; counts only when the account is made',
	},
	paperOptions,
	{
		displayName: 'Addresses',
		name: 'addresses',
		type: 'collection',
		placeholder: 'Add Address',
		default: {},
		displayOptions: { show: member('upsert', 'setAddresses') },
		description: 'An empty address is removed; one that is not listed stays',
		options: [
			{
				displayName: 'Email',
				name: 'email',
				type: 'string',
				placeholder: 'name@email.com',
				default: '',
			},
			{
				displayName: 'Telegram Chat ID',
				name: 'telegramChatId',
				type: 'string',
				default: '',
			},
		],
	},
	{
		displayName: 'Channels',
		name: 'channels',
		type: 'collection',
		placeholder: 'Add Channel',
		default: {},
		displayOptions: { show: member('upsert', 'setAddresses') },
		description: 'Which channels the member wants; one that is not listed stays as it is',
		options: [
			{
				displayName: 'Email',
				name: 'email',
				type: 'boolean',
				default: true,
				description: 'Whether alerts go to the member by e-mail',
			},
			{
				displayName: 'Push',
				name: 'push',
				type: 'boolean',
				default: true,
				description: 'Whether alerts go to the browsers of the member',
			},
			{
				displayName: 'Telegram',
				name: 'telegram',
				type: 'boolean',
				default: true,
				description: 'Whether alerts go to the member by Telegram',
			},
		],
	},
	{
		displayName: 'Subscription',
		name: 'subscription',
		type: 'json',
		default: '={{ $json.subscription }}',
		required: true,
		placeholder: '{"endpoint":"https://…","keys":{"p256dh":"…","auth":"…"}}',
		displayOptions: { show: member('addPushSubscription') },
		description: 'What the browser gave as PushSubscription, as JSON',
	},
	{
		displayName: 'Limit',
		name: 'limit',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 50,
		displayOptions: { show: member('getAll') },
		description: 'Max number of results to return',
	},
	{
		displayName: 'Offset',
		name: 'offset',
		type: 'number',
		typeOptions: { minValue: 0 },
		default: 0,
		displayOptions: { show: member('getAll') },
		description: 'How many members to leave out first',
	},
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add Option',
		default: {},
		displayOptions: { show: member('getAll') },
		options: [
			{
				displayName: 'Include Fire Drills',
				name: 'includeFireDrills',
				type: 'boolean',
				default: false,
				description: 'Whether to list also the members that fire drills made for themselves',
			},
		],
	},
];

export const memberProperties: INodeProperties[] = [...operations, ...accountProperties, ...fields];
