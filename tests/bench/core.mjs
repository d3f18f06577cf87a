/** Signals per second through the core without n8n: SQLite file, durable, gated, paper-filled. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../../scripts/lib/paths.mjs';
import { closeAll, countOrders, makeMembers, openingAlert, rounded } from './fixture.mjs';
import { addOldOrders, growthRatio } from './growth.mjs';

const MEMBERS = 300;
const ROUNDS = 3;
const OLD_ORDERS = 1_000_000;
/** Several keys, as several senders have: each may send 50 signals a second. */
const KEYS = Array.from({ length: 40 }, (_, index) => ({
	name: `bench-${index}`, token: `bench-token-${index}`, hmacSecret: null,
	scopes: ['submit', 'read', 'fire'], cidrs: [], trustedProxyHops: 0,
}));
const INTAKE = 'firecontrol/signal';

let calls = 0;
const request = (body) => ({
	method: 'POST', path: `/webhook/${INTAKE}`, query: {}, remoteAddress: '127.0.0.1',
	headers: { authorization: `Bearer bench-token-${calls++ % KEYS.length}`, 'content-type': 'application/json' },
	rawBody: Buffer.from(JSON.stringify(body)),
});

async function pass(core, signal) {
	const { accounts } = await core.signals.fanOut(signal.id);
	for (const { accountId } of accounts) {
		const verdict = await core.risk.judge({ signalId: signal.id, accountId, manualRun: false, allowLive: false, actor: 'bench' });
		const routed = await core.firemodes.route({ signalId: signal.id, accountId });
		if (routed.outcome === 'fire') await core.firemodes.place(routed.ticket.id, 'bench');
		if (verdict.decision === 'BLOCK') core.blocked = (core.blocked ?? 0) + 1;
	}
	await core.signals.settle([signal.id], 'succeeded');
}

async function handle(core, body) {
	const { status, body: answer } = await core.signals.receive(request(body), KEYS, INTAKE);
	if (status >= 300) throw new Error(`The intake answered ${status}: ${JSON.stringify(answer)}`);
	for (const signal of await core.signals.lease(INTAKE, 100)) await pass(core, signal);
}

async function timed(core, market, handles, round, size) {
	await core.engine.tick();
	const since = Date.now();
	const started = performance.now();
	const alerts = handles.map((name, index) => openingAlert(market, name, round, index));
	for (let index = 0; index < alerts.length; index += size) {
		const slice = alerts.slice(index, index + size);
		await handle(core, size === 1 ? slice[0] : { signals: slice });
		if (index % 100 === 0) await core.engine.tick();
	}
	const seconds = (performance.now() - started) / 1000;
	const { filled } = await countOrders(core, since);
	await closeAll(core);
	return { rate: handles.length / seconds, share: filled / handles.length };
}

/** Median of three rounds of one signal each; every round has members of its own, without a past. */
async function median(core, market, prefix, size) {
	const runs = [];
	for (let round = 0; round < ROUNDS; round++) {
		const handles = await makeMembers(core, MEMBERS, `${prefix}-${round}`);
		runs.push(await timed(core, market, handles, round, size));
	}
	return runs.sort((a, b) => b.rate - a.rate)[Math.floor(runs.length / 2)];
}

/** @returns {Promise<Record<string, number>>} the named figures */
export async function benchCore(print) {
	const require = createRequire(import.meta.url);
	const { openCore } = require(join(root, 'dist', 'core', 'index.js'));
	const { demoQuote, DEMO_SEED, DEMO_MARKETS } = require(join(root, 'dist', 'core', 'exchange', 'index.js'));
	const market = {
		quote: (symbol, at) => ({ ask: Number(demoQuote(DEMO_SEED, symbol, at).ask) }),
		symbols: DEMO_MARKETS.map(({ symbol }) => symbol),
	};
	const folder = mkdtempSync(join(tmpdir(), 'firecontrol-bench-'));
	const core = await openCore({
		database: { client: 'sqlite', file: join(folder, 'bench.sqlite') },
		encryptionKey: 'bench-bench-bench-bench-bench-32',
	});
	const figures = {};
	try {
		for (const [name, size] of [['core_signals_per_s', 1], ['core_signals_per_s_batch', 100]]) {
			const middle = await median(core, market, name.replaceAll('_', '-'), size);
			figures[name] = rounded(middle.rate);
			print(`${name}: ${figures[name]} (median of ${ROUNDS}; ${rounded(middle.share * 100, 1)} % became filled orders)`);
		}
		const empty = await median(core, market, 'few', 1);
		const orders = await addOldOrders(core, OLD_ORDERS);
		const full = await median(core, market, 'many', 1);
		figures.core_growth_ratio = growthRatio(empty.rate, full.rate);
		print(`core_growth_ratio: ${figures.core_growth_ratio} (${rounded(empty.rate)}/s with few orders, ${rounded(full.rate)}/s with ${orders}; ${rounded(full.share * 100, 1)} % became filled orders)`);
	} finally {
		await core.close();
		rmSync(folder, { recursive: true, force: true });
	}
	return figures;
}
