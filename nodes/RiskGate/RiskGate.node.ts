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
import { OUTPUTS, riskGateProperties } from './RiskGate.description';
import { readParams } from './RiskGate.params';

/** Judges signals for accounts by the policy: rejected, or approved with size and warnings. */
// eslint-disable-next-line @n8n/community-nodes/node-usable-as-tool -- no tool on purpose: an agent must not judge or reserve
export class RiskGate implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Firecontrol Risk Gate',
		name: 'riskGate',
		icon: { light: 'file:../icons/risk-gate.svg', dark: 'file:../icons/risk-gate.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle:
			'={{ ({ judge: "ten checks, all reported", status: "status", validate: "dry run" })[$parameter.operation] }}',
		description: 'Judges each signal for each account: size, stop, budget, limits',
		defaults: { name: 'Risk Gate' },
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main, NodeConnectionTypes.Main],
		outputNames: [...OUTPUTS],
		credentials: [
			{ name: 'firecontrolDatabaseApi', required: true, testedBy: 'testFirecontrolDatabase' },
		],
		hints: [
			{
				message: 'Only "Approved" leads on to orders. An output that is not connected drops its items; the verdicts are stored all the same.',
				type: 'info',
				location: 'outputPane',
				whenToDisplay: 'beforeExecution',
				displayCondition: '={{ $parameter["operation"] === "judge" }}',
			},
		],
		properties: [...riskGateProperties],
	};

	methods = { credentialTest: { testFirecontrolDatabase } };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const core = await openCore(this);
		const options = { outputs: OUTPUTS.length, errorOutput: 0, laneOf: laneOfAccount(this) };
		return runItems(this, options, async (itemIndex) =>
			run(this, core, readParams(this, itemIndex), itemIndex),
		);
	}
}
