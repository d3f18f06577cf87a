import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';
import { testFirecontrolDatabase, testFirecontrolWebPush } from '../shared/credentialTest';
import { openCore } from '../shared/openCore';
import { runItems } from '../shared/runItems';
import { notifierProperties, OUTPUTS, outputsExpression } from './Notifier.description';
import { readParams } from './Notifier.params';
import { saveChannels } from './operations/channels';
import { run } from './operations/run';

/** Tells members what happened: by itself through the outbox, or by nodes of the operator. */
// eslint-disable-next-line @n8n/community-nodes/node-usable-as-tool -- no tool on purpose: an agent must not write to members
export class Notifier implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Firecontrol Notifier',
		name: 'notifier',
		icon: { light: 'file:../icons/notifier.svg', dark: 'file:../icons/notifier.dark.svg' },
		group: ['output'],
		version: 1,
		subtitle:
			'={{ $parameter.operation === "deliver" ? "deliver: " + $parameter.channels.join(", ") : $parameter.operation }}',
		description: 'Sends alerts by e-mail, push and Telegram, each once, with retries',
		defaults: { name: 'Notifier' },
		inputs: [NodeConnectionTypes.Main],
		outputs: outputsExpression,
		credentials: [
			{
				name: 'firecontrolDatabaseApi',
				displayName: 'Database',
				required: true,
				testedBy: 'testFirecontrolDatabase',
			},
			// n8n's own SMTP and Telegram credentials, as the architecture wants: an operator who has them
			// need not type them in twice, and n8n asks for them on this node as on its own.
			// "/operation", not "operation": the editor takes a plain name here for a choice of how to sign
			// in, and hides that parameter from the panel.
			/* eslint-disable @n8n/community-nodes/no-credential-reuse, @n8n/community-nodes/valid-credential-references, n8n-nodes-base/node-class-description-credentials-name-unsuffixed -- see above */
			{
				name: 'smtp',
				displayName: 'E-Mail (SMTP)',
				required: false,
				displayOptions: { show: { '/operation': ['deliver'], '/channels': ['email'] } },
			},
			{
				name: 'telegramApi',
				displayName: 'Telegram',
				required: false,
				displayOptions: { show: { '/operation': ['deliver'], '/channels': ['telegram'] } },
			},
			/* eslint-enable @n8n/community-nodes/no-credential-reuse, @n8n/community-nodes/valid-credential-references, n8n-nodes-base/node-class-description-credentials-name-unsuffixed */
			{
				name: 'firecontrolWebPushApi',
				displayName: 'Web Push',
				required: false,
				testedBy: 'testFirecontrolWebPush',
				displayOptions: { show: { '/operation': ['deliver'], '/channels': ['push'] } },
			},
		],
		properties: [...notifierProperties],
	};

	methods = { credentialTest: { testFirecontrolDatabase, testFirecontrolWebPush } };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const core = await openCore(this);
		await saveChannels(this, core);
		const routes = this.getNodeParameter('operation', 0) === 'route';
		const outputs = routes
			? { outputs: OUTPUTS.length, errorOutput: OUTPUTS.indexOf('Suppressed') }
			: { outputs: 1, errorOutput: 0 };
		return runItems(this, outputs, async (itemIndex) => run(core, readParams(this, itemIndex)));
	}
}
