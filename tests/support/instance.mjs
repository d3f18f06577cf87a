/** A running Firecontrol as end-to-end tests and benches see it: HTTP, the core on the same database, the market. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readJson, writeJson } from '../../scripts/lib/files.mjs';
import { openFirecontrol } from '../../scripts/lib/firecontrol.mjs';
import { ensureInstallation } from '../../scripts/lib/installation.mjs';
import { demoFile, startLocalRun } from '../../scripts/lib/local-run.mjs';
import { packIn } from '../../scripts/lib/pack.mjs';
import { freePort } from '../../scripts/lib/ports.mjs';

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function view(run) {
	const core = await openFirecontrol(run.packFolder, run.installation);
	const market = createRequire(import.meta.url)(join(run.packFolder, 'dist', 'core', 'exchange', 'index.js'));
	return {
		...run,
		core,
		/** Bid and ask of the demo market as numbers, to place stops and targets around. */
		quote: (symbol, at = Date.now()) => {
			const { bid, ask } = market.demoQuote(market.DEMO_SEED, symbol, at);
			return { bid: Number(bid), ask: Number(ask) };
		},
		symbols: market.DEMO_MARKETS.map(({ symbol }) => symbol),
		/** Assets that move together, of which the gate lets in only so much. */
		groups: core.kernel.rules.policy.exposure.groups,
	};
}

/** The instance that somebody else started in this user folder. */
export async function attachInstance(userFolder) {
	const installation = ensureInstallation(userFolder);
	const instance = await view({ userFolder, installation, packFolder: packIn(userFolder), demo: readJson(demoFile(userFolder)) });
	return { ...instance, end: () => instance.core.close() };
}

/** Further senders, each with a key of its own: one key may send 50 signals a second. */
function addKeys(userFolder, count) {
	ensureInstallation(userFolder);
	const file = join(userFolder, 'firecontrol-installation.json');
	const moreKeys = Array.from({ length: count }, (_, index) => ({
		name: `sender-${index}`, token: `fc_${randomBytes(24).toString('base64url')}`, scopes: ['submit', 'read', 'fire'],
	}));
	writeJson(file, { ...readJson(file), moreKeys }, 0o600);
	return moreKeys.map(({ token }) => token);
}

/** A local run in a folder of its own, removed with everything in it by `end`. */
export async function startInstance({ keys = 0, ...options } = {}) {
	const userFolder = mkdtempSync(join(tmpdir(), 'firecontrol-e2e-'));
	const tokens = addKeys(userFolder, keys);
	const port = await freePort();
	const run = await startLocalRun({ userFolder, port, ...options });
	const instance = await view({ ...run, userFolder, port, tokens: [run.demo.token, ...tokens] });
	return {
		...instance,
		end: async () => {
			await instance.core.close();
			await run.stop();
			rmSync(userFolder, { recursive: true, force: true });
		},
	};
}

/** Polls until `probe` gives something other than null, undefined or false. */
export async function until(probe, { timeoutMs = 60_000, everyMs = 250, what = 'the condition' } = {}) {
	for (const end = Date.now() + timeoutMs; Date.now() < end; await sleep(everyMs)) {
		const found = await probe();
		if (found !== null && found !== undefined && found !== false) return found;
	}
	throw new Error(`Waited ${timeoutMs / 1000} s in vain for ${what}.`);
}

let made = 0;

/** A member of this test only, with one paper account of 10,000 USDT. */
export async function makeMember(core, rest = {}) {
	made += 1;
	const handle = `e2e-${Date.now().toString(36)}-${made}`;
	await core.members.upsert({
		handle, displayName: handle, zone: 'UTC', tier: 'OPERATOR', fireMode: 'FULL_AUTO', autoSlots: 3,
		paperAccount: { balance: '10000', currency: 'USDT', zone: 'UTC' }, actor: 'operator:e2e', ...rest,
	});
	return handle;
}

/**
 * A native alert whose stop and target the demo market never reaches, and which stays a good one
 * wherever the market has gone when it is judged again.
 */
export function wideAlert(instance, symbol, handle, rest = {}) {
	const { ask } = instance.quote(symbol);
	return {
		source: 'e2e', symbol, side: 'buy', action: 'open', class: 'SNIPER_OPS', confidence: 95,
		stop_loss: Number((ask * 0.95).toPrecision(5)), take_profit: Number((ask * 1.25).toPrecision(5)),
		members: [handle], ...rest,
	};
}

export async function post(url, token, body, headers = {}) {
	const response = await fetch(url, {
		method: 'POST',
		headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
		body: typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body),
	});
	return { status: response.status, headers: response.headers, answer: await response.json() };
}

export async function follow(instance, signalId) {
	const url = new URL(instance.demo.statusUrl);
	url.searchParams.set('id', signalId);
	const response = await fetch(url, { headers: { authorization: `Bearer ${instance.demo.token}` } });
	return response.status === 200 ? response.json() : null;
}
