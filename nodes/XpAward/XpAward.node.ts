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
import { run } from './operations/run';
import { xpProperties } from './XpAward.description';
import { readParams } from './XpAward.params';

/** Books XP for plans kept and stops honoured; never for volume or return. */
export class XpAward implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Firecontrol XP Award',
		name: 'xpAward',
		icon: { light: 'file:../icons/xp-award.svg', dark: 'file:../icons/xp-award.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: '={{ $parameter.operation }}',
		description: 'Awards XP for trading by the plan, and shows profiles and the leaderboard',
		defaults: { name: 'XP Award' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [
			{ name: 'firecontrolDatabaseApi', required: true, testedBy: 'testFirecontrolDatabase' },
		],
		properties: [...xpProperties],
	};

	methods = { credentialTest: { testFirecontrolDatabase }, listSearch: { searchMembers } };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const core = await openCore(this);
		return runItems(this, { outputs: 1, errorOutput: 0 }, async (itemIndex) =>
			run(this, core, readParams(this, itemIndex)),
		);
	}
}
