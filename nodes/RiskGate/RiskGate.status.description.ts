import type { INodeProperties } from 'n8n-workflow';

const show = { operation: ['status'] };

/** Whose standing is shown, and how much of the past. */
export const statusProperties: INodeProperties[] = [
	{
		displayName:
			'How accounts stand now: equity, the day\'s loss in use, drawdown, open risk, what stops them and how that ends. What is not known is null, with the reason in "unknown". It comes out of the first output; nothing can be fired from it.',
		name: 'statusNotice',
		type: 'notice',
		default: '',
		displayOptions: { show },
	},
	{
		displayName: 'Of',
		name: 'statusOf',
		type: 'string',
		default: '',
		placeholder: 'account_id of the item',
		displayOptions: { show },
		description:
			'An account ID, or a member by handle or ID: one item comes per account. Empty takes account_id, or else member_id, of the incoming item.',
	},
	{
		displayName: 'Curve Hours',
		name: 'curveHours',
		type: 'number',
		typeOptions: { minValue: 0, maxValue: 87_600 },
		default: 0,
		displayOptions: { show },
		description: 'How many hours of the equity curve come with it: 5-second samples for an hour, minutes for a day, hours for 90 days, days from then on. 0 leaves it out.',
	},
];
