import type { INodeProperties } from 'n8n-workflow';

const selfLockOut = { resource: ['member'], operation: ['selfLockOut'] };

/** Parameters of Self Lock Out. */
export const behaviourProperties: INodeProperties[] = [
	{
		displayName:
			'This <b>cannot be undone</b>. Until its end no new trade is opened for the member, in any mode and on any account, and nobody can lift it, the operator included. It can be made longer, never shorter. Open positions keep their exits and can be closed at any time.',
		name: 'selfLockOutNotice',
		type: 'notice',
		default: '',
		displayOptions: { show: selfLockOut },
	},
	{
		displayName: 'Lock Out',
		name: 'lockOut',
		type: 'options',
		options: [
			{ name: 'For Hours', value: 'hours', description: 'From now on' },
			{ name: 'Until a Time', value: 'until' },
		],
		default: 'hours',
		displayOptions: { show: selfLockOut },
	},
	{
		displayName: 'Hours',
		name: 'hours',
		type: 'number',
		typeOptions: { minValue: 0, numberPrecision: 2 },
		default: 24,
		required: true,
		displayOptions: { show: { ...selfLockOut, lockOut: ['hours'] } },
		description: 'How long from now on, also in parts of an hour',
	},
	{
		displayName: 'Until',
		name: 'until',
		type: 'dateTime',
		default: '',
		required: true,
		displayOptions: { show: { ...selfLockOut, lockOut: ['until'] } },
		description: 'When entries are possible again. A time without a zone is meant in that of the workflow.',
	},
	{
		displayName: 'Reason',
		name: 'reason',
		type: 'string',
		default: '',
		displayOptions: { show: selfLockOut },
		description: 'For the member to read later, and for the audit trail',
	},
	{
		displayName: 'Phrase',
		name: 'phrase',
		type: 'string',
		noDataExpression: true,
		default: '',
		required: true,
		placeholder: 'LOCK ME OUT',
		displayOptions: { show: selfLockOut },
		description: 'Type LOCK ME OUT, so that this does not happen by accident: it cannot be undone',
	},
];
