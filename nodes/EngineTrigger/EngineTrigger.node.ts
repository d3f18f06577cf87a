import {
	NodeConnectionTypes,
	type INodeType,
	type INodeTypeDescription,
	type ITriggerFunctions,
	type ITriggerResponse,
} from 'n8n-workflow';
import { testFirecontrolDatabase } from '../shared/credentialTest';
import { startEngine } from './engine';
import { engineProperties } from './EngineTrigger.description';

/** Runs the engine: the jobs that go on by themselves, once a second. */
export class EngineTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Firecontrol Engine Trigger',
		name: 'engineTrigger',
		icon: { light: 'file:../icons/engine.svg', dark: 'file:../icons/engine.dark.svg' },
		group: ['trigger'],
		version: 1,
		subtitle: 'every second',
		description: 'Watches stops and targets, frees slots, sends the outbox; publish it once and leave it on',
		eventTriggerDescription: '',
		activationMessage: 'The engine runs while this workflow is published.',
		defaults: { name: 'Engine' },
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [
			{ name: 'firecontrolDatabaseApi', required: true, testedBy: 'testFirecontrolDatabase' },
		],
		properties: [...engineProperties],
	};

	methods = { credentialTest: { testFirecontrolDatabase } };

	async trigger(this: ITriggerFunctions): Promise<ITriggerResponse> {
		return startEngine(this);
	}
}
