import { isIP } from 'node:net';
import type { ICredentialTestFunction, INodeCredentialTestResult } from 'n8n-workflow';
import {
	FirecontrolError,
	messageOf,
	openCore,
	parseChannelSettings,
	testVenueCredential,
	type SignalKey,
} from '../../core';
import { exchangeSettings } from './exchangeSettings';
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
		const config = coreConfig(data);
		await openCore(config);
		const said = 'The database answers and its schema is up to date.';
		return (config.previousEncryptionKey ?? '') === ''
			? said
			: `${said} Everything in it is sealed with the new encryption key: empty "Previous Encryption Key" now.`;
	});

function isNetwork(text: string): boolean {
	const [base = '', bits, ...rest] = text.split('/');
	const family = isIP(base);
	if (family === 0 || rest.length > 0) return false;
	return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
}

/** A network that is none lets no one in, so the operator hears of it here and not by a 403. */
function checkNetworks({ name, cidrs }: SignalKey): void {
	const wrong = cidrs.find((cidr) => !isNetwork(cidr));
	if (wrong === undefined) return;
	throw new FirecontrolError(
		'CREDENTIAL_INCOMPLETE',
		`The key "${name}" allows "${wrong}", which is no network. Write an address or one such as 10.0.0.0/8.`,
	);
}

/** There is no one to ask: the keys are checked for being usable. */
export const testFirecontrolSignal: ICredentialTestFunction = async ({ data = {} }) =>
	outcome(() => {
		const keys = signalKeys(data);
		keys.forEach(checkNetworks);
		return `${keys.length} key(s) can be used.`;
	});

/** Whether the pair has the form that push services accept. */
export const testFirecontrolWebPush: ICredentialTestFunction = async ({ data = {} }) =>
	outcome(() => {
		parseChannelSettings('push', webPushSettings(data));
		return 'The keys have the right form. The first message will tell whether they belong together.';
	});

/** Asks the venue with the keys: markets, balance, and what the key may do. */
export const testFirecontrolExchange: ICredentialTestFunction = async ({ data = {} }) =>
	outcome(async () => testVenueCredential(exchangeSettings(data)));
