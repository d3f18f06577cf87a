import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';
import { testFirecontrolDatabase } from '../shared/credentialTest';
import { searchAccounts, searchMembers } from '../shared/listSearch';
import { openCore } from '../shared/openCore';
import { runItems } from '../shared/runItems';
import { killSwitchProperties, OUTPUTS } from './KillSwitch.description';
import { readParams } from './KillSwitch.params';
import { run } from './operations/run';

/** Stops trading, closes everything, says what is stopped, and lets it go on when a person says so. */
// eslint-disable-next-line @n8n/community-nodes/node-usable-as-tool -- no tool on purpose: an agent must not stop or re-arm
export class KillSwitch implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Firecontrol Kill Switch',
		name: 'killSwitch',
		icon: { light: 'file:../icons/kill-switch.svg', dark: 'file:../icons/kill-switch.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle:
			'={{ ({ confirm: "confirm", drill: "fire drill", drillReports: "drill reports", releaseAccount: "release account", requestRearm: "request re-arm", status: "status", stopLinks: "stop links", trip: "trip: " + ({ FLATTENING: "close everything", PAUSED: "pause", REDUCING: "reduce" })[$parameter.state] })[$parameter.operation] }}',
		description: 'Stops trading for everybody, a member, an account or a symbol; closes positions; goes on again',
		defaults: { name: 'Kill Switch' },
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main, NodeConnectionTypes.Main, NodeConnectionTypes.Main],
		outputNames: [...OUTPUTS],
		credentials: [
			{ name: 'firecontrolDatabaseApi', required: true, testedBy: 'testFirecontrolDatabase' },
		],
		hints: [
			{
				message: 'Closing everything asks first: its impact leaves by "Asks to Confirm". Connect it to a person, and their answer to Confirm.',
				type: 'info',
				location: 'outputPane',
				whenToDisplay: 'beforeExecution',
				displayCondition: '={{ $parameter["operation"] === "trip" && $parameter["state"] === "FLATTENING" }}',
			},
			{
				message: 'The links open pages of the Signal Intake node: keep the workflow that has it active.',
				type: 'info',
				location: 'outputPane',
				whenToDisplay: 'beforeExecution',
				displayCondition: '={{ $parameter["operation"] === "stopLinks" }}',
			},
		],
		properties: [...killSwitchProperties],
	};

	methods = {
		credentialTest: { testFirecontrolDatabase },
		listSearch: { searchAccounts, searchMembers },
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const core = await openCore(this);
		const options = { outputs: OUTPUTS.length, errorOutput: OUTPUTS.indexOf('Refused') };
		return runItems(this, options, async (itemIndex) =>
			run(this, core, await readParams(this, core, itemIndex)),
		);
	}
}
