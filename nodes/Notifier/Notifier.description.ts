import type { INodeProperties } from 'n8n-workflow';
import { idParameter } from '../shared/parameters';

/** Outputs of Route. Part of the contract, never renumbered. */
export const OUTPUTS = ['Email', 'Push', 'Telegram', 'Suppressed'] as const;

/** Evaluated by n8n as text, so it can use nothing but the parameters. */
export const outputsExpression = `={{ $parameter.operation === 'route' ? ${JSON.stringify(OUTPUTS)}.map((displayName) => ({ type: 'main', displayName })) : [{ type: 'main' }] }}` as const;

export const notifierProperties: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		options: [
			{
				name: 'Deliver',
				value: 'deliver',
				description: 'Write the alert into the outbox and send it; retried until it is delivered',
				action: 'Deliver the alert of an event',
			},
			{
				name: 'Get Outbox',
				value: 'list',
				description: 'Messages of the outbox, newest first',
				action: 'Get the messages of the outbox',
			},
			{
				name: 'Route',
				value: 'route',
				description: 'Send nothing; hand the rendered alert to the outputs, for nodes of your choice',
				action: 'Route the alert of an event',
			},
		],
		default: 'deliver',
	},
	idParameter({
		name: 'eventId',
		displayName: 'Event ID',
		field: 'event_id',
		description: 'An event of the Events Trigger; text and addressee are taken from our database',
		show: { operation: ['deliver', 'route'] },
	}),
	{
		displayName: 'Channels',
		name: 'channels',
		type: 'multiOptions',
		options: [
			{ name: 'Email', value: 'email' },
			{ name: 'Push', value: 'push' },
			{ name: 'Telegram', value: 'telegram' },
		],
		default: ['email', 'push', 'telegram'],
		displayOptions: { show: { operation: ['deliver', 'route'] } },
		description:
			'Channels that may be used. A channel without a credential, or a member without an address there, is left out; with no channel at all the alert stays in the local outbox.',
	},
	{
		displayName: 'From Email',
		name: 'fromEmail',
		type: 'string',
		default: '',
		placeholder: 'Firecontrol <alerts@example.com>',
		displayOptions: { show: { operation: ['deliver'], channels: ['email'] } },
		description: 'Sender of e-mails. Empty uses the user of the SMTP credential.',
	},
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add Option',
		default: {},
		displayOptions: { show: { operation: ['deliver', 'route'] } },
		options: [
			{
				displayName: 'Stop Links in Critical Alerts',
				name: 'stopLinks',
				type: 'boolean',
				default: false,
				description: 'Whether critical alerts carry two links of the reader: one pauses their trading, one closes everything they hold',
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
	{
		displayName: 'State',
		name: 'state',
		type: 'options',
		options: [
			{ name: 'Any', value: '' },
			{ name: 'Dead', value: 'DEAD', description: 'Given up after all retries' },
			{
				name: 'Local',
				value: 'LOCAL',
				description: 'Kept here: no channel is set up, or the member has no address',
			},
			{ name: 'Pending', value: 'PENDING', description: 'Waits for its next try' },
			{ name: 'Routed', value: 'ROUTED', description: 'Handed to nodes of the workflow' },
			{ name: 'Sent', value: 'SENT' },
			{ name: 'Suppressed', value: 'SUPPRESSED', description: 'Was never meant to go' },
		],
		default: '',
		displayOptions: { show: { operation: ['list'] } },
	},
	{
		displayName: 'Limit',
		name: 'limit',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 50,
		displayOptions: { show: { operation: ['list'] } },
		description: 'Max number of results to return',
	},
];
