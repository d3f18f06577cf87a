import type { INodeProperties } from 'n8n-workflow';
import { exitPlanParameter } from '../shared/exitPlan';

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
