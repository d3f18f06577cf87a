import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';
import { testFirecontrolDatabase } from '../shared/credentialTest';
import { openCore } from '../shared/openCore';
import { laneOfAccount, runItems } from '../shared/runItems';
import { run } from './operations/run';
import { orderProperties, OUTPUTS } from './OrderTracker.description';
import { readParams } from './OrderTracker.params';

/** Carries fired tickets to the venue and follows orders and positions. */
// eslint-disable-next-line @n8n/community-nodes/node-usable-as-tool -- no tool on purpose: an agent must not trade
export class OrderTracker implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Firecontrol Order Tracker',
		name: 'orderTracker',
		icon: { light: 'file:../icons/order-tracker.svg', dark: 'file:../icons/order-tracker.dark.svg' },
		group: ['output'],
		version: 1,
		subtitle: '={{ $parameter.operation + ": " + $parameter.resource }}',
		description: 'Places the order of a fired ticket; cancels, shows and closes',
		defaults: { name: 'Order Tracker' },
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main, NodeConnectionTypes.Main],
		outputNames: [...OUTPUTS],
		credentials: [
			{ name: 'firecontrolDatabaseApi', required: true, testedBy: 'testFirecontrolDatabase' },
		],
		properties: [...orderProperties],
	};

	methods = { credentialTest: { testFirecontrolDatabase } };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const core = await openCore(this);
		const options = {
			outputs: OUTPUTS.length,
			errorOutput: OUTPUTS.indexOf('Refused'),
			laneOf: laneOfAccount(this),
		};
		return runItems(this, options, async (itemIndex) => run(core, readParams(this, itemIndex)));
	}
}
