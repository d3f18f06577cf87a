import type { INodeProperties } from 'n8n-workflow';
import { accountParameter, memberParameter } from '../shared/parameters';

const account = (...operation: string[]) => ({ resource: ['account'], operation });

/** Parameters of the resource Account. */
export const accountProperties: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['account'] } },
		options: [
			{
				name: 'Connect Account',
				value: 'connect',
				description: 'Read the exchange credential once, check its rights and seal its key',
				action: 'Connect an account at a venue',
			},
			{
				name: 'Disable Live',
				value: 'disableLive',
				description: 'No new trades with real money from now on; exits pass',
				action: 'Disable live trading of an account',
			},
			{
				name: 'Disconnect Account',
				value: 'disconnect',
				description: 'Forget the key of an account and take it out of use',
				action: 'Disconnect an account',
			},
			{
				name: 'Enable Live',
				value: 'enableLive',
				description: 'Let an account with real money open trades',
				action: 'Enable live trading of an account',
			},
			{
				name: 'Get Many',
				value: 'getAll',
				description: 'The accounts of a member',
				action: 'Get the accounts of a member',
			},
		],
		default: 'getAll',
	},
	memberParameter(account('connect', 'getAll')),
	accountParameter(account('disconnect', 'enableLive', 'disableLive')),
	{
		displayName: 'Label',
		name: 'label',
		type: 'string',
		default: '',
		placeholder: 'main',
		displayOptions: { show: account('connect') },
		description:
			"Tells the accounts of a member apart. Empty takes the venue's name, for a paper account with “paper” behind it, and “paper” alone on the demo market. A key that opens an account already keeps that account's label.",
	},
	{
		displayName: 'Currency',
		name: 'currency',
		type: 'string',
		default: 'USDT',
		required: true,
		displayOptions: { show: account('connect') },
		description:
			'Currency in which the account keeps its books; only markets quoted in it can be traded. Its balance at the venue is what the account begins with.',
	},
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add Option',
		default: {},
		displayOptions: { show: account('connect') },
		options: [
			{
				displayName: 'Prices of a Paper Account',
				name: 'prices',
				type: 'options',
				options: [
					{ name: 'Demo Market', value: 'demo', description: 'Made here, without any network' },
					{ name: 'The Venue', value: 'venue', description: 'Public prices of the venue of the credential' },
				],
				default: 'venue',
			},
			{
				displayName: 'Replace Key',
				name: 'replaceKey',
				type: 'boolean',
				default: false,
				description:
					'Whether a new key of the very same account at the venue may take the place of the one that is stored. The live switch is off afterwards.',
			},
			{
				displayName: 'Start Balance',
				name: 'startBalance',
				type: 'string',
				default: '10000',
				description: 'Play money of a new paper account, as a decimal number',
			},
			{
				displayName: 'Time Zone',
				name: 'zone',
				type: 'string',
				default: 'UTC',
				placeholder: 'Europe/Lisbon',
				description: "IANA name; the day of the loss limits is the day there. The member's own when not given.",
			},
		],
	},
	{
		displayName:
			'From now on signals open trades with <b>real money</b> in this account, within all rules of the risk gate. Turn it off again with Disable Live.',
		name: 'liveNotice',
		type: 'notice',
		default: '',
		displayOptions: { show: account('enableLive') },
	},
	{
		displayName: 'Phrase',
		name: 'phrase',
		type: 'string',
		noDataExpression: true,
		default: '',
		required: true,
		placeholder: 'TRADE REAL MONEY',
		displayOptions: { show: account('enableLive') },
		description: 'Type TRADE REAL MONEY, so that this does not happen by accident',
	},
];
