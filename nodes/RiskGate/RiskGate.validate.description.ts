import type { INodeProperties } from 'n8n-workflow';

const fields = { operation: ['validate'], validateWhat: ['fields'] };

const price = (displayName: string, name: string, description: string): INodeProperties => ({
	displayName, name, type: 'string', default: '', description,
});

/** What a dry run judges: a stored signal, or an order that nobody has sent. */
export const validateProperties: INodeProperties[] = [
	{
		displayName:
			'A dry run: no verdict is stored and no capacity held, so that nothing can be fired from what comes out. Of a signal that was judged already it is the stored verdict.',
		name: 'validateNotice',
		type: 'notice',
		default: '',
		displayOptions: { show: { operation: ['validate'] } },
	},
	{
		displayName: 'What to Judge',
		name: 'validateWhat',
		type: 'options',
		options: [
			{ name: 'Fields Given Here', value: 'fields' },
			{ name: 'Stored Signal', value: 'signal' },
		],
		default: 'signal',
		displayOptions: { show: { operation: ['validate'] } },
		description: 'Whether to judge a signal that arrived, or an order made up of the fields below',
	},
	{
		displayName: 'Symbol',
		name: 'symbol',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'BTC/USDT',
		displayOptions: { show: fields },
		description: 'The market, as a signal would name it',
	},
	{
		displayName: 'Side',
		name: 'side',
		type: 'options',
		options: [
			{ name: 'Buy', value: 'buy' },
			{ name: 'Sell', value: 'sell' },
		],
		default: 'buy',
		displayOptions: { show: fields },
	},
	{ ...price('Stop Loss', 'stopLoss', 'Price at which the trade is given up'), displayOptions: { show: fields } },
	{
		...price('Take Profit', 'takeProfit', 'Price of the target; several, separated by commas, share the quantity equally'),
		displayOptions: { show: fields },
	},
	{
		...price('Confidence', 'confidence', 'How sure the source is, in percent'),
		displayOptions: { show: fields },
		placeholder: '92',
	},
	{
		displayName: 'More Fields',
		name: 'moreFields',
		type: 'collection',
		placeholder: 'Add Field',
		default: {},
		displayOptions: { show: fields },
		options: [
			{
				displayName: 'Class',
				name: 'class',
				type: 'options',
				options: [
					{ name: 'Midnight Hammer', value: 'MIDNIGHT_HAMMER' },
					{ name: 'Rapid Assault', value: 'RAPID_ASSAULT' },
					{ name: 'Sniper Ops', value: 'SNIPER_OPS' },
				],
				default: 'RAPID_ASSAULT',
				description: 'Class of the signal; one without counts as RAPID_ASSAULT',
			},
			price('Entry', 'entry', 'Limit price; of market orders the price that the sender saw'),
			{
				displayName: 'Order Type',
				name: 'order_type',
				type: 'options',
				options: [
					{ name: 'Limit', value: 'limit' },
					{ name: 'Market', value: 'market' },
					{ name: 'Stop', value: 'stop' },
					{ name: 'Stop Limit', value: 'stop_limit' },
				],
				default: 'market',
			},
			price('Quantity', 'quantity', 'Units to order. Empty lets the gate size the order.'),
			price('Source', 'source', 'Who would have sent it; counts for duplicates and for the readiness of live accounts'),
			price('Trigger', 'trigger', 'Price that starts a stop order'),
		],
	},
];
