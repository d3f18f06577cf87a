import type { IDataObject } from 'n8n-workflow';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { searchAccounts } from '../../nodes/shared/listSearch';
import { startBinance, type BinanceServer } from '../support/binance';
import { node, openInstallation, runNode, type TestInstallation, type TestRun } from '../support/harness';
import { makeMember } from './fixtures';

const KEY = { apiKey: 'node-test-key-0123456789', secret: 'node-test-secret-9876543210' };
const SECRETS = [KEY.apiKey, KEY.secret];

let home: TestInstallation;
let server: BinanceServer;
beforeAll(async () => {
	home = await openInstallation();
	server = await startBinance();
	server.addKey({ ...KEY, balances: { USDT: 5000 } });
	server.addKey({ apiKey: 'withdraw-key', secret: 'withdraw-secret', canWithdraw: true });
	await makeMember(home.core, 'desk');
});
afterAll(async () => {
	await home.close();
	await server.close();
});

const exchange = (changes: IDataObject = {}): IDataObject => ({
	venue: 'binance',
	mode: 'live',
	...KEY,
	passphrase: '',
	otherAddresses: true,
	apiUrl: server.url,
	streamUrl: server.streamUrl,
	...changes,
});

async function run(
	parameters: IDataObject,
	item: IDataObject = {},
	credential: IDataObject = exchange(),
): Promise<TestRun> {
	const credentials = { ...home.credentials, firecontrolExchangeApi: credential };
	return runNode(node('members', { resource: 'account', ...parameters }), { items: [item], credentials });
}

const CONNECT = {
	operation: 'connect',
	member: { __rl: true, mode: 'id', value: 'desk' },
	label: 'binance',
	currency: 'usdt',
	options: {},
};
const first = (result: TestRun): IDataObject => {
	if (result.error !== null) throw new Error(result.error);
	return result.output('members')[0]?.json ?? {};
};

describe('Members: accounts at venues', () => {
	it('connects, enables, disables and disconnects an account, and shows no secret anywhere', async () => {
		const connected = await run(CONNECT);
		const item = first(connected);
		expect(item).toMatchObject({
			label: 'binance', kind: 'live', currency: 'USDT', cash: '5000', created: true, key_replaced: false,
			can_trade: true, can_withdraw: false, live_enabled: false, live_enabled_by: null,
		});
		const again = await run(CONNECT);
		expect(first(again)).toMatchObject({ account_id: item['account_id'], created: false });

		const account = { __rl: true, mode: 'list', value: item['account_id'] };
		const enabled = await run({ operation: 'enableLive', account, phrase: 'TRADE REAL MONEY' });
		expect(first(enabled)).toMatchObject({ live_enabled: true, live_enabled_by: 'node:Test/members' });
		// Empty takes the account of the item.
		const fromItem = { operation: 'disableLive', account: { __rl: true, mode: 'list', value: '' } };
		expect(first(await run(fromItem, { account_id: item['account_id'] }))).toMatchObject({ live_enabled: false });
		const gone = await run({ operation: 'disconnect', account });
		expect(first(gone)).toMatchObject({ status: 'inactive' });
		await run(CONNECT);

		const shown = JSON.stringify([connected, again, enabled, gone].map(({ run: { data } }) => data));
		expect(shown).toContain(String(item['account_id']));
		for (const secret of SECRETS) expect(shown).not.toContain(secret);
		const folder = dirname(String(home.credentials['firecontrolDatabaseApi']?.['file']));
		for (const file of readdirSync(folder)) {
			const bytes = readFileSync(join(folder, file));
			expect([file, SECRETS.filter((secret) => bytes.includes(secret))]).toEqual([file, []]);
		}
	});

	it('refuses with words that say what to do, and without the secret in them', async () => {
		const wrong = await run({ operation: 'enableLive', account: { __rl: true, mode: 'id', value: '' }, phrase: 'x' });
		expect(wrong.error).toBe('"Account" is empty, and the item brings no account_id.');
		const none = await run({ operation: 'disableLive', account: { __rl: true, mode: 'id', value: 'abc' } });
		expect(none.error).toBe('"Account": "abc" is not an account id.');
		const [account] = await home.core.members.accounts('desk');
		const paper = { __rl: true, mode: 'id', value: account?.id };
		expect((await run({ operation: 'enableLive', account: paper, phrase: 'TRADE REAL MONEY' })).error).toContain(
			'Only live accounts have a live switch',
		);
		const withdraw = await run(CONNECT, {}, exchange({ apiKey: 'withdraw-key', secret: 'withdraw-secret' }));
		expect(withdraw.error).toContain('may withdraw');
		const unknown = await run(CONNECT, {}, exchange({ apiKey: 'never-seen-key', secret: 'never-seen-secret' }));
		expect(unknown.error).not.toBeNull();
		expect(JSON.stringify(unknown.run)).not.toContain('never-seen-secret');
		const incomplete = await run(CONNECT, {}, exchange({ secret: '' }));
		expect(incomplete.error).toContain('secret: Enter the secret');
	});

	it('does not use addresses whose switch is off', async () => {
		const credential = exchange({ otherAddresses: false, venue: 'luno' });
		expect((await run(CONNECT, {}, credential)).error).toContain('Luno');
		const hidden = exchange({ otherAddresses: false, apiUrl: 'no address at all', mode: 'paper' });
		expect((await run({ ...CONNECT, label: 'practice' }, {}, hidden)).error).toBeNull();
	});

	it('makes a paper account from a paper credential', async () => {
		const credential = exchange({ mode: 'paper', apiKey: '', secret: '' });
		const made = await run({ ...CONNECT, label: 'on paper', options: { startBalance: '750', prices: 'demo' } }, {}, credential);
		expect(first(made)).toMatchObject({ kind: 'paper', venue: 'paper', cash: '750', markets: null, can_trade: null });
	});

	it('lists accounts of all members for the editor', async () => {
		const ctx = {
			logger: { info: () => {}, warn: () => {}, error: () => {} },
			getCredentials: async () => home.credentials['firecontrolDatabaseApi'],
			getNode: () => node('members'),
		};
		const { results } = await searchAccounts.call(ctx as never, 'DESK: ');
		expect(results.map(({ name }) => name)).toEqual(
			expect.arrayContaining([
				'desk: paper (paper, paper)',
				`desk: binance (live, binance@127.0.0.1:${server.port})`,
			]),
		);
		expect((await searchAccounts.call(ctx as never, 'operator')).results).toHaveLength(1);
	});
});
