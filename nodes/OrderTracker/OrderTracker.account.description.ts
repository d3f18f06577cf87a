import type { INodeProperties } from 'n8n-workflow';
import { listVenues } from '../../core';

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
				name: 'Override Readiness',
				value: 'overrideReadiness',
				description: 'Let a source trade real money although it is not ready; kept on record with your reason',
				action: 'Override the readiness of a source',
			},
			{
				name: 'Readiness',
				value: 'readiness',
				description: 'How ready sources on a paper account are for live money, out of 100, with evidence',
				action: 'Get the readiness of an account',
			},
			{
				name: 'Reconcile',
				value: 'reconcile',
				description: 'Compare orders, fills, positions and cash with the venue now, and put right what differs',
				action: 'Reconcile accounts with their venues',
			},
			{
				name: 'Venue Capabilities',
				value: 'venueCapabilities',
				description: 'What venues can do: look-ups, stops that rest there, streams, sandbox',
				action: 'Get what venues can do',
			},
		],
		default: 'venueCapabilities',
	},
	{
		displayName: 'Venue',
		name: 'venue',
		type: 'options',
		options: [
			{ name: 'All That Orders Can Go To', value: '' },
			{ name: 'Paper', value: 'paper' },
			...listVenues().map(({ id, name }) => ({ name, value: id })),
		],
		default: '',
		displayOptions: { show: account('venueCapabilities') },
	},
];
