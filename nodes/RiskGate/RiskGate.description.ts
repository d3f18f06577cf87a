import type { INodeProperties } from 'n8n-workflow';
import { allowLiveOption, idParameter } from '../shared/parameters';
import { statusProperties } from './RiskGate.status.description';
import { validateProperties } from './RiskGate.validate.description';

/** Order of the outputs: the safe one first. Part of the contract, never renumbered. */
export const OUTPUTS = ['Rejected', 'Approved'] as const;

const judged = ['judge', 'validate'];

export const riskGateProperties: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		options: [
			{
				name: 'Judge',
				value: 'judge',
				description: 'Judge a signal for an account; the verdict is stored, and is the same however often it is asked for',
				action: 'Judge a signal',
			},
			{
				name: 'Status',
				value: 'status',
				description: 'Show how accounts stand: equity, daily loss, drawdown, positions, what stops them',
				action: 'Show the status of accounts',
			},
			{
				name: 'Validate',
				value: 'validate',
				description: 'Say what Judge would answer now, with nothing stored and nothing held',
				action: 'Validate a signal or an order',
			},
		],
		default: 'judge',
	},
	{
		displayName:
			'Judges each signal for each account by the policy in force. What it decides is stored: running it again gives the same verdict. Amounts in the item are for display only.',
		name: 'notice',
		type: 'notice',
		default: '',
		displayOptions: { show: { operation: ['judge'] } },
	},
	...validateProperties,
	...statusProperties,
	idParameter({
		name: 'signalId',
		displayName: 'Signal ID',
		field: 'signal_id',
		description: 'The signal to judge; what it says is read from our database',
		show: { operation: judged },
		hide: { validateWhat: ['fields'] },
	}),
	idParameter({
		name: 'accountId',
		displayName: 'Account ID',
		field: 'account_id',
		description:
			'The account to judge it for. Members gives null where no account is eligible: that is rejected, and on record',
		show: { operation: judged },
	}),
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add Option',
		default: {},
		displayOptions: { show: { operation: judged } },
		options: [allowLiveOption],
	},
];
