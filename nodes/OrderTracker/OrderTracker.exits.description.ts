import type { INodeProperties } from 'n8n-workflow';
import { exitPlanParameter } from '../shared/exitPlan';

/** Operations that change how a position will end. */
export const exitOperations = [
	{
		name: 'Set Exit Plan',
		value: 'setExitPlan',
		description: 'Add rules that tighten the stop or end the trade; nothing is taken away',
		action: 'Set the exit plan of a position',
	},
	{
		name: 'Tighten Stop',
		value: 'tightenStop',
		description: 'Move the stop nearer to the price; wider than it is, it never gets',
		action: 'Tighten the stop of a position',
	},
];

/** The operation that changes an order. */
export const replaceOperation = {
	name: 'Replace',
	value: 'replace',
	description:
		'Order another quantity or price instead; what adds risk is judged by the risk gate first',
	action: 'Replace an order',
};

const forReplace = { show: { resource: ['order'], operation: ['replace'] } };

/** Fields of Place, Replace, Tighten Stop and Set Exit Plan. */
export const exitProperties: INodeProperties[] = [
	exitPlanParameter({ resource: ['order'], operation: ['place'] }),
	exitPlanParameter({ resource: ['position'], operation: ['setExitPlan'] }),
	{
		displayName: 'Stop Price',
		name: 'stopPrice',
		type: 'string',
		default: '',
		required: true,
		placeholder: '59800',
		displayOptions: { show: { resource: ['position'], operation: ['tightenStop'] } },
		description: 'Where the stop goes; rounded to the tick, never tighter than given',
	},
	{
		displayName: 'Quantity',
		name: 'newQuantity',
		type: 'string',
		default: '',
		displayOptions: forReplace,
		description: 'The whole quantity, what has filled already included. Empty keeps it.',
	},
	{
		displayName: 'Limit Price',
		name: 'newPrice',
		type: 'string',
		default: '',
		displayOptions: forReplace,
		description: 'Empty keeps it',
	},
	{
		displayName: 'Trigger Price',
		name: 'newTriggerPrice',
		type: 'string',
		default: '',
		displayOptions: forReplace,
		description: 'Empty keeps it',
	},
];
