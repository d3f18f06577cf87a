import { NodeOperationError, type IExecuteFunctions, type INodeProperties } from 'n8n-workflow';
import { timeInZone, TIMES_IN_FORCE, type ExitRuleInput, type TermsInput } from '../../core';
import { readOption } from './params';

type Show = Readonly<Record<string, string[]>>;

/** A field of a rule, shown where the rule is of one of these kinds. */
function ruleField(methods: string[], field: Omit<INodeProperties, 'displayOptions'>): INodeProperties {
	return { ...field, displayOptions: { show: { method: methods } } };
}

const ruleFields: INodeProperties[] = [
	{
		displayName: 'Rule',
		name: 'method',
		type: 'options',
		default: 'trailing_percent',
		options: [
			{
				name: 'ATR Trail',
				value: 'atr',
				description: 'The stop follows the best price at some average true ranges',
			},
			{
				name: 'Break-Even',
				value: 'break_even',
				description: 'The stop goes to the entry price once the profit is the first risk',
			},
			{
				name: 'Session Square-Off',
				value: 'session',
				description: 'Close at a time of day; what has not filled by then is taken back',
			},
			{ name: 'Time Limit', value: 'time_limit', description: 'Close some time after the first fill' },
			{
				name: 'Trailing Amount',
				value: 'trailing_amount',
				description: 'The stop follows the best price at a fixed distance',
			},
			{
				name: 'Trailing Percent',
				value: 'trailing_percent',
				description: 'The stop follows the best price at a share of it',
			},
		],
	},
	ruleField(['trailing_percent'], {
		displayName: 'Percent',
		name: 'percent',
		type: 'string',
		default: '1.5',
		description: 'Distance from the best price, in percent of it',
	}),
	ruleField(['trailing_amount'], {
		displayName: 'Amount',
		name: 'amount',
		type: 'string',
		default: '',
		placeholder: '30',
		description: 'Distance from the best price, in the quote currency',
	}),
	ruleField(['trailing_percent', 'trailing_amount'], {
		displayName: 'Activation',
		name: 'activation',
		type: 'string',
		default: '',
		placeholder: '3',
		description:
			'Profit from which on the stop follows, in the unit of the distance. Empty follows at once.',
	}),
	ruleField(['atr'], {
		displayName: 'Multiple',
		name: 'multiple',
		type: 'string',
		default: '2',
		description: 'Distance from the best price, in average true ranges',
	}),
	ruleField(['atr'], {
		displayName: 'Period',
		name: 'period',
		type: 'number',
		typeOptions: { minValue: 1, maxValue: 200 },
		default: 14,
		description: 'Bars that the average is made of',
	}),
	ruleField(['atr'], {
		displayName: 'Timeframe',
		name: 'timeframe',
		type: 'options',
		default: '5m',
		options: [
			{ name: '1 Day', value: '1d' },
			{ name: '1 Hour', value: '1h' },
			{ name: '1 Minute', value: '1m' },
			{ name: '15 Minutes', value: '15m' },
			{ name: '30 Minutes', value: '30m' },
			{ name: '4 Hours', value: '4h' },
			{ name: '5 Minutes', value: '5m' },
		],
	}),
	ruleField(['break_even'], {
		displayName: 'After R',
		name: 'afterR',
		type: 'string',
		default: '1',
		description: 'How many times the first risk, from entry to stop, the profit must be',
	}),
	ruleField(['time_limit'], {
		displayName: 'Minutes',
		name: 'minutes',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 240,
		description: 'Time from the first fill on',
	}),
	ruleField(['session'], {
		displayName: 'Time of Day',
		name: 'at',
		type: 'string',
		default: '15:15',
		description: 'As the clocks in the zone show it, on 24 hours',
	}),
	ruleField(['session'], {
		displayName: 'Time Zone',
		name: 'zone',
		type: 'string',
		default: 'UTC',
		placeholder: 'Asia/Kolkata',
	}),
];

/** The rules by which a stop tightens or a trade ends, besides its fixed stop and targets. */
export function exitPlanParameter(show: Show): INodeProperties {
	return {
		displayName: 'Exit Plan',
		name: 'exitPlan',
		type: 'fixedCollection',
		typeOptions: { multipleValues: true },
		placeholder: 'Add Rule',
		default: {},
		displayOptions: { show },
		description:
			"Besides the signal's stop and targets. Of several rules the tightest decides; none ever widens a stop.",
		options: [{ displayName: 'Rules', name: 'rules', values: ruleFields }],
	};
}

/** How long an entry works and whether it may take liquidity; for an options collection. */
export function termOptions(operation: string): INodeProperties[] {
	const displayOptions = { show: { '/operation': [operation] } };
	return [
		{
			displayName: 'Good Till',
			name: 'goodTill',
			type: 'dateTime',
			default: '',
			displayOptions,
			description: 'When an order of "Good Till Date" is taken back, if it has not filled',
		},
		{
			displayName: 'Post Only',
			name: 'postOnly',
			type: 'boolean',
			default: false,
			displayOptions,
			description: 'Whether a limit order may only rest, never take what others offer',
		},
		{
			displayName: 'Time in Force',
			name: 'timeInForce',
			type: 'options',
			default: 'GTC',
			displayOptions,
			options: [
				{ name: 'Day', value: 'DAY', description: "Taken back at the end of the account's day" },
				{ name: 'Fill or Kill', value: 'FOK', description: 'Filled whole at once, or not at all' },
				{ name: 'Good Till Cancelled', value: 'GTC' },
				{ name: 'Good Till Date', value: 'GTD', description: 'Taken back at "Good Till"' },
				{
					name: 'Immediate or Cancel',
					value: 'IOC',
					description: 'Filled at once as far as possible; the rest is cancelled',
				},
			],
		},
	];
}

function isRule(value: unknown): value is ExitRuleInput {
	return typeof value === 'object' && value !== null && 'method' in value;
}

/** The rules of the exit plan as they were entered; the core says what is wrong with them. */
export function readExitPlan(ctx: IExecuteFunctions, item: number): ExitRuleInput[] {
	const rules = ctx.getNodeParameter('exitPlan.rules', item, []);
	return Array.isArray(rules) ? rules.filter(isRule) : [];
}

/** A time as n8n gives it: text in the workflow's zone, or a moment made by an expression. */
function timeOf(value: unknown, zone: string): number | null {
	if (typeof value === 'number') return value;
	if (value instanceof Date) return value.getTime();
	if (typeof value === 'object' && value !== null && 'ts' in value && typeof value.ts === 'number') {
		return value.ts;
	}
	return typeof value === 'string' && value.trim() !== '' ? timeInZone(value.trim(), zone) : null;
}

/** An expression may give anything; what is no time in force must not become another one. */
function readTimeInForce(ctx: IExecuteFunctions, itemIndex: number): NonNullable<TermsInput['timeInForce']> {
	const chosen = readOption(ctx, 'timeInForce', itemIndex) ?? '';
	if (chosen === '') return 'GTC';
	const known = TIMES_IN_FORCE.find((each) => each === chosen);
	if (known !== undefined) return known;
	throw new NodeOperationError(
		ctx.getNode(),
		`"Time in Force" must be one of ${TIMES_IN_FORCE.join(', ')}, and was ${JSON.stringify(chosen)}.`,
		{ itemIndex },
	);
}

function readGoodTill(ctx: IExecuteFunctions, itemIndex: number): number | null {
	const given = readOption(ctx, 'goodTill', itemIndex);
	const time = timeOf(given, ctx.getTimezone());
	const empty = given === undefined || given === null || given === '';
	if (empty || (time !== null && Number.isFinite(time))) return time;
	throw new NodeOperationError(
		ctx.getNode(),
		`"Good Till" must be a time such as 2030-01-31T15:00:00, and was ${JSON.stringify(given)}.`,
		{ itemIndex },
	);
}

/** What was chosen for the order and its exits; null: nothing. */
export function readTerms(ctx: IExecuteFunctions, item: number): TermsInput | null {
	const timeInForce = readTimeInForce(ctx, item);
	const goodTill = readGoodTill(ctx, item);
	const postOnly = readOption(ctx, 'postOnly', item) === true;
	const exitRules = readExitPlan(ctx, item);
	const nothing = timeInForce === 'GTC' && !postOnly && exitRules.length === 0;
	return nothing ? null : { timeInForce, goodTill, postOnly, exitRules };
}
