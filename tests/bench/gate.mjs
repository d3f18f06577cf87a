/** The gate alone, stored verdicts included, on a database with 10,000 members who have trades open. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { root } from '../../scripts/lib/paths.mjs';
import { makeMembers, openingAlert, percentile, rounded } from './fixture.mjs';

const MEMBERS = Number(process.env.FIRECONTROL_BENCH_MEMBERS ?? 10_000);
const GATES = Math.min(3_000, MEMBERS);
/** Facts of the engine are made fresh after so many, outside of the measured time. */
const SLICE = 500;
const INTAKE = 'firecontrol/signal';
const KEYS = Array.from({ length: 100 }, (_, index) => ({
	name: `gate-${index}`, token: `gate-token-${index}`, hmacSecret: null,
	scopes: ['submit', 'read', 'fire'], cidrs: [], trustedProxyHops: 0,
}));

let calls = 0;
async function store(core, alerts) {
	const { status, stored } = await core.signals.receive({
		method: 'POST', path: `/webhook/${INTAKE}`, query: {}, remoteAddress: '127.0.0.1',
		headers: { authorization: `Bearer gate-token-${calls++ % KEYS.length}` },
		rawBody: Buffer.from(JSON.stringify({ signals: alerts })),
	}, KEYS, INTAKE);
	if (status >= 300) throw new Error(`The intake answered ${status}.`);
	return stored;
}

const terms = { manualRun: false, allowLive: false, actor: 'bench' };

/** Two trades of one member, opened as every trade is. */
async function openModel(core, market) {
	await makeMembers(core, 1, 'gate-model');
	await core.engine.tick();
	for (const round of [0, 3]) {
		const [signalId] = await store(core, [openingAlert(market, 'gate-model-0', round, 0)]);
		const { accounts: [{ accountId }] } = await core.signals.fanOut(signalId);
		const verdict = await core.risk.judge({ signalId, accountId, ...terms });
		const routed = await core.firemodes.route(verdict.id, 'bench');
		if (routed.outcome !== 'fire') throw new Error(`The model's trade was not fired: ${verdict.code}.`);
		await core.firemodes.place(routed.ticket.id, 'bench');
	}
	const { id } = (await core.members.get('gate-model-0')).accounts[0];
	// The second entry waits its second in the account's row of entries.
	for (let tries = 0; tries < 50; tries++) {
		const open = await core.kernel.conn('trades').where({ account_id: id, state: 'OPEN' });
		if (open.length === 2) return id;
		await sleep(200);
		await core.engine.tick();
	}
	throw new Error('The model has no two open trades.');
}

/** Tables of an open trade, and the columns that tell one trade's rows from another's. */
const COPIED = {
	trades: ['id', 'signal_id', 'ticket_id'],
	orders: ['id', 'client_order_id', 'venue_order_id', 'signal_id', 'ticket_id', 'trade_id'],
	positions: ['trade_id'],
};

/** Gives every account the trades of the model, and its money. */
async function copyTrades({ conn }, modelId) {
	for (const [table, own] of Object.entries(COPIED)) {
		const columns = (await conn.raw(`pragma table_info(${table})`)).map(({ name }) => name);
		const values = columns.map((name) => {
			if (name === 'account_id') return 'a.id';
			if (name === 'member_id') return 'a.member_id';
			return own.includes(name) ? `m.${name} || '.' || a.rowid` : `m.${name}`;
		});
		await conn.raw(
			`insert into ${table} (${columns.join(', ')}) select ${values.join(', ')}
			from ${table} m cross join accounts a where m.account_id = ? and a.id <> ?`,
			[modelId, modelId],
		);
	}
	const model = await conn('accounts').where({ id: modelId }).first();
	const { cash, equity, day_start_equity, realised_today, realised_net } = model;
	await conn('accounts').update({ cash, equity, day_start_equity, realised_today, realised_net });
}

/** What the engine does every second: here by hand, so that it is not measured. */
async function refresh({ conn }) {
	const now = Date.now();
	await conn('accounts').update({ equity_at: now });
	await conn('heartbeats').where({ name: 'engine' }).update({ at: now });
}

async function judgeAll(core, market, handles) {
	const times = [];
	let approved = 0;
	for (let from = 0; from < handles.length; from += SLICE) {
		const wanted = [];
		const slice = handles.slice(from, from + SLICE);
		for (let index = 0; index < slice.length; index += 100) {
			const alerts = slice.slice(index, index + 100).map((handle) => openingAlert(market, handle, 5, 0));
			wanted.push(...await store(core, alerts));
		}
		const subjects = [];
		for (const signalId of wanted) {
			const { accounts: [{ accountId }] } = await core.signals.fanOut(signalId);
			subjects.push({ signalId, accountId, ...terms });
		}
		await refresh(core.kernel);
		for (const subject of subjects) {
			const started = performance.now();
			const { decision } = await core.risk.judge(subject);
			times.push(performance.now() - started);
			if (decision !== 'BLOCK') approved++;
		}
	}
	return { times, approved };
}

/** @returns {Promise<Record<string, number>>} the named figures */
export async function benchGate(print) {
	const require = createRequire(import.meta.url);
	const { openCore } = require(join(root, 'dist', 'core', 'index.js'));
	const { demoQuote, DEMO_SEED, DEMO_MARKETS } = require(join(root, 'dist', 'core', 'exchange', 'index.js'));
	const market = {
		quote: (symbol, at) => ({ ask: Number(demoQuote(DEMO_SEED, symbol, at).ask) }),
		symbols: DEMO_MARKETS.map(({ symbol }) => symbol),
	};
	const folder = mkdtempSync(join(tmpdir(), 'firecontrol-bench-'));
	const core = await openCore({
		database: { client: 'sqlite', file: join(folder, 'gate.sqlite') },
		encryptionKey: 'bench-bench-bench-bench-bench-32',
	});
	try {
		const modelId = await openModel(core, market);
		const handles = await makeMembers(core, MEMBERS, 'gate');
		await copyTrades(core.kernel, modelId);
		await judgeAll(core, market, handles.splice(0, Math.min(200, MEMBERS / 10)));
		const { times, approved } = await judgeAll(core, market, handles.slice(0, GATES));
		const seconds = times.reduce((sum, time) => sum + time, 0) / 1000;
		const figures = {
			gate_p95_ms: rounded(percentile(times, 0.95)),
			gates_per_s_10k_members: rounded(times.length / seconds, 1),
		};
		print(`gate_p95_ms: ${figures.gate_p95_ms} (median ${rounded(percentile(times, 0.5))} ms; ${times.length} verdicts stored, ${rounded((approved / times.length) * 100, 1)} % approved)`);
		print(`gates_per_s_10k_members: ${figures.gates_per_s_10k_members} (one after the other; ${MEMBERS} members with two open trades each)`);
		return figures;
	} finally {
		await core.close();
		rmSync(folder, { recursive: true, force: true });
	}
}
