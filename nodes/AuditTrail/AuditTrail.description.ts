import type { INodeProperties } from 'n8n-workflow';
import { accountParameter } from '../shared/parameters';
import { queryFields } from './AuditTrail.query.description';

const trail = (...operation: string[]) => ({ resource: ['trail'], operation });

const operations: INodeProperties[] = [
	{
		displayName: 'Resource',
		name: 'resource',
		type: 'options',
		noDataExpression: true,
		options: [
			{ name: 'Compliance', value: 'compliance' },
			{ name: 'Trail', value: 'trail' },
		],
		default: 'trail',
	},
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['trail'] } },
		options: [
			{
				name: 'Delete Expired',
				value: 'deleteExpired',
				description: 'Remove rows older than 1,827 days, behind a sealed marker; nothing younger can be removed',
				action: 'Delete expired audit rows',
			},
			{
				name: 'Export',
				value: 'export',
				description: 'Write sealed rows to a file, with a manifest by which anyone can check it',
				action: 'Export audit rows',
			},
			{
				name: 'Query',
				value: 'query',
				description: 'Find who did what, when and why',
				action: 'Query the audit trail',
			},
			{
				name: 'Retention',
				value: 'retention',
				description: 'How many rows there are, how old, and which are past their time',
				action: 'Get the retention status',
			},
			{
				name: 'Verify',
				value: 'verify',
				description: 'Follow the chain of hashes and name the first row that was changed, removed, inserted or moved',
				action: 'Verify the audit trail',
			},
		],
		default: 'query',
	},
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['compliance'] } },
		options: [
			{
				name: 'Get Many Days',
				value: 'getDays',
				description: 'Days in review: orders, messages, order-to-trade ratio, refusals, overrides, stops',
				action: 'Get many days in review',
			},
			{
				name: 'Get Today',
				value: 'getToday',
				description: 'The same for the account’s risk day so far',
				action: 'Get the meter of an account',
			},
		],
		default: 'getToday',
	},
];

const rangeFields: INodeProperties[] = [
	{
		displayName: 'First Number',
		name: 'firstNumber',
		type: 'number',
		typeOptions: { minValue: 0 },
		default: 0,
		displayOptions: { show: trail('export', 'verify') },
		description: 'Number of the first row in the chain. 0 begins with the first there is.',
	},
	{
		displayName: 'Last Number',
		name: 'lastNumber',
		type: 'number',
		typeOptions: { minValue: 0 },
		default: 0,
		displayOptions: { show: trail('export', 'verify') },
		description: 'Number of the last row in the chain. 0 ends with the last there is.',
	},
];

const verifyFields: INodeProperties[] = [
	{
		displayName: 'Known Checkpoints',
		name: 'known',
		type: 'string',
		typeOptions: { rows: 3 },
		default: '',
		placeholder: '4711:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
		displayOptions: { show: trail('verify') },
		description:
			'Numbers and hashes that were sent away before (events of the type Audit Checkpoint, manifests of exports), one a line. Only they show a chain that somebody with access to the database computed anew.',
	},
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add Option',
		default: {},
		displayOptions: { show: trail('verify') },
		options: [
			{
				displayName: 'Fail When Broken',
				name: 'failWhenBroken',
				type: 'boolean',
				default: false,
				description: 'Whether the node fails when the chain does not hold, instead of saying so in its item',
			},
		],
	},
];

const exportFields: INodeProperties[] = [
	{
		displayName: 'Format',
		name: 'format',
		type: 'options',
		options: [
			{
				name: 'CSV',
				value: 'csv',
				description: 'For spreadsheets; text that one would run as a formula gets an apostrophe',
			},
			{ name: 'JSON Lines', value: 'jsonl', description: 'One JSON object a line' },
		],
		default: 'csv',
		displayOptions: { show: trail('export') },
	},
	{
		displayName: 'Put Output File in Field',
		name: 'binaryPropertyName',
		type: 'string',
		default: 'data',
		required: true,
		displayOptions: { show: trail('export') },
		hint: 'The name of the output binary field to put the file in; the manifest is put beside it as "manifest"',
	},
];

const retentionFields: INodeProperties[] = [
	{
		displayName:
			'What is removed cannot be brought back. Export it first; the export is proof of what the marker says was removed.',
		name: 'deleteNotice',
		type: 'notice',
		default: '',
		displayOptions: { show: trail('deleteExpired') },
	},
	{
		displayName: 'Keep Days',
		name: 'keepDays',
		type: 'number',
		typeOptions: { minValue: 1827 },
		default: 1827,
		displayOptions: { show: trail('deleteExpired') },
		description: 'Rows younger than this stay: five years at least',
	},
	{
		displayName: 'Reason',
		name: 'reason',
		type: 'string',
		default: '',
		required: true,
		displayOptions: { show: trail('deleteExpired') },
		description: 'Why they are removed: it is put on record',
	},
];

const complianceFields: INodeProperties[] = [
	accountParameter({ resource: ['compliance'], operation: ['getToday'] }),
	{
		displayName: 'Account ID',
		name: 'accountFilter',
		type: 'string',
		default: '',
		placeholder: 'acc_…',
		displayOptions: { show: { resource: ['compliance'], operation: ['getDays'] } },
		description: 'Only this account. Empty lists those of all.',
	},
	{
		displayName: 'Limit',
		name: 'limit',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 50,
		displayOptions: { show: { resource: ['compliance'], operation: ['getDays'] } },
		description: 'Max number of results to return',
	},
];

export const auditProperties: INodeProperties[] = [
	...operations,
	...exportFields,
	...rangeFields,
	...queryFields,
	...verifyFields,
	...retentionFields,
	...complianceFields,
];
