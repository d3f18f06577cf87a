import {
	NodeConnectionTypes,
	type INodeType,
	type INodeTypeDescription,
	type ITriggerFunctions,
	type ITriggerResponse,
} from 'n8n-workflow';
import { testFirecontrolDatabase } from '../shared/credentialTest';
import { startEvents } from './events';
import { eventsProperties } from './EventsTrigger.description';

/** Starts the workflow with what happened: orders, trades, tickets, XP. */
export class EventsTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Firecontrol Events Trigger',
		name: 'eventsTrigger',
		icon: { light: 'file:../icons/events.svg', dark: 'file:../icons/events.dark.svg' },
		group: ['trigger'],
		version: 1,
		subtitle: '={{ $parameter.types.join(", ") }}',
		description: 'Starts the workflow when orders, trades, tickets or XP change',
		eventTriggerDescription: '',
		activationMessage: 'The chosen events start this workflow from now on.',
		defaults: { name: 'Events' },
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [
			{ name: 'firecontrolDatabaseApi', required: true, testedBy: 'testFirecontrolDatabase' },
		],
		properties: [...eventsProperties],
	};

	methods = { credentialTest: { testFirecontrolDatabase } };

	async trigger(this: ITriggerFunctions): Promise<ITriggerResponse> {
		return startEvents(this);
	}
}
