import type { INodeProperties } from 'n8n-workflow';

/** How the orders of a paper account are simulated. */
export const paperOptions: INodeProperties = {
	displayName: 'Paper Options',
	name: 'paperOptions',
	type: 'collection',
	placeholder: 'Add Option',
	default: {},
	displayOptions: {
		show: { resource: ['member'], operation: ['upsert'], paperAccount: [true] },
	},
	description:
		'A new account is realistic on the demo market. What is chosen here also changes an account that exists, but never where its prices come from.',
	options: [
		{
			displayName: 'Fault Profile',
			name: 'faultProfile',
			type: 'options',
			options: [
				{
					name: 'Bad Line',
					value: 'bad_line',
					description: 'Some requests are lost or 3 seconds late, some fills are told twice',
				},
				{
					name: 'Late Arrivals',
					value: 'late_arrivals',
					description: 'Half of the requests arrive 30 seconds late',
				},
				{
					name: 'Lost Answers',
					value: 'lost_answers',
					description: 'Half of the requests end without an answer',
				},
				{ name: 'None', value: 'none' },
				{ name: 'Outages', value: 'outages', description: 'A minute down in every ten' },
				{
					name: 'Refusing Venue',
					value: 'refusing_venue',
					description: 'A quarter of the orders is refused',
				},
			],
			default: 'none',
			description: 'What goes wrong on purpose, to rehearse it',
		},
		{
			displayName: 'Fee Percent',
			name: 'feePercent',
			type: 'number',
			typeOptions: { minValue: 0, maxValue: 1, numberPrecision: 4 },
			default: 0.1,
			description: 'Of the value, on each side',
		},
		{
			displayName: 'Label',
			name: 'label',
			type: 'string',
			default: 'paper',
			description: 'Tells several paper accounts of a member apart',
		},
		{
			displayName: 'Model',
			name: 'model',
			type: 'options',
			options: [
				{
					name: 'Realistic',
					value: 'realistic',
					description:
						'Latency, slippage by size and hour, queues, partial fills and refusals. Counts for readiness.',
				},
				{
					name: 'Simple',
					value: 'simple',
					description: 'At once and whole. Flatters, and does not count for readiness.',
				},
			],
			default: 'realistic',
		},
		{
			displayName: 'Quote Source',
			name: 'quoteSource',
			type: 'string',
			default: 'demo',
			placeholder: 'ccxt:binance',
			description:
				'Where prices come from: demo, ccxt: and a venue for its public prices, or file: and the name of a recording. Cannot be changed later.',
		},
		{
			displayName: 'Random Refusals Percent',
			name: 'refusalPercent',
			type: 'number',
			typeOptions: { minValue: 0, maxValue: 50, numberPrecision: 2 },
			default: 2,
			description: 'Orders that the realistic venue refuses for reasons of its own: risk system, circuit limit, price range, not reachable',
		},
		{
			displayName: 'Seed',
			name: 'seed',
			type: 'number',
			typeOptions: { minValue: 0, maxValue: 4294967295 },
			default: 1,
			description: 'All chance is drawn from it: the same seed, orders and prices give the same fills',
		},
		{
			displayName: 'Slippage Factor',
			name: 'slippageFactor',
			type: 'number',
			typeOptions: { minValue: 0.5, maxValue: 10, numberPrecision: 2 },
			default: 1,
			description: 'Times the slippage that size and hour give',
		},
	],
};
