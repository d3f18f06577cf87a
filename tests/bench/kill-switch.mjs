/** One stop over 100 positions and 50 resting entries of 50 accounts, 20 of them at two loopback venues. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { root } from '../../scripts/lib/paths.mjs';
import { rounded } from './fixture.mjs';
import { startVenue } from './loopback-venue.mjs';

const PAPER_ACCOUNTS = 30;
const VENUES = 2;
const ACCOUNTS_PER_VENUE = 10;
const ACCOUNTS = PAPER_ACCOUNTS + VENUES * ACCOUNTS_PER_VENUE;
const POSITIONS = 100;
const ENTRIES = 50;
const MARKETS = [
	{ id: 'BTCUSDT', symbol: 'BTC/USDT', bid: '59999', ask: '60000' },
	{ id: 'ETHUSDT', symbol: 'ETH/USDT', bid: '2999.9', ask: '3000' },
	{ id: 'SOLUSDT', symbol: 'SOL/USDT', bid: '149.9', ask: '150' },
];
const KEYS = Array.from({ length: 20 }, (_, index) => ({
	name: `kill-${index}`, token: `kill-token-${index}`, hmacSecret: null, scopes: ['submit'], cidrs: [], trustedProxyHops: 0,
}));

async function makeAccounts(core, venues) {
	const handles = [];
	for (let index = 0; index < ACCOUNTS; index++) {
		const handle = `kill-${index}`;
		const live = index >= PAPER_ACCOUNTS;
		const paperAccount = { balance: '10000', currency: 'USDT', zone: 'UTC' };
		await core.members.upsert({
			handle, displayName: handle, zone: 'UTC', tier: 'OPERATOR', fireMode: 'FULL_AUTO', autoSlots: 3,
			...(live ? {} : { paperAccount }), actor: 'operator:bench',
		});
		handles.push(handle);
		if (!live) continue;
		const venue = venues[index % VENUES];
		const key = { apiKey: `key-${handle}`, secret: `secret-${handle}` };
		await venue.command('addKey', { ...key, balances: { USDT: '10000' } });
		const connected = await core.connections.connect({
			member: handle, currency: 'USDT', replaceKey: false, actor: 'operator:bench',
			credential: { venue: 'binance', mode: 'sandbox', ...key, passphrase: null, apiUrl: venue.url, streamUrl: venue.streamUrl },
		});
		if (connected.kind !== 'connected') throw new Error(`${handle}: ${connected.code} ${connected.message}`);
	}
	return handles;
}

/** What an alert asks for in a round: two positions, then an entry that rests three percent below. */
async function alertOf(core, handle, round) {
	const { symbol } = MARKETS[round];
	const { accounts: [account] } = await core.members.get(handle);
	const { ask } = await core.exchanges.quotes.quote(account.venue, symbol);
	const entry = Number((Number(ask) * (round === 2 ? 0.97 : 1)).toPrecision(5));
	return {
		id: `${handle}-${round}`, source: `bench-${round}`, symbol, side: 'buy', class: 'SNIPER_OPS', confidence: 95,
		...(round === 2 ? { order_type: 'limit', entry } : {}),
		stop_loss: Number((entry * 0.95).toPrecision(5)), take_profit: Number((entry * 1.15).toPrecision(5)), members: [handle],
	};
}

async function invest(core, handles) {
	for (const [round] of MARKETS.entries()) {
		for (const [index, handle] of handles.entries()) {
			const rawBody = Buffer.from(JSON.stringify(await alertOf(core, handle, round)));
			const { stored } = await core.signals.receive({
				method: 'POST', path: '/webhook/firecontrol/signal', query: {}, remoteAddress: '127.0.0.1', rawBody,
				headers: { authorization: `Bearer kill-token-${index % KEYS.length}` },
			}, KEYS, 'bench');
			const { accounts: [{ accountId }] } = await core.signals.fanOut(stored[0]);
			const verdict = await core.risk.judge({ signalId: stored[0], accountId, manualRun: false, allowLive: false, actor: 'bench' });
			const { outcome, ticket } = await core.firemodes.route(verdict.id, 'bench');
			if (outcome !== 'fire') throw new Error(`${handle}, ${MARKETS[round].symbol}: ${outcome} ${verdict.checks.filter(({ result }) => result === 'block').map(({ code }) => code)}`);
			await core.firemodes.place(ticket.id, 'bench');
			// Entries of one venue go out ten a second.
			if (index % 10 === 9) await sleep(1_000);
		}
		await sleep(4_000);
	}
}

/** New accounts at a venue are paused until they have been compared with it. */
async function settled(core) {
	for (let second = 0; second < 180; second++) {
		await sleep(1_000);
		if (second >= 3 && (await core.safety.open()).length === 0) return;
	}
	throw new Error(`Still stopped: ${(await core.safety.open()).map(({ cause, reason }) => `${cause} ${reason}`)}`);
}

async function measure(core) {
	const { conn } = core.kernel;
	const [open, resting] = await Promise.all([
		conn('trades').where({ state: 'OPEN' }), conn('orders').where({ leg: 'entry', state: 'OPEN' }),
	]);
	if (open.length !== POSITIONS || resting.length !== ENTRIES) {
		throw new Error(`${open.length} positions and ${resting.length} entries, not ${POSITIONS} and ${ENTRIES}.`);
	}
	const stopped = await core.emergency.trip({
		scope: 'global', scopeId: null, symbol: null, state: 'FLATTENING', reason: 'Bench.', phrase: 'FLATTEN NOW', by: null, actor: 'operator:bench',
	});
	for (let second = 0; second < 60; second++) {
		await sleep(1_000);
		const { trip, flattening } = await core.emergency.describe(stopped.trip.id);
		if (trip.state !== 'LOCKED') continue;
		const sent = (await conn('orders').where({ leg: 'entry' }).whereNotNull('submitting_at').where('submitting_at', '>', trip.openedAt)).length;
		if (sent > 0) throw new Error(`${sent} entries went out after the stop.`);
		return { entries: flattening.entriesDoneAt - trip.openedAt, flat: flattening.flatAt - trip.openedAt };
	}
	throw new Error('It is not flat after a minute.');
}

/** @returns {Promise<Record<string, number>>} the named figures */
export async function benchKillSwitch(print, core = join(root, 'dist', 'core', 'index.js')) {
	const { openCore } = createRequire(import.meta.url)(core);
	const folder = mkdtempSync(join(tmpdir(), 'firecontrol-bench-'));
	const venues = await Promise.all(Array.from({ length: VENUES }, startVenue));
	const opened = await openCore({
		database: { client: 'sqlite', file: join(folder, 'bench.sqlite') },
		encryptionKey: 'bench-bench-bench-bench-bench-32',
	});
	// As n8n does it: once a second, whether the last tick has ended or not.
	const ticking = setInterval(() => void opened.engine.tick().catch(() => {}), 1_000);
	try {
		const handles = await makeAccounts(opened, venues);
		await settled(opened);
		await invest(opened, handles);
		const { entries, flat } = await measure(opened);
		print(`kill_flat_ms: ${rounded(flat, 0)} from the stop to flat as the venues say, ${POSITIONS} positions over ${ACCOUNTS} accounts (goal 10,000); entries taken back after ${rounded(entries, 0)} ms (goal 5,000)`);
		return { kill_entries_ms: rounded(entries, 0), kill_flat_ms: rounded(flat, 0) };
	} finally {
		clearInterval(ticking);
		await opened.close();
		for (const venue of venues) venue.stop();
		rmSync(folder, { recursive: true, force: true });
	}
}
