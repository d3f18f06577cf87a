/** An account at a venue in a real n8n: its key goes in by a credential and comes out nowhere. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { startBinance, type BinanceServer } from '../support/binance';
import { e2e, sharedInstance, type Followed, type FollowedAccount, type Instance } from '../support/e2e';
import { openEditor, type ChainNode, type Editor } from '../support/editor';

jest.setTimeout(180_000);

const KEY = { apiKey: 'e2e-desk-key-0123456789abcdef', secret: 'e2e-desk-secret-fedcba9876543210' };
const HANDLE = 'live-desk';
const { follow, post, until } = e2e;

let instance: Instance;
let server: BinanceServer;
let editor: Editor;
beforeAll(async () => {
	server = await startBinance();
	server.addKey({ ...KEY, balances: { USDT: 10_000 } });
	server.setPrice('BTCUSDT', '60000', '60000.01');
	server.setPrice('ETHUSDT', '3000', '3000.01');
	instance = await sharedInstance();
	editor = await openEditor(instance.demo, instance.installation);
	await instance.core['members'].upsert({
		handle: HANDLE, tier: 'OPERATOR', fireMode: 'FULL_AUTO', autoSlots: 3, zone: 'UTC', actor: 'operator:e2e',
	});
});
afterAll(async () => {
	await instance.end();
	await server.close();
});

const exchange = (changes: object = {}): object => ({
	venue: 'binance', mode: 'sandbox', ...KEY, passphrase: '',
	otherAddresses: true, apiUrl: server.url, streamUrl: server.streamUrl, ...changes,
});

async function ours(
	type: 'members' | 'orderTracker',
	parameters: object,
	exchangeId?: string,
): Promise<ChainNode> {
	const database = await editor.credentialOf('firecontrolDatabaseApi');
	const credentials = [
		database,
		...(exchangeId === undefined ? [] : [{ id: exchangeId, type: 'firecontrolExchangeApi' }]),
	];
	return { name: type, type: `n8n-nodes-firecontrol.${type}`, parameters, credentials };
}

const member = { __rl: true, mode: 'id', value: HANDLE };

async function accountOf(signalId: string | undefined, ready: (account: FollowedAccount) => boolean): Promise<FollowedAccount> {
	return until(
		async () => {
			const followed: Followed | null = await follow(instance, signalId ?? '');
			return followed?.accounts.find(ready);
		},
		{ what: `the order of ${signalId}`, timeoutMs: 40_000, everyMs: 500 },
	);
}

function filesBelow(folder: string): string[] {
	return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
		const path = join(folder, entry.name);
		if (entry.name === 'node_modules') return [];
		return entry.isDirectory() ? filesBelow(path) : [path];
	});
}

describe('a live desk', () => {
	it('is told by n8n whether the exchange credential is good', async () => {
		const test = async (changes: object) => editor.testCredential('firecontrolExchangeApi', exchange(changes));
		expect(await test({})).toMatchObject({ status: 'OK', message: expect.stringContaining('binance') });
		expect(await test({ secret: 'wrong' })).toMatchObject({ status: 'Error' });
		expect(await test({ venue: 'kraken' })).toMatchObject({
			status: 'Error', message: expect.stringContaining('no sandbox'),
		});
	});

	it('connects the account, trades at the venue, protects the trade there and closes it', async () => {
		const { id } = await editor.makeCredential('firecontrolExchangeApi', 'Binance sandbox', exchange());
		const connect = {
			resource: 'account', operation: 'connect', member, label: 'desk', currency: 'USDT', options: {},
		};
		const [connected] = await editor.runChain([await ours('members', connect, id)]);
		expect(connected).toMatchObject({ kind: 'sandbox', label: 'desk', cash: '10000', created: true });

		// A new account is paused until the engine has compared it with its venue.
		const isPaused = async (): Promise<boolean> =>
			(await instance.core['safety'].open()).some(({ scopeId }: { scopeId: unknown }) => scopeId === connected?.['account_id']);
		await until(async () => !(await isPaused()), { what: 'the end of the pause', timeoutMs: 30_000 });
		const { answer } = await post(instance.demo.signalUrl, instance.demo.token, {
			source: 'e2e', symbol: 'BTC/USDT', side: 'buy', class: 'SNIPER_OPS', confidence: 95,
			stop_loss: 58000, take_profit: 66000, members: [HANDLE],
		});
		const { verdict } = await accountOf(answer.signal_id, (found) => found.verdict !== null);
		expect(verdict?.checks.filter(({ result }) => result === 'block')).toEqual([]);
		const filled = await accountOf(answer.signal_id, ({ orders }) => orders.some(({ leg, state }) => leg === 'entry' && state === 'FILLED'));
		expect(filled.orders.find(({ leg }) => leg === 'entry')?.fills.length).toBeGreaterThan(0);

		const stop = await until(
			() => server.account(KEY.apiKey).openOrders.find(({ side, type }) => side === 'SELL' && type === 'STOP_LOSS'),
			{ what: 'the stop at the venue', timeoutMs: 20_000, everyMs: 200 },
		);
		expect(stop).toMatchObject({ stopPrice: '58000.00000000' });
		expect(Number(server.account(KEY.apiKey).balances['BTC']?.total)).toBeGreaterThan(0.01);

		// It ends in profit: after a loss nobody may open for some minutes.
		server.setPrice('BTCUSDT', 61_500, 61_500.01);
		const closing = await post(instance.demo.signalUrl, instance.demo.token, {
			source: 'e2e', symbol: 'BTC/USDT', action: 'close', members: [HANDLE],
		});
		await accountOf(closing.answer.signal_id, ({ orders }) => orders.some(({ leg }) => leg === 'close'));
		// An exit that this machine was too busy to send in time is sent again by the engine, under its own name.
		await until(() => server.account(KEY.apiKey).openOrders.length === 0 && Number(server.account(KEY.apiKey).balances['BTC']?.total) < 0.00001, {
			what: 'the end of the trade at the venue', timeoutMs: 60_000, everyMs: 200,
		});
		const { balances, orderCounts } = server.account(KEY.apiKey);
		// Only what is less than a step is left: the venue took its fee in BTC.
		expect(Number(balances['BTC']?.total)).toBeLessThan(0.00001);
		expect(Object.values(orderCounts).every((count) => count === 1)).toBe(true);
	});

	it('compares accounts with their venues through nodes', async () => {
		const compare = { resource: 'account', operation: 'reconcile', accountFilter: '', options: {} };
		const [report] = await editor.runChain([await ours('orderTracker', compare)]);
		const accounts = report?.['accounts'] as { venue: string; all_clear: boolean }[];
		const venue = `binance.sandbox@127.0.0.1:${server.port}`;
		expect(accounts.find((account) => account.venue === venue)).toMatchObject({ all_clear: true, issues: 0, skipped: 0 });
	});

	it('shows through nodes what the venue can do', async () => {
		const ask = { resource: 'account', operation: 'venueCapabilities', venue: 'binance' };
		const items = await editor.runChain([await ours('orderTracker', ask)]);
		expect(items).toMatchObject([{ venue: 'binance', client_id_lookup: true, stop_locks_balance: true }]);
	});

	it('goes on trading when the encryption key is changed, without a restart', async () => {
		const database = await editor.credentialOf('firecontrolDatabaseApi');
		const { databaseFile: file, encryptionKey: former } = instance.installation;
		const change = async (encryptionKey: string, previousEncryptionKey: string) =>
			editor.saveCredential(database, { client: 'sqlite', file, encryptionKey, previousEncryptionKey });
		try {
			expect(await change('another-key-of-this-test', former)).toMatchObject({
				status: 'OK', message: expect.stringContaining('new encryption key'),
			});
			// By now every process has asked for the keys anew, with which it trades.
			await e2e.sleep(6_000);
			const { answer } = await post(instance.demo.signalUrl, instance.demo.token, {
				id: 'after-the-change', source: 'e2e', symbol: 'ETH/USDT', side: 'buy', class: 'SNIPER_OPS',
				confidence: 95, stop_loss: 2900, take_profit: 3400, members: [HANDLE],
			});
			await accountOf(answer.signal_id, ({ orders }) => orders.some(({ state }) => state === 'FILLED'));
			await until(
				() => server.account(KEY.apiKey).openOrders.find(({ symbol, side }) => symbol === 'ETHUSDT' && side === 'SELL'),
				{ what: 'the stop at the venue', timeoutMs: 20_000, everyMs: 200 },
			);
		} finally {
			// The other suites of this n8n know the former key.
			expect(await change(former, 'another-key-of-this-test')).toMatchObject({ status: 'OK' });
		}
		expect(await change(former, '')).toMatchObject({ status: 'OK', message: expect.not.stringContaining('new') });
	});

	it('has written the secret nowhere', () => {
		const seen: string[] = [];
		for (const path of filesBelow(instance.userFolder)) {
			if (statSync(path).size > 200_000_000) continue;
			const bytes = readFileSync(path);
			seen.push(path);
			const leaked = [KEY.apiKey, KEY.secret].filter((secret) => bytes.includes(secret));
			expect({ path, leaked }).toEqual({ path, leaked: [] });
		}
		expect(seen.some((path) => path.endsWith('database.sqlite'))).toBe(true);
	});
});
