/** Comparing accounts that have 10,000 open orders in all with their four loopback venues. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { root } from '../../scripts/lib/paths.mjs';
import { rounded } from './fixture.mjs';

const VENUES = 4;
const ORDERS = 10_000;
const ROUNDS = 5;
const server = new URL('../support/binance/main.cjs', import.meta.url).pathname;

async function startVenue() {
	const options = JSON.stringify({ maxOrders: ORDERS, heartbeatMs: 1000 });
	const child = spawn(process.execPath, [server, options], {
		stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, FIRECONTROL_VENUE_STDIN: '1' },
	});
	const [line] = await once(createInterface({ input: child.stdout }), 'line');
	const { url, streamUrl, controlUrl } = JSON.parse(line);
	const command = async (name, body) => {
		const answer = await (await fetch(`${controlUrl}/${name}`, { method: 'POST', body: JSON.stringify(body) })).json();
		if (answer.error !== undefined) throw new Error(`${name}: ${answer.error}`);
		return answer.result;
	};
	await command('setPrice', { symbol: 'BTCUSDT', bid: '59999', ask: '60000' });
	return { url, streamUrl, command, stop: () => child.kill('SIGTERM') };
}

/** An account of its own with its part of the open orders. */
async function connect(core, venue, index) {
	const handle = `reconcile-${index}`;
	const key = { apiKey: `key-${handle}`, secret: `secret-${handle}` };
	await venue.command('addKey', { ...key, balances: { USDT: '1000000' } });
	await core.members.upsert({
		handle, displayName: handle, zone: 'UTC', tier: 'OPERATOR', actor: 'operator:bench',
	});
	const connected = await core.connections.connect({
		member: handle, currency: 'USDT', replaceKey: false, actor: 'operator:bench',
		credential: { venue: 'binance', mode: 'sandbox', ...key, passphrase: null, apiUrl: venue.url, streamUrl: venue.streamUrl },
	});
	if (connected.kind !== 'connected') throw new Error(`${handle}: ${connected.code} ${connected.message}`);
	for (let number = 0; number < ORDERS / VENUES; number++) {
		await venue.command('placeForeign', {
			apiKey: key.apiKey,
			order: {
				symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', timeInForce: 'GTC', quantity: '0.001',
				price: `${40_000 + number}`, newClientOrderId: `bench-${index}-${number}`,
			},
		});
	}
}

const run = async (core) => {
	const started = performance.now();
	const report = await core.reconciliation.run({ accountId: null, actor: 'operator:bench' });
	return { ms: performance.now() - started, report };
};

/** The first comparison adopts all; then they count as our own, and nothing differs. */
async function measure(core) {
	await run(core);
	const first = await run(core);
	const adopted = first.report.accounts.reduce((sum, { adopted: each }) => sum + each.length, 0);
	const { conn } = core.kernel;
	await conn('orders').where({ origin: 'EXTERNAL' }).update({ origin: 'SYSTEM' });
	await conn('issues').whereNull('resolved_at').update({ resolved_at: Date.now() });
	const [{ n }] = await conn('orders').where({ origin: 'SYSTEM', state: 'OPEN' }).count({ n: '*' });
	if (Number(n) !== ORDERS) throw new Error(`${n} orders are open in our books, not ${ORDERS}.`);
	const times = [];
	for (let round = 0; round < ROUNDS; round++) {
		const { ms, report } = await run(core);
		if (!report.allClear) throw new Error(`Not all clear: ${JSON.stringify(report).slice(0, 500)}`);
		times.push(ms);
	}
	return { adopted, ms: times.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)] };
}

/** @returns {Promise<Record<string, number>>} the named figures */
export async function benchReconcile(print, core = join(root, 'dist', 'core', 'index.js')) {
	const { openCore } = createRequire(import.meta.url)(core);
	const folder = mkdtempSync(join(tmpdir(), 'firecontrol-bench-'));
	const venues = [];
	const opened = await openCore({
		database: { client: 'sqlite', file: join(folder, 'bench.sqlite') },
		encryptionKey: 'bench-bench-bench-bench-bench-32',
	});
	try {
		for (let index = 0; index < VENUES; index++) venues.push(await startVenue());
		await Promise.all(venues.map((venue, index) => connect(opened, venue, index)));
		const { ms } = await measure(opened);
		print(`reconcile_10k_ms: ${rounded(ms, 0)} to compare ${ORDERS} open orders, fills, positions and cash with ${VENUES} venues (median of ${ROUNDS})`);
		return { reconcile_10k_ms: rounded(ms, 0) };
	} finally {
		await opened.close();
		for (const venue of venues) venue.stop();
		rmSync(folder, { recursive: true, force: true });
	}
}
