import type { INodeProperties } from 'n8n-workflow';
import {
	accountParameter, allowLiveOption, idParameter, memberParameter,
} from '../shared/parameters';

/** Order of the outputs. Part of the contract, never renumbered. */
export const OUTPUTS = ['Done', 'Asks to Confirm', 'Refused'] as const;

const scoped = (...scope: string[]) => ({ operation: ['stopLinks', 'trip'], scope });

const operation: INodeProperties = {
	displayName: 'Operation',
	name: 'operation',
	type: 'options',
	noDataExpression: true,
	options: [
		{
			name: 'Confirm',
			value: 'confirm',
			description: 'Carry out what Trip or Request Re-Arm asked for; each confirmation counts once, for five minutes',
			action: 'Confirm what was asked for',
		},
		{
			name: 'Drill',
			value: 'drill',
			description: 'Rehearse on the paper venue what must never go wrong, with the engine that runs; a scored report within a minute. Touches accounts of its own only.',
			action: 'Run a fire drill',
		},
		{
			name: 'Drill Reports',
			value: 'drillReports',
			description: 'Reports of earlier fire drills, newest first',
			action: 'List fire drills',
		},
		{
			name: 'Release Account',
			value: 'releaseAccount',
			description: 'Take an account that cannot be closed out of a flattening, so that the stop can end for the others; the account stays paused. Operators only.',
			action: 'Release an account from a flattening',
		},
		{
			name: 'Request Re-Arm',
			value: 'requestRearm',
			description: 'Ask for a stop to end; half an hour after it at the earliest, and with no critical issue open',
			action: 'Request that trading goes on',
		},
		{
			name: 'Status',
			value: 'status',
			description: 'What is stopped, why, how far closing has come and when trading can go on',
			action: 'Get the trading state',
		},
		{
			name: 'Stop Links',
			value: 'stopLinks',
			description: 'Make signed links for a message: each opens a page with a button that stops once',
			action: 'Make links that stop trading',
		},
		{
			name: 'Trip',
			value: 'trip',
			description: 'Stop trading; flattening shows what it would do and asks once',
			action: 'Stop trading',
		},
	],
	default: 'trip',
};

const scope: INodeProperties[] = [
	{
		displayName: 'Scope',
		name: 'scope',
		type: 'options',
		displayOptions: { show: { operation: ['stopLinks', 'trip'] } },
		options: [
			{ name: 'Account', value: 'account', description: 'One account' },
			{ name: 'Account and Symbol', value: 'account_symbol', description: 'One symbol on one account' },
			{ name: 'Global', value: 'global', description: 'Everything' },
			{ name: 'Member', value: 'member', description: 'All accounts of a member' },
			{ name: 'Symbol', value: 'symbol', description: 'One symbol on all accounts' },
			{ name: 'Tier', value: 'tier', description: 'All members of a tier' },
		],
		default: 'member',
		description: 'What is stopped. Members can stop themselves and their own accounts; the others need an operator.',
	},
	memberParameter(scoped('member')),
	accountParameter(scoped('account', 'account_symbol')),
	accountParameter({ operation: ['releaseAccount'] }),
	{
		displayName: 'Symbol',
		name: 'symbol',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'BTC/USDT',
		description: 'A pair means its derivatives too: BTC/USDT stops BTC/USDT:USDT with it. A derivative means itself alone.',
		displayOptions: { show: scoped('account_symbol', 'symbol') },
	},
	{
		displayName: 'Tier',
		name: 'tier',
		type: 'options',
		displayOptions: { show: scoped('tier') },
		options: [
			{ name: 'COMMANDER', value: 'COMMANDER' },
			{ name: 'FANG', value: 'FANG' },
			{ name: 'NIBBLER', value: 'NIBBLER' },
			{ name: 'OPERATOR', value: 'OPERATOR' },
			{ name: 'PRESS_PASS', value: 'PRESS_PASS' },
		],
		default: 'NIBBLER',
	},
];

const STATES = [
	{
		name: 'Close Everything',
		value: 'FLATTENING',
		description: 'Cancel entries and close positions at market, verify at the venue, then stay locked',
	},
	{ name: 'Pause', value: 'PAUSED', description: 'No new entries; resting ones stay' },
	{
		name: 'Reduce',
		value: 'REDUCING',
		description: 'No new entries, and resting ones are cancelled; positions keep their exits',
	},
];

const stopFields: INodeProperties[] = [
	{
		displayName: 'State',
		name: 'state',
		type: 'options',
		displayOptions: { show: { operation: ['trip'] } },
		options: STATES,
		default: 'PAUSED',
		description: 'How far to stop. Exits pass in every state.',
	},
	{
		displayName: 'States',
		name: 'states',
		type: 'multiOptions',
		displayOptions: { show: { operation: ['stopLinks'] } },
		options: STATES,
		default: ['PAUSED', 'FLATTENING'],
		description: 'One link each. Closing everything asks once more on its page.',
	},
	{
		displayName: 'Reason',
		name: 'reason',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'Exchange maintenance',
		displayOptions: { show: { operation: ['releaseAccount', 'requestRearm', 'stopLinks', 'trip'] } },
		description: 'Why, for the audit trail and for whoever reads the alert',
	},
];

const goingOn: INodeProperties[] = [
	idParameter({
		name: 'tripId',
		displayName: 'Trip ID',
		field: 'trip_id',
		description: 'The stop that is to end, or that the account is released from; each stop ends for itself',
		show: { operation: ['releaseAccount', 'requestRearm'] },
	}),
	idParameter({
		name: 'confirmationId',
		displayName: 'Confirmation ID',
		field: 'confirmation_id',
		description: 'What the output "Asks to Confirm" gave',
		show: { operation: ['confirm'] },
	}),
	{
		displayName: 'Phrase',
		name: 'phrase',
		type: 'string',
		default: '',
		placeholder: 'RESUME TRADING',
		displayOptions: { show: { operation: ['confirm'] } },
		description: 'To go on, type RESUME TRADING. A flattening is confirmed without it.',
	},
	{
		displayName: 'Phrase',
		name: 'releasePhrase',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'RELEASE acc_…',
		displayOptions: { show: { operation: ['releaseAccount'] } },
		description: 'RELEASE and the ID of the account. What is left on it stays open, for people to close.',
	},
	{
		displayName: 'Trip ID',
		name: 'tripFilter',
		type: 'string',
		default: '',
		placeholder: 'trp_…',
		displayOptions: { show: { operation: ['status'] } },
		description: 'Only this stop, open or over. Empty shows all that are open.',
	},
	{
		displayName: 'Account ID',
		name: 'accountFilter',
		type: 'string',
		default: '',
		placeholder: 'acc_…',
		displayOptions: { show: { operation: ['status'] } },
		description: 'Only what stops this account. Empty shows all that are open.',
	},
];

const onBehalfOf: INodeProperties = {
	displayName: 'On Behalf Of',
	name: 'onBehalfOf',
	type: 'string',
	default: '',
	placeholder: 'handle or mbr_…',
	description:
		'The member who acts, with no more than their own rights. Empty acts as the operator: for workflows that only operators start.',
};

/** What every collection of options has. */
const COLLECTION = {
	displayName: 'Options',
	name: 'options',
	type: 'collection',
	placeholder: 'Add Option',
	default: {},
} satisfies INodeProperties;

const options: INodeProperties[] = [
	{
		...COLLECTION,
		displayOptions: { show: { operation: ['trip'] } },
		options: [
			allowLiveOption,
			{
				displayName: 'Flatten Phrase',
				name: 'phrase',
				type: 'string',
				default: '',
				placeholder: 'FLATTEN NOW',
				description: 'For automations of operators: FLATTEN NOW closes everything in one step, without being asked',
			},
			onBehalfOf,
		],
	},
	{
		...COLLECTION,
		displayOptions: { show: { operation: ['confirm', 'requestRearm'] } },
		options: [allowLiveOption, onBehalfOf],
	},
	{
		...COLLECTION,
		displayOptions: { show: { operation: ['releaseAccount'] } },
		options: [onBehalfOf],
	},
	{
		...COLLECTION,
		displayOptions: { show: { operation: ['stopLinks'] } },
		options: [
			onBehalfOf,
			{
				displayName: 'Valid for Hours',
				name: 'validHours',
				type: 'number',
				typeOptions: { minValue: 1, maxValue: 168 },
				default: 24,
				description: 'After this long the page only says that the link has expired',
			},
			{
				displayName: 'Webhook URL',
				name: 'webhookUrl',
				type: 'string',
				default: '',
				placeholder: 'https://n8n.example.org/webhook',
				description: 'Where phones reach the webhooks of this n8n. Empty takes the address that n8n itself is set up with.',
			},
		],
	},
];

const drills: INodeProperties[] = [
	{
		displayName: 'Limit',
		name: 'limit',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 50,
		description: 'Max number of results to return',
		displayOptions: { show: { operation: ['drillReports'] } },
	},
];

export const killSwitchProperties: INodeProperties[] = [
	operation, ...scope, ...stopFields, ...goingOn, ...drills, ...options,
];
