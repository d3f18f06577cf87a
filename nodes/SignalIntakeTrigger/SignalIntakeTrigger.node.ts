import {
	NodeConnectionTypes,
	type IHookFunctions,
	type INodeType,
	type INodeTypeDescription,
	type ITriggerFunctions,
	type ITriggerResponse,
	type IWebhookFunctions,
	type IWebhookResponseData,
} from 'n8n-workflow';
import { testFirecontrolDatabase, testFirecontrolSignal } from '../shared/credentialTest';
import { intakeProperties, intakeWebhooks } from './SignalIntakeTrigger.description';
import { answerCall } from './webhook';
import { startIntake } from './intake';

/** Receives signals over HTTP, stores them, and pumps what is stored into the workflow. */
export class SignalIntakeTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Firecontrol Signal Intake Trigger',
		name: 'signalIntakeTrigger',
		icon: {
			light: 'file:../icons/signal-intake.svg',
			dark: 'file:../icons/signal-intake.dark.svg',
		},
		group: ['trigger'],
		version: 1,
		subtitle: 'POST firecontrol/signal',
		description: 'Receives trading signals by webhook, stores them and starts the workflow',
		eventTriggerDescription: 'POST a signal to the test URL',
		activationMessage: 'Signals sent to the production URL are stored and executed from now on.',
		defaults: { name: 'Signal Intake' },
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [
			{
				name: 'firecontrolDatabaseApi',
				displayName: 'Database',
				required: true,
				testedBy: 'testFirecontrolDatabase',
			},
			{
				name: 'firecontrolSignalApi',
				displayName: 'Who May Call',
				required: true,
				testedBy: 'testFirecontrolSignal',
			},
		],
		webhooks: [...intakeWebhooks],
		properties: [...intakeProperties],
	};

	methods = { credentialTest: { testFirecontrolDatabase, testFirecontrolSignal } };

	/** n8n itself keeps the routes; nothing is registered with anyone else. */
	webhookMethods = {
		default: {
			async checkExists(this: IHookFunctions): Promise<boolean> {
				return true;
			},
			async create(this: IHookFunctions): Promise<boolean> {
				return true;
			},
			async delete(this: IHookFunctions): Promise<boolean> {
				return true;
			},
		},
	};

	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		return answerCall(this);
	}

	async trigger(this: ITriggerFunctions): Promise<ITriggerResponse> {
		return startIntake(this);
	}
}
