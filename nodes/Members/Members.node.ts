import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';
import { testFirecontrolDatabase, testFirecontrolExchange } from '../shared/credentialTest';
import { searchAccounts, searchMembers } from '../shared/listSearch';
import { openCore } from '../shared/openCore';
import { runItems } from '../shared/runItems';
import { memberProperties } from './Members.description';
import { readParams } from './Members.params';
import { run } from './operations/run';

/** Members, their accounts, and which of them a signal is for. */
// eslint-disable-next-line @n8n/community-nodes/node-usable-as-tool -- no tool on purpose: an agent must not change tiers or addresses
export class Members implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Firecontrol Members',
		name: 'members',
		icon: { light: 'file:../icons/members.svg', dark: 'file:../icons/members.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: '={{ $parameter.operation + ": " + $parameter.resource }}',
		description: 'Keeps members and their accounts, also at venues, and fans signals out to them',
		defaults: { name: 'Members' },
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [
			{
				name: 'firecontrolDatabaseApi',
				displayName: 'Database',
				required: true,
				testedBy: 'testFirecontrolDatabase',
			},
			// "/resource", not "resource": the editor takes a plain name here for a choice of how to sign
			// in, and hides that parameter from the panel.
			{
				name: 'firecontrolExchangeApi',
				displayName: 'Exchange',
				required: true,
				testedBy: 'testFirecontrolExchange',
				displayOptions: { show: { '/resource': ['account'], '/operation': ['connect'] } },
			},
		],
		properties: [...memberProperties],
	};

	methods = {
		credentialTest: { testFirecontrolDatabase, testFirecontrolExchange },
		listSearch: { searchAccounts, searchMembers },
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const core = await openCore(this);
		return runItems(this, { outputs: 1, errorOutput: 0 }, async (itemIndex) =>
			run(this, core, await readParams(this, itemIndex)),
		);
	}
}
