import type { INodeProperties } from 'n8n-workflow';

export const engineProperties: INodeProperties[] = [
	{
		displayName:
			'While this workflow is published, the engine watches stops and targets, frees slots, ends what has expired, sends the outbox and keeps the books. Only one process does each job at a time. Without it the risk gate lets no new risk in.',
		name: 'notice',
		type: 'notice',
		default: '',
	},
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add Option',
		default: {},
		options: [
			{
				displayName: 'Emit Issues',
				name: 'emitIssues',
				type: 'boolean',
				default: false,
				description:
					'Whether to start the workflow with an item for each issue that the engine raises. Off, the engine starts no executions at all.',
			},
		],
	},
];
