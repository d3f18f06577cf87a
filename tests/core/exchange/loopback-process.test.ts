import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const MAIN = join(__dirname, '..', '..', 'support', 'binance', 'main.cjs');
let child: ChildProcess;
let url = '';

beforeAll(async () => {
	child = spawn(process.execPath, [MAIN, JSON.stringify({ symbols: [{ base: 'BTC', bid: 50_000, ask: 50_001 }] })], {
		stdio: ['pipe', 'pipe', 'inherit'],
		env: { ...process.env, FIRECONTROL_VENUE_STDIN: '1' },
	});
	if (child.stdout === null) throw new Error('no stdout');
	const [line]: string[] = await once(createInterface(child.stdout), 'line');
	({ url } = JSON.parse(line ?? '{}') as { url: string });
});

afterAll(async () => {
	const ended = once(child, 'exit');
	child.stdin?.end();
	expect(await ended).toEqual([0, null]);
});

async function control(name: string, body: object = {}): Promise<any> {
	const answer = await fetch(`${url}/control/${name}`, { method: 'POST', body: JSON.stringify(body) });
	const told = (await answer.json()) as { result?: unknown; error?: string };
	if (told.error !== undefined) throw new Error(told.error);
	return told.result;
}

test('a process of its own, led over HTTP', async () => {
	await control('addKey', { apiKey: 'k', secret: 's', balances: { USDT: 1_000 } });
	await control('placeForeign', {
		apiKey: 'k',
		order: { symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', timeInForce: 'GTC', quantity: '0.01', price: '49000', newClientOrderId: 'fc1' },
	});
	await control('fill', { apiKey: 'k', clientOrderId: 'fc1', quantity: '0.004' });
	await control('setPrice', { symbol: 'BTCUSDT', bid: 48_000, ask: 48_001 });
	expect(await control('account', { apiKey: 'k' })).toMatchObject({
		orders: [{ status: 'FILLED', executedQty: '0.01000000' }],
		trades: [{ qty: '0.00400000' }, { qty: '0.00600000' }],
		orderCounts: { fc1: 1 },
		balances: { USDT: { total: '510.00000000' } },
	});
	await control('plan', { kind: 'status', status: 503, call: 'any' });
	expect((await fetch(`${url}/api/v3/ping`)).status).toBe(503);
	expect((await fetch(`${url}/api/v3/ping`)).status).toBe(200);
	expect(new Set(Object.values(await control('sums')))).toEqual(new Set(['0']));
	await expect(control('nothing')).rejects.toThrow(/no command nothing; there are addKey/);
});
