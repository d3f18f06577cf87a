import type { INodeProperties } from 'n8n-workflow';
import { idParameter } from '../shared/parameters';

const account = (...operation: string[]) => ({ resource: ['account'], operation });

/** Parameters of Readiness and Override Readiness. */
export const readinessProperties: INodeProperties[] = [
	idParameter({
		name: 'accountId',
		displayName: 'Account ID',
		field: 'account_id',
		description: 'Readiness: the paper account. Override: the live account.',
		show: account('readiness', 'overrideReadiness'),
	}),
	{
		displayName: 'Source',
		name: 'source',
		type: 'string',
		default: '',
		placeholder: 'ema-cross',
		displayOptions: { show: account('readiness') },
		description: 'The source of the signals. Empty takes every source that has closed a trade on the account.',
	},
	{
		displayName: 'Source',
		name: 'source',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'ema-cross',
		displayOptions: { show: account('overrideReadiness') },
		description: 'The source of the signals that may open trades with real money',
	},
	{
		displayName: 'Reason',
		name: 'reason',
		type: 'string',
		default: '',
		required: true,
		displayOptions: { show: account('overrideReadiness') },
		description: 'Why, in a sentence. It is kept in the audit trail together with who ran this.',
	},
	{
		displayName: 'Hours',
		name: 'hours',
		type: 'number',
		typeOptions: { minValue: 0 },
		default: 24,
		displayOptions: { show: account('overrideReadiness') },
		description: 'How long it counts. 0 is until a later override takes its place.',
	},
];
