import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';
import { testFirecontrolDatabase } from '../shared/credentialTest';
import { searchMembers } from '../shared/listSearch';
import { openCore } from '../shared/openCore';
import { runItems } from '../shared/runItems';
import { fireModeProperties, OUTPUTS, outputsExpression } from './FireModeRouter.description';
import { readParams } from './FireModeRouter.params';
import { run } from './operations/run';

/** Decides who pulls the trigger: the member, or the member's auto slots. */
// eslint-disable-next-line @n8n/community-nodes/node-usable-as-tool -- no tool on purpose: an agent must not fire
export class FireModeRouter implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Firecontrol Fire Mode Router',
		name: 'fireModeRouter',
		icon: {
			light: 'file:../icons/fire-mode-router.svg',
			dark: 'file:../icons/fire-mode-router.dark.svg',
		},
		group: ['transform'],
		version: 1,
		subtitle: '={{ $parameter.operation }}',
		description: "Turns approved verdicts into tickets and fires them by the member's fire mode",
		defaults: { name: 'Fire Mode Router' },
		inputs: [NodeConnectionTypes.Main],
		outputs: outputsExpression,
		credentials: [
			{ name: 'firecontrolDatabaseApi', required: true, testedBy: 'testFirecontrolDatabase' },
		],
		properties: [...fireModeProperties],
	};

	methods = { credentialTest: { testFirecontrolDatabase }, listSearch: { searchMembers } };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const core = await openCore(this);
		const operation = this.getNodeParameter('operation', 0);
		const routes = operation === 'route' || operation === 'fire';
		const outputs = routes
			? { outputs: OUTPUTS.length, errorOutput: OUTPUTS.indexOf('Refused') }
			: { outputs: 1, errorOutput: 0 };
		return runItems(this, outputs, async (itemIndex) => run(this, core, readParams(this, itemIndex)));
	}
}
