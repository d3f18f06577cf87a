import { homedir } from 'node:os';
import { join } from 'node:path';
import { generateVAPIDKeys } from 'web-push';
import type { ICredentialsDecrypted, INodeCredentialTestResult } from 'n8n-workflow';
import { FirecontrolDatabaseApi } from '../../../credentials/FirecontrolDatabaseApi.credentials';
import { FirecontrolExchangeApi } from '../../../credentials/FirecontrolExchangeApi.credentials';
import { FirecontrolSignalApi } from '../../../credentials/FirecontrolSignalApi.credentials';
import { FirecontrolWebPushApi } from '../../../credentials/FirecontrolWebPushApi.credentials';
import {
	testFirecontrolDatabase,
	testFirecontrolExchange,
	testFirecontrolSignal,
	testFirecontrolWebPush,
} from '../../../nodes/shared/credentialTest';
import { coreConfig } from '../../../nodes/shared/openCore';
import { openInstallation, type TestInstallation } from '../../support/harness';
import { ourNodes } from '../../support/node-types';

const test = async (
	tester: typeof testFirecontrolSignal,
	data: object | undefined,
): Promise<INodeCredentialTestResult> =>
	tester.call({} as never, { id: '1', name: 'x', type: 'x', data } as ICredentialsDecrypted<never>);

describe('the Firecontrol Database credential', () => {
	let home: TestInstallation;
	beforeAll(async () => {
		home = await openInstallation();
	});
	afterAll(async () => home.close());

	it('is tested by opening the database, which stays open for the nodes', async () => {
		const data = home.credentials['firecontrolDatabaseApi'];
		expect(await test(testFirecontrolDatabase, data)).toMatchObject({ status: 'OK' });
		expect(await home.core.members.get('operator')).not.toBeNull();
	});

	it.each([
		['no key', { client: 'sqlite', file: '/tmp/never.sqlite', encryptionKey: '' }, 'encryption key'],
		['no file', { client: 'sqlite', file: ' ', encryptionKey: 'k' }, 'no file'],
		['no address', { client: 'postgres', connectionString: '', encryptionKey: 'k' }, 'no connection string'],
	])('says what is missing: %s', async (_, data, text) => {
		expect(await test(testFirecontrolDatabase, data)).toEqual({
			status: 'Error',
			message: expect.stringContaining(text),
		});
	});

	it('puts a relative file into the .n8n folder of the installation', () => {
		const data = { client: 'sqlite', file: 'firecontrol.sqlite', encryptionKey: 'k' };
		const before = process.env['N8N_USER_FOLDER'];
		try {
			delete process.env['N8N_USER_FOLDER'];
			expect(coreConfig(data).database).toMatchObject({ file: join(homedir(), '.n8n', 'firecontrol.sqlite') });
			process.env['N8N_USER_FOLDER'] = '/data';
			expect(coreConfig(data).database).toMatchObject({ file: '/data/.n8n/firecontrol.sqlite' });
			expect(coreConfig({ ...data, file: '/x/y.sqlite' }).database).toMatchObject({ file: '/x/y.sqlite' });
		} finally {
			if (before === undefined) delete process.env['N8N_USER_FOLDER'];
			else process.env['N8N_USER_FOLDER'] = before;
		}
	});

	it('is refused with SQLite in queue mode', async () => {
		process.env['EXECUTIONS_MODE'] = 'queue';
		try {
			const data = home.credentials['firecontrolDatabaseApi'];
			expect(await test(testFirecontrolDatabase, data)).toEqual({
				status: 'Error',
				message: expect.stringContaining('queue mode'),
			});
		} finally {
			delete process.env['EXECUTIONS_MODE'];
		}
	});
});

describe('the other credentials', () => {
	it('are tested for being usable', async () => {
		const signal = { keyName: 'a', token: 't', scopes: ['submit'], moreKeys: '[]', trustedProxyHops: 0 };
		expect(await test(testFirecontrolSignal, signal)).toMatchObject({ status: 'OK' });
		expect(await test(testFirecontrolSignal, { ...signal, token: '' })).toMatchObject({ status: 'Error' });
		const open = await test(testFirecontrolSignal, { ...signal, cidrs: '10.0.0.0/8, 1.2.3.400/3' });
		expect(open).toMatchObject({ status: 'Error', message: expect.stringContaining('"1.2.3.400/3"') });
		const push = { subject: 'mailto:a@example.org', ...generateVAPIDKeys() };
		expect(await test(testFirecontrolWebPush, push)).toMatchObject({ status: 'OK' });
		expect(await test(testFirecontrolWebPush, { ...push, subject: 'someone' })).toMatchObject({ status: 'Error' });
		expect(await test(testFirecontrolWebPush, undefined)).toMatchObject({ status: 'Error' });
	});
});

describe('the Firecontrol Exchange credential', () => {
	const venue = new FirecontrolExchangeApi().properties.find(({ name }) => name === 'venue');
	const values = (venue?.options ?? []).map((option) => ('value' in option ? option.value : null));

	it('lists every venue of ccxt once, those that can be traded on first', () => {
		const { exchanges } = require('ccxt') as { exchanges: string[] };
		expect([...values].sort()).toEqual([...exchanges].sort());
		expect([...values.slice(0, 6)].sort()).toEqual([
			'binance', 'binanceusdm', 'bybit', 'coinbase', 'kraken', 'okx',
		]);
	});

	it.each([
		['paper, which needs nothing', { venue: 'kraken', mode: 'paper' }, 'OK', 'nobody was asked'],
		['paper at prices of a venue that is not proved', { venue: 'luno', mode: 'paper' }, 'Error', 'Luno'],
		['no key', { venue: 'binance', mode: 'live', apiKey: ' ', secret: 's' }, 'Error', 'apiKey: Enter the key'],
		['no secret', { venue: 'binance', mode: 'live', apiKey: 'k' }, 'Error', 'secret: Enter the secret'],
		['no mode', { venue: 'binance', mode: 'real' }, 'Error', 'paper, sandbox, live'],
		['a venue that is not proved', { venue: 'luno', mode: 'live', apiKey: 'k', secret: 's' }, 'Error', 'Luno'],
		['a sandbox where there is none', { venue: 'kraken', mode: 'sandbox', apiKey: 'k', secret: 's' }, 'Error', 'no sandbox'],
		[
			'an address without encryption far away',
			{ venue: 'binance', mode: 'live', apiKey: 'k', secret: 's', otherAddresses: true, apiUrl: 'http://example.org' },
			'Error',
			'Without encryption',
		],
		[
			'an address that is none',
			{ venue: 'binance', mode: 'live', apiKey: 'k', secret: 's', otherAddresses: true, streamUrl: 'example' },
			'Error',
			'This is no address',
		],
	])('says of %s what to do', async (_, data, status, text) => {
		const result = await test(testFirecontrolExchange, data);
		expect(result).toEqual({ status, message: expect.stringContaining(text) });
	});
});

describe('every credential', () => {
	const types = [
		new FirecontrolDatabaseApi(), new FirecontrolExchangeApi(), new FirecontrolSignalApi(), new FirecontrolWebPushApi(),
	];
	const SECRETS = [
		'connectionString', 'encryptionKey', 'previousEncryptionKey', 'apiKey', 'secret', 'passphrase',
		'token', 'hmacSecret', 'moreKeys', 'privateKey',
	];

	it('hides its secrets and nothing else', () => {
		const hidden = types.flatMap(({ properties }) =>
			properties.filter(({ typeOptions }) => typeOptions?.password === true).map(({ name }) => name),
		);
		expect(hidden.sort()).toEqual([...SECRETS].sort());
	});

	it('is tested by a node that has the test', () => {
		for (const { name } of types) {
			const testers = [...ourNodes().values()].flatMap(({ description, methods }) =>
				(description.credentials ?? [])
					.filter((credential) => credential.name === name)
					.map(({ testedBy }) => methods?.credentialTest?.[String(testedBy)]),
			);
			expect([name, testers.length > 0, testers.every((tester) => typeof tester === 'function')]).toEqual([name, true, true]);
		}
	});
});
