import type { INodeProperties } from 'n8n-workflow';
import { allowLiveOption, idParameter } from '../shared/parameters';

/** Order of the outputs: the safe one first. Part of the contract, never renumbered. */
export const OUTPUTS = ['Rejected', 'Approved'] as const;

export const riskGateProperties: INodeProperties[] = [
	{
		displayName:
			'Judges each signal for each account by the policy in force. What it decides is stored: running it again gives the same verdict. Amounts in the item are for display only.',
		name: 'notice',
		type: 'notice',
		default: '',
	},
	idParameter({
		name: 'signalId',
		displayName: 'Signal ID',
		field: 'signal_id',
		description: 'The signal to judge; what it says is read from our database',
	}),
	idParameter({
		name: 'accountId',
		displayName: 'Account ID',
		field: 'account_id',
		description:
			'The account to judge it for. Members gives null where no account is eligible: that is rejected, and on record',
	}),
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add Option',
		default: {},
		options: [allowLiveOption],
	},
];
