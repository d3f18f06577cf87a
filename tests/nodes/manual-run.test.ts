/** "Execute step" in the editor against an account at a venue: nothing is sent unless that is allowed. */
import type { IDataObject } from 'n8n-workflow';
import { isRefused } from '../../core';
import { startBinance, type BinanceServer } from '../support/binance';
import { node, openInstallation, runNode, until, type TestInstallation } from '../support/harness';
import { storeSignal } from './fixtures';

const KEY = { apiKey: 'manual-run-key-0123456789', secret: 'manual-run-secret-987654321' };

let home: TestInstallation;
let server: BinanceServer;
let accountId = '';
beforeAll(async () => {
	server = await startBinance();
	server.addKey({ ...KEY, balances: { USDT: 10_000 } });
	home = await openInstallation();
	const { core } = home;
	await core.members.upsert({ handle: 'by-hand', tier: 'OPERATOR', fireMode: 'MANUAL', actor: 'operator' });
	const connected = await core.connections.connect({
		member: 'by-hand', currency: 'USDT', prices: 'venue', replaceKey: false, actor: 'operator',
		credential: {
			venue: 'binance', mode: 'sandbox', ...KEY, passphrase: null,
			apiUrl: server.url, streamUrl: server.streamUrl,
		},
	});
	if (isRefused(connected)) throw new Error(connected.message);
	accountId = connected.account.id;
	await until(async () => {
		await core.engine.tick();
		return (await core.safety.open()).length === 0;
	}, 20_000);
}, 30_000);
afterAll(async () => {
	await home.close();
	await server.close();
});

type How = 'by hand' | 'by hand, allowed' | 'by itself';

/** Items of all outputs of one node. */
async function run(type: string, parameters: IDataObject, item: IDataObject, how: How): Promise<IDataObject[]> {
	const options = { allowLive: how === 'by hand, allowed' };
	const result = await runNode(node(type, { ...parameters, options }), {
		items: [item],
		credentials: home.credentials,
		mode: how === 'by itself' ? 'trigger' : 'manual',
	});
	expect(result.error).toBeNull();
	return [0, 1, 2, 3].flatMap((output) => result.output(type, output).map(({ json }) => json));
}

const signal = async (id: string): Promise<IDataObject> => ({
	signal_id: await storeSignal(home.core, {
		id, symbol: 'BTC/USDT', side: 'buy', class: 'SNIPER_OPS', confidence: 95,
		stop_loss: '58000', take_profit: [{ price: '66000' }], members: ['by-hand'],
	}),
	account_id: accountId,
});
const sent = (): number => server.requests()['POST order'] ?? 0;

it('sends nothing from a run by hand, at any step of the way', async () => {
	server.setPrice('BTCUSDT', '60000', '60000.01');
	const [rejected] = await run('riskGate', {}, await signal('one'), 'by hand');
	expect(rejected).toMatchObject({ decision: 'BLOCK', code: 'MANUAL_RUN_LIVE' });

	const [verdict = {}] = await run('riskGate', {}, await signal('two'), 'by itself');
	expect(verdict).toMatchObject({ account_id: accountId });
	expect(verdict['decision']).not.toBe('BLOCK');
	const route = { operation: 'route' };
	expect(await run('fireModeRouter', route, verdict, 'by hand')).toMatchObject([{ code: 'MANUAL_RUN_LIVE' }]);
	const [held = {}] = await run('fireModeRouter', route, verdict, 'by itself');
	expect(held).toMatchObject({ state: 'HELD' });
	const fire = { operation: 'fire' };
	expect(await run('fireModeRouter', fire, held, 'by hand')).toMatchObject([{ code: 'MANUAL_RUN_LIVE' }]);
	expect(sent()).toBe(0);

	const [fired = {}] = await run('fireModeRouter', fire, held, 'by hand, allowed');
	expect(fired).toMatchObject({ order: { state: 'FILLED' } });
	const before = sent();
	expect(before).toBeGreaterThan(0);
	const close = { resource: 'position', operation: 'close', symbol: 'BTC/USDT' };
	expect(await run('orderTracker', close, { account_id: accountId }, 'by hand')).toMatchObject([
		{ code: 'MANUAL_RUN_LIVE' },
	]);
	const cancel = { resource: 'order', operation: 'cancel', orderId: '' };
	expect(await run('orderTracker', cancel, { order_id: fired['order_id'] ?? '' }, 'by hand')).toMatchObject([
		{ code: 'MANUAL_RUN_LIVE' },
	]);
	expect(sent()).toBe(before);
	const [closed] = await run('orderTracker', close, { account_id: accountId }, 'by hand, allowed');
	expect(closed).toMatchObject({ state: 'FILLED', side: 'sell' });
}, 30_000);
