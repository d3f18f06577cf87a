import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';
import { testFirecontrolDatabase } from '../shared/credentialTest';
import { searchAccounts } from '../shared/listSearch';
import { openCore } from '../shared/openCore';
import { runItems } from '../shared/runItems';
import { run } from './operations/run';
import { auditProperties } from './AuditTrail.description';
import { readParams } from './AuditTrail.params';

/** Who did what, when and why, in a chain that shows tampering; and each day in review. */
export class AuditTrail implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Firecontrol Audit Trail',
		name: 'auditTrail',
		icon: { light: 'file:../icons/audit-trail.svg', dark: 'file:../icons/audit-trail.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: '={{ $parameter.operation + ": " + $parameter.resource }}',
		description: 'Finds, verifies and exports what was decided and done, and reviews the trading day',
		defaults: { name: 'Audit Trail' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [
			{ name: 'firecontrolDatabaseApi', required: true, testedBy: 'testFirecontrolDatabase' },
		],
		properties: [...auditProperties],
	};

	methods = { credentialTest: { testFirecontrolDatabase }, listSearch: { searchAccounts } };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const core = await openCore(this);
		return runItems(this, { outputs: 1, errorOutput: 0 }, async (itemIndex) =>
			run(this, core, readParams(this, itemIndex)),
		);
	}
}
