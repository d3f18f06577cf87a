import type { ICredentialTestFunction, INodeCredentialTestResult } from 'n8n-workflow';
import { messageOf, openCore, parseChannelSettings } from '../../core';
import { coreConfig } from './openCore';
import { signalKeys } from './signalKeys';
import { webPushSettings } from './channelSettings';

async function outcome(test: () => Promise<string> | string): Promise<INodeCredentialTestResult> {
	try {
		return { status: 'OK', message: await test() };
	} catch (error) {
		return { status: 'Error', message: messageOf(error) };
	}
}

/** Opens the database as the nodes do; the pool is theirs too, so it stays open. */
export const testFirecontrolDatabase: ICredentialTestFunction = async ({ data = {} }) =>
	outcome(async () => {
		await openCore(coreConfig(data));
		return 'The database answers and its schema is up to date.';
	});

/** There is no one to ask: the keys are checked for being usable. */
export const testFirecontrolSignal: ICredentialTestFunction = async ({ data = {} }) =>
	outcome(() => `${signalKeys(data).length} key(s) can be used.`);

/** Whether the pair has the form that push services accept. */
export const testFirecontrolWebPush: ICredentialTestFunction = async ({ data = {} }) =>
	outcome(() => {
		parseChannelSettings('push', webPushSettings(data));
		return 'The keys have the right form. The first message will tell whether they belong together.';
	});
